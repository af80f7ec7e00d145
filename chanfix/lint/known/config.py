"""The configuration: ``chanfix.toml``, or ``[tool.chanfix]`` of ``pyproject.toml``, checked once when it is read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

from chanfix.domain.versions import Version
from chanfix.lint.finding import Severity
from chanfix.lint.known.config_file import ConfigFile, find_config_file
from chanfix.lint.known.rule_names import DEFAULT_RULES, PROFILES, RULE_NAMES, named
from chanfix.lint.rule import RuleEntry
from chanfix.lint.rules import RULES
from chanfix.lint.search.gitignore import Patterns
from chanfix.named_tuple import NamedTuple

__all__ = ["Config", "chosen_rules", "config_of", "load"]

_NOTHING = Patterns("/", ())


class Config(NamedTuple):
    """What a configuration file says, or would say if there was one.

    ``file`` is where it was read. Rules are names: words and patterns are resolved. ``exclude``, ``include`` and the
    patterns of ``per_file_ignores`` are relative to the file's folder, and so were ``baseline`` and ``schema_dir``.
    """

    file: str | None = None
    select: frozenset[str] = DEFAULT_RULES
    extend_select: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    fixable: frozenset[str] = frozenset(RULE_NAMES)
    unfixable: frozenset[str] = frozenset()
    exclude: Patterns = _NOTHING
    include: Patterns = _NOTHING
    per_file_ignores: tuple[tuple[Patterns, frozenset[str]], ...] = ()
    severity: Mapping[str, Severity] = {}
    libvirt_version: Version | None = None
    qemu_version: Version | None = None
    target: tuple[str, ...] = ()
    min_severity: Severity = Severity.INFO
    fail_on: Severity = Severity.WARNING
    error_on_no_files: bool = False
    baseline: str | None = None
    running: bool = False
    ask_libvirt: bool = False
    schema_dir: str | None = None
    embedded: bool = True

    def ignored_in(self, path: str) -> frozenset[str]:
        """Return the names of the rules that ``per-file-ignores`` turns off for a file."""
        if not self.per_file_ignores:
            return frozenset()
        absolute = os.path.abspath(path)
        return frozenset().union(*(rules for patterns, rules in self.per_file_ignores if patterns.covers(absolute)))

    def may_fix(self, rule: str) -> bool:
        """Return True if the fixes of a rule may be made: ``unfixable`` goes before ``fixable``."""
        return rule in self.fixable and rule not in self.unfixable

    def with_fixable(self, fixable: Iterable[str], unfixable: Iterable[str]) -> Config:
        """Return the configuration with the words of the command line.

        ``fixable`` there starts afresh: what the file says of fixes does not count then. Raises ``UsageError`` for a
        word that means no rule.
        """
        if names := named(fixable):
            self = self._replace(fixable=names, unfixable=frozenset())
        return self._replace(unfixable=self.unfixable | named(unfixable))


def load(start: str, explicit: str | None = None) -> Config:
    """Read the configuration that is nearest to a folder, upward, or the one that is named.

    Raises ``ConfigError`` for a file that cannot be used, and for a named one that says nothing of chanfix.
    """
    return config_of(find_config_file(start, explicit))


def config_of(found: ConfigFile | None) -> Config:
    """Return what a file says; the defaults without one. Raises ``ConfigError`` for a wrong key or value."""
    if found is None:
        return Config()
    # Many runs have no file.
    from chanfix.lint.known.setting import read_settings

    read = read_settings(found.path, found.table)
    values: dict[str, Any] = {key.replace("-", "_"): value for key, value in read.items()}
    # A profile is what is selected where nothing is.
    profile = values.pop("profile", DEFAULT_RULES)
    values.setdefault("select", profile)
    return Config(file=found.path, **values)


def chosen_rules(
    config: Config,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    profile: str | None = None,
    extend_select: Iterable[str] = (),
) -> tuple[RuleEntry, ...]:
    """Return the rules to run, in their order; all but ``config`` comes from the command line.

    A ``select`` there starts afresh: what the configuration selects, adds and ignores does not count then. A
    ``profile`` there stands in place of what the configuration selects. ``extend_select`` adds to all that, and
    ``ignore`` goes before everything. Raises ``UsageError`` for a word that means no rule.
    """
    names = named(select)
    if not names:
        names = (PROFILES[profile] if profile else config.select) | config.extend_select
        names -= config.ignore
    names = (names | named(extend_select)) - named(ignore)
    return tuple(rule for rule in RULES if rule.name in names)
