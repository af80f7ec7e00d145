"""``chanfix explain``."""

from __future__ import annotations

from collections.abc import Sequence

import click

from chanfix.cli.session import Session
from chanfix.cli.settings import Settings, common_options
from chanfix.errors import UsageError
from chanfix.lint.known.rule_names import not_a_rule
from chanfix.lint.page import rule_page
from chanfix.lint.rule import RuleEntry
from chanfix.lint.rules import FAMILIES, RULES, by_name

__all__ = ["command"]

_EPILOG = """\b
Examples:
  chanfix explain
  chanfix explain mode-missing
  chanfix explain virtio-serial     the rules of a family
  chanfix explain --element disk/driver
  chanfix explain --element 'disk[network]/source'
"""


def _complete(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    return [name for name in (*FAMILIES, *(rule.name for rule in RULES)) if name.startswith(incomplete)]


@click.command("explain", epilog=_EPILOG)
@click.argument("rule", required=False, shell_complete=_complete)
@click.option("--element", metavar="PLACE", help="Show what libvirt knows of an element, such as disk/driver.")
@common_options
@click.pass_obj
def command(settings: Settings, rule: str | None, element: str | None) -> int:
    """Show a rule's page: what it reports, the symptom, an example, the fix. Without RULE, list all rules by family.

    A family's name in the place of RULE lists its rules.
    """
    if rule is not None and element is not None:
        raise UsageError("a rule and --element are two questions", hint="leave out one of them")
    text = _element(element) if element is not None else _list(FAMILIES) if rule is None else _page(rule)
    Session(settings).console.page(text)
    return 0


def _element(path: str) -> str:
    from chanfix.domain.vocabulary_places import find_places, place_text

    return "\n".join(map(place_text, find_places(path)))


def _list(families: Sequence[str]) -> str:
    return "\n".join(
        f"{family}:\n" + "".join(_line(rule) for rule in RULES if rule.family == family) for family in families
    )


def _line(rule: RuleEntry) -> str:
    width = max(len(rule.name) for rule in RULES)
    off = "" if rule.on_by_default else " (off by default)"
    return f"  {rule.name:{width}}  {rule.severity!s:7}  {rule.summary}{off}\n"


def _page(name: str) -> str:
    if name in FAMILIES:
        return _list([name])
    rule = by_name(name)
    if rule is None:
        raise not_a_rule(name, *FAMILIES)
    return rule_page(rule)
