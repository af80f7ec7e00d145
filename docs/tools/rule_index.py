"""The index of the rules: what is known of each from its file, so that nothing has to import all of them."""

import ast
import inspect
from importlib import import_module
from pathlib import Path

from chanfix.domain.versions import Version
from chanfix.lint.rule import Bad, Fixable, Rule, RuleEntry

FOLDER = Path(inspect.getfile(import_module("chanfix.lint"))).parent / "rules"
INDEX = FOLDER / "index.py"

_HEAD = '''\
"""The facts about each rule, made from the rules' files by ``scripts/docs``."""

from chanfix.domain.versions import Version
from chanfix.lint.rule import ERROR, INFO, WARNING, Fixable, RuleEntry

__all__ = ["RULES"]

NEVER, SOMETIMES, ALWAYS = Fixable.NEVER, Fixable.SOMETIMES, Fixable.ALWAYS

RULES = (
'''
_DEFAULTS = RuleEntry._field_defaults


def entries() -> tuple[RuleEntry, ...]:
    """Return the facts about all rules, family by family."""
    return tuple(_entry(path) for path in sorted(FOLDER.glob("*/*.py")) if path.name != "__init__.py")


def module_text(rules: tuple[RuleEntry, ...]) -> str:
    """Return the module that holds these facts."""
    return _HEAD + "".join(map(_call, rules)) + ")\n"


def _entry(path: Path) -> RuleEntry:
    """Return the facts about one rule; its file is read first, so that a syntax error names it."""
    ast.parse(path.read_text(), str(path))
    family, name = path.parent.name, path.stem
    module = import_module(f"chanfix.lint.rules.{family}.{name}")
    rule: type[Rule] = getattr(module, "".join(word.capitalize() for word in name.split("_")))
    same = {fact: getattr(rule, fact) for fact in _DEFAULTS if fact != "levels"}
    return RuleEntry(
        name=name.replace("_", "-"),
        family=family.replace("_", "-"),
        summary=_summary(module.__doc__ or ""),
        severity=rule.severity,
        fixable=_fixable(rule),
        levels=_levels(rule),
        **same,
    )


def _summary(page: str) -> str:
    """Return the first line of a page as it stands in a list."""
    line = page.partition("\n")[0].rstrip(".")
    return line if line.partition(" ")[0].isupper() and line[1:2] != " " else line[:1].lower() + line[1:]


def _fixable(rule: type[Rule]) -> Fixable:
    """Return how often the rule's examples have a fix."""
    fixed = {example.fixed is not None for example in rule.examples if isinstance(example, Bad)}
    return Fixable.SOMETIMES if len(fixed) == 2 else Fixable.ALWAYS if True in fixed else Fixable.NEVER


def _levels(rule: type[Rule]) -> tuple[str, ...]:
    """Return the public methods of a rule, in the order in which its class and its bases have them."""
    classes = rule.mro()[: rule.mro().index(Rule)]
    return tuple(dict.fromkeys(name for one in classes for name, value in vars(one).items() if _is_level(name, value)))


def _is_level(name: str, value: object) -> bool:
    return inspect.isfunction(value) and not name.startswith("_") and not hasattr(Rule, name)


def _call(rule: RuleEntry) -> str:
    shown = {
        name: _written(name, value)
        for name, value in rule._asdict().items()
        if name not in _DEFAULTS or value != _DEFAULTS[name]
    }
    return "    RuleEntry(\n" + "".join(f"        {name}={text},\n" for name, text in shown.items()) + "    ),\n"


def _written(name: str, value: object) -> str:
    if name in ("severity", "fixable"):
        return value.name
    if isinstance(value, Version):
        return f"Version({value.major}, {value.minor}, {value.micro})"
    if isinstance(value, tuple):
        items = [_written("", item) for item in value]
        line = f"({', '.join(items)}{',' if len(items) == 1 else ''})"
        if len(f"        {name}={line},") <= 120:
            return line
        return "(\n" + "".join(f"            {item},\n" for item in items) + "        )"
    text = repr(value)
    # Double quotes, as everywhere, unless the text has some.
    plain = text.startswith(("'", "b'")) and '"' not in text
    return text.replace("'", '"') if plain else text
