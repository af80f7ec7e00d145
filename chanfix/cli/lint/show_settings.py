"""``chanfix lint --show-settings``: which settings hold, for one file if it is named, and where each comes from."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Mapping, Set

from chanfix.cli.lint.options import LintOptions, rules_to_run, with_options, words_of
from chanfix.cli.session import Session
from chanfix.cli.settings import asked_schema
from chanfix.lint.finding import Severity
from chanfix.lint.known.config import Config, config_of
from chanfix.lint.known.config_file import find_config_file
from chanfix.lint.known.rule_names import DEFAULT_PROFILE, named
from chanfix.lint.known.toml import as_toml
from chanfix.lint.known.where import where_to_run
from chanfix.lint.rule import Fixable, RuleEntry
from chanfix.named_tuple import NamedTuple
from chanfix.reporters.json_text import dump

__all__ = ["show_settings"]

_DEFAULT = "default"
_WIDTH = 100


class _Held(NamedTuple):
    """A setting: its key, its value as in a configuration file, or None if it is not set, and where it comes from."""

    key: str
    value: object
    origins: tuple[str, ...] = (_DEFAULT,)


def show_settings(session: Session, options: LintOptions) -> int:
    """Write the settings that hold, as a configuration that says the same or as JSON. Return the exit status, 0.

    Raises ``UsageError`` and ``ConfigError`` as a run with the same options does.
    """
    found = None if options.no_config else find_config_file(os.getcwd(), options.config or None)
    config = with_options(config_of(found), options, connected=False)
    # A run would refuse a target that there is not, or that has another version.
    where_to_run(config, options.targets, session.settings.libvirt_version, options.qemu_version)
    file = options.paths[0] if options.paths else None
    rules = _rules(options, config, file)
    name = os.path.relpath(found.path) if found else None
    held = list(_held(session, options, found.table if found else {}, name or ""))
    if options.outputs[0].format == "json":
        stream = io.StringIO()
        content = {
            "version": "settings-v1",
            "file": file,
            "config": name,
            "settings": {one.key: {"value": one.value, "from": list(one.origins)} for one in held},
            "rules": [
                {"name": rule.name, "severity": str(_severity(config, rule)), "fixable": _is_fixable(config, rule)}
                for rule in rules
            ],
        }
        dump(content, stream)
        session.console.raw(stream.getvalue())
        return 0
    session.console.page("".join(f"{line}\n" for line in _lines(held, file, name, rules)))
    return 0


def _rules(options: LintOptions, config: Config, file: str | None) -> tuple[RuleEntry, ...]:
    """Return the rules that run, on a file if one is named."""
    has_schema = asked_schema(options.schema_dir, config.schema_dir) is not None
    rules = rules_to_run(options, config, has_schema=has_schema, asks=options.ask_libvirt or config.ask_libvirt)
    ignored = config.ignored_in(file) if file is not None else frozenset[str]()
    return tuple(rule for rule in rules if rule.name not in ignored)


def _severity(config: Config, rule: RuleEntry) -> Severity:
    return config.severity.get(rule.name, rule.severity)


def _is_fixable(config: Config, rule: RuleEntry) -> bool:
    return rule.fixable is not Fixable.NEVER and config.may_fix(rule.name)


def _held(session: Session, options: LintOptions, table: Mapping[str, object], name: str) -> Iterator[_Held]:
    """Yield each setting in the order of the keys; ``table`` is what the file of that name says."""

    def in_file(key: str, otherwise: object = None) -> _Held:
        return _Held(key, table[key], (name,)) if key in table else _Held(key, otherwise)

    def given(key: str, value: object, option: str, otherwise: object = None) -> _Held:
        return _Held(key, value, (option,)) if value else in_file(key, otherwise)

    def added(key: str, words: list[str], option: str, *, starts_afresh: bool = False) -> _Held:
        """Return a list of the file and the command line; one that starts afresh is the command line's alone."""
        base = _Held(key, []) if starts_afresh else in_file(key, [])
        if not words:
            return base
        before = base.value if isinstance(base.value, list) else []
        return _Held(key, [*before, *words], (*base.origins, option) if before else (option,))

    selects = words_of("--select", options.select)
    fixes = words_of("--fixable", options.fixable)
    yield given("profile", options.profile, "--profile", DEFAULT_PROFILE)
    yield _Held("select", None) if options.profile else given("select", selects, "--select")
    extends = words_of("--extend-select", options.extend_select)
    yield added("extend-select", extends, "--extend-select", starts_afresh=bool(selects))
    ignores = words_of("--ignore", options.ignore)
    ignored = added("ignore", ignores, "--ignore", starts_afresh=bool(selects))
    yield _taken_back(ignored, named(extends) - named(ignores))
    yield given("fixable", fixes, "--fixable", ["all"])
    unfixable = words_of("--unfixable", options.unfixable)
    yield added("unfixable", unfixable, "--unfixable", starts_afresh=bool(fixes))
    yield added("exclude", list(options.exclude), "--exclude")
    yield added("include", list(options.include), "--include")
    yield in_file("per-file-ignores", {})
    yield in_file("severity", {})
    libvirt, qemu, targets = session.settings.libvirt_version, options.qemu_version, list(options.targets)
    # A target on the command line sets aside the file's versions, and a version there the file's target.
    for key, version in (("libvirt-version", libvirt), ("qemu-version", qemu)):
        yield given(key, version and str(version), f"--{key}") if version or not targets else _Held(key, None)
    yield _Held("target", None) if (libvirt or qemu) and not targets else given("target", targets, "--target")
    yield given("min-severity", options.min_severity, "--min-severity", "info")
    yield given("fail-on", options.fail_on, "--fail-on", "warning")
    if options.as_found and not options.error_on_no_files:
        yield _Held("error-on-no-files", False, ("--as-found",))
    else:
        yield given("error-on-no-files", options.error_on_no_files, "--error-on-no-files", False)
    yield given("baseline", options.baseline, "--baseline")
    yield given("running", options.running, "--running", False)
    yield given("ask-libvirt", options.ask_libvirt, "--ask-libvirt", False)
    folder = os.environ.get("CHANFIX_SCHEMA_DIR")
    if options.schema_dir or not folder:
        yield given("schema-dir", options.schema_dir, "--schema-dir")
    else:
        yield _Held("schema-dir", folder, ("$CHANFIX_SCHEMA_DIR",))
    yield _Held("embedded", False, ("--no-embedded",)) if options.no_embedded else in_file("embedded", True)


def _taken_back(ignored: _Held, extends: Set[str]) -> _Held:
    """Return what is ignored without the rules that ``--extend-select`` adds: it goes before what a file ignores."""
    words = ignored.value if isinstance(ignored.value, list) else []
    meant = [(word, named([word])) for word in words]
    if not any(names & extends for _, names in meant):
        return ignored
    left = [each for word, names in meant for each in (sorted(names - extends) if names & extends else [word])]
    return ignored._replace(value=left, origins=(*ignored.origins, "--extend-select"))


def _lines(held: list[_Held], file: str | None, name: str | None, rules: tuple[RuleEntry, ...]) -> Iterator[str]:
    """Yield the lines of a configuration that says the same."""
    yield f"# configuration: {as_toml(name) if name else 'none'}"
    for key, value, origins in held:
        origin = ", ".join(as_toml(one)[1:-1] for one in origins)
        yield f"# {key}: not set" if value is None else f"{key} = {as_toml(value)}  # {origin}"
    where = f" on {as_toml(file)}" if file is not None else ""
    yield f"# rules that run{where}: {len(rules)}"
    line = "#"
    for rule in rules:
        if len(line) + len(rule.name) > _WIDTH:
            yield line
            line = "#"
        line += f" {rule.name}"
    if line != "#":
        yield line
