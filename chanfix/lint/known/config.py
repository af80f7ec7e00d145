"""The configuration: ``chanfix.toml``, or ``[tool.chanfix]`` of ``pyproject.toml``, checked once when it is read."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from chanfix import files
from chanfix.domain.versions import Version
from chanfix.errors import ConfigError, InputError, UsageError
from chanfix.lint.finding import Severity
from chanfix.lint.known.rule_names import DEFAULT_RULES, PROFILES, named
from chanfix.lint.rule import RuleEntry
from chanfix.lint.rules import RULES
from chanfix.lint.search.gitignore import Patterns, is_pattern
from chanfix.words import did_you_mean

__all__ = ["KEYS", "Config", "chosen_rules", "load"]

_NAMES = ("chanfix.toml", "pyproject.toml")
_LEVELS = {str(level): level for level in reversed(Severity)}
_NOTHING = Patterns("/", ())


class Config(NamedTuple):
    """What a configuration file says, or would say if there was one.

    ``file`` is where it was read. Rules are names: words and patterns are resolved. ``exclude``, ``include`` and the
    patterns of ``per_file_ignores`` are relative to the file's folder, and so were ``baseline`` and ``schema_dir``.
    """

    file: str | None = None
    select: frozenset[str] = DEFAULT_RULES
    ignore: frozenset[str] = frozenset()
    exclude: Patterns = _NOTHING
    include: Patterns = _NOTHING
    per_file_ignores: tuple[tuple[Patterns, frozenset[str]], ...] = ()
    severity: Mapping[str, Severity] = {}
    libvirt_version: Version | None = None
    qemu_version: Version | None = None
    target: tuple[str, ...] = ()
    fail_on: Severity = Severity.WARNING
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


def load(start: str, explicit: str | None = None) -> Config:
    """Read the configuration that is nearest to a folder, upward, or the one that is named.

    In one folder ``chanfix.toml`` wins; a ``pyproject.toml`` without the table does not count. Raises ``ConfigError``
    for a file that cannot be used, and for a named one that says nothing of chanfix.
    """
    if explicit is not None:
        table = _table_of(explicit)
        if table is None:
            raise ConfigError(f"{explicit}: there is no table [tool.chanfix]")
        return _config_of(explicit, table)
    folder = os.path.abspath(start)
    while True:
        for name in _NAMES:
            file = os.path.join(folder, name)
            if os.path.isfile(file) and (table := _table_of(file)) is not None:
                return _config_of(file, table)
        if (above := os.path.dirname(folder)) == folder:
            return Config()
        folder = above


def chosen_rules(
    config: Config, select: Iterable[str] = (), ignore: Iterable[str] = (), profile: str | None = None
) -> tuple[RuleEntry, ...]:
    """Return the rules to run, in their order; ``select``, ``ignore`` and ``profile`` come from the command line.

    A ``select`` there starts afresh: what the configuration selects and ignores does not count then. A ``profile``
    there stands in place of what the configuration selects. Raises ``UsageError`` for a word that means no rule.
    """
    names = named(select) or (PROFILES[profile] if profile else config.select) - config.ignore
    names -= named(ignore)
    return tuple(rule for rule in RULES if rule.name in names)


class _Setting(NamedTuple):
    """One value of a file, and how to say what is wrong with it."""

    file: str
    key: str
    value: object

    def wrong(self, expected: str) -> ConfigError:
        return ConfigError(f"{self.file}: '{self.key}' is {_shown(self.value)}; expected {expected}")

    def text(self, expected: str) -> str:
        if not isinstance(self.value, str):
            raise self.wrong(expected)
        return self.value

    def texts(self, expected: str) -> tuple[str, ...]:
        if not isinstance(self.value, list) or not all(isinstance(value, str) for value in self.value):
            raise self.wrong(expected)
        return tuple(self.value)

    def table(self, expected: str) -> Iterator[_Setting]:
        if not isinstance(self.value, dict):
            raise self.wrong(expected)
        for name, value in self.value.items():
            yield _Setting(self.file, f"{self.key}.{name}", value)

    def rules(self) -> frozenset[str]:
        return self._named(self.texts("a list of rules, as in ['path-*', 'agent-missing']"))

    def rules_in_key(self) -> frozenset[str]:
        return self._named([self._last])

    def patterns(self) -> Patterns:
        return self._patterns(self.texts("a list of patterns, as in ['old/', '*.tpl']"))

    def pattern_in_key(self) -> Patterns:
        if self._last.startswith("!"):
            raise ConfigError(f"{self.file}: '{self.key}' takes nothing back: '!' has no use there")
        return self._patterns([self._last])

    def flag(self) -> bool:
        if not isinstance(self.value, bool):
            raise self.wrong("true or false")
        return self.value

    def profile(self) -> frozenset[str]:
        if not isinstance(self.value, str) or self.value not in PROFILES:
            raise self.wrong(f"one of {', '.join(PROFILES)}")
        return PROFILES[self.value]

    def level(self) -> Severity:
        if not isinstance(self.value, str) or self.value not in _LEVELS:
            raise self.wrong("'error', 'warning' or 'info'")
        return _LEVELS[self.value]

    @property
    def _last(self) -> str:
        return self.key.partition(".")[2]

    def _named(self, words: Iterable[str]) -> frozenset[str]:
        try:
            return named(words)
        except UsageError as error:
            raise ConfigError(f"{self.file}: '{self.key}': {error.message}", hint=error.hint) from None

    def _patterns(self, lines: Iterable[str]) -> Patterns:
        lines = tuple(lines)
        for line in lines:
            if not is_pattern(line):
                raise ConfigError(f"{self.file}: '{self.key}': '{line}' is no pattern of a .gitignore file")
        return Patterns(os.path.dirname(os.path.abspath(self.file)), lines)


def _per_file_ignores(setting: _Setting) -> tuple[tuple[Patterns, frozenset[str]], ...]:
    entries = setting.table("a table of a pattern and its rules, as in {'old/' = ['path-hardcoded']}")
    return tuple((entry.pattern_in_key(), entry.rules()) for entry in entries)


def _severity(setting: _Setting) -> dict[str, Severity]:
    entries = list(setting.table("a table of a rule and its level, as in {path-hardcoded = 'warning'}"))
    # A name says more than a pattern, whatever their order.
    entries.sort(key=lambda entry: len(entry.rules_in_key()), reverse=True)
    return {rule: entry.level() for entry in entries for rule in entry.rules_in_key()}


def _version(setting: _Setting) -> Version:
    expected = "a version in quotes, as in '9.0.0'"
    try:
        return Version.parse(setting.text(expected))
    except UsageError:
        raise setting.wrong(expected) from None


def _targets(setting: _Setting) -> tuple[str, ...]:
    """Return the names of targets: one, or a list."""
    expected = "a target or a list of them, as in ['debian-12', 'debian-13']"
    names = (setting.value,) if isinstance(setting.value, str) else setting.texts(expected)
    from chanfix.domain.targets import target_named

    try:
        return tuple(target_named(name).name for name in names)
    except UsageError as error:
        raise ConfigError(f"{setting.file}: '{setting.key}': {error.message}", hint=error.hint) from None


def _path(setting: _Setting, expected: str = "a path, as in 'chanfix-baseline.json'") -> str:
    text = setting.text(expected)
    if not text:
        raise setting.wrong(expected)
    return os.path.join(os.path.dirname(setting.file), text)


def _folder(setting: _Setting) -> str:
    return _path(setting, "a folder, as in '/usr/share/libvirt/schemas'")


KEYS: dict[str, Callable[[_Setting], object]] = {
    "profile": _Setting.profile,
    "select": _Setting.rules,
    "ignore": _Setting.rules,
    "exclude": _Setting.patterns,
    "include": _Setting.patterns,
    "per-file-ignores": _per_file_ignores,
    "severity": _severity,
    "libvirt-version": _version,
    "qemu-version": _version,
    "target": _targets,
    "fail-on": _Setting.level,
    "baseline": _path,
    "running": _Setting.flag,
    "ask-libvirt": _Setting.flag,
    "schema-dir": _folder,
    "embedded": _Setting.flag,
}


def _config_of(file: str, table: Mapping[str, object]) -> Config:
    values: dict[str, Any] = {}
    for key, value in table.items():
        read = KEYS.get(key)
        if read is None:
            hint = did_you_mean(key, KEYS, f"the keys are {', '.join(KEYS)}")
            raise ConfigError(f"{file}: unknown key '{key}'", hint=hint)
        values[key.replace("-", "_")] = read(_Setting(file, key, value))
    # A profile is what is selected where nothing is.
    profile = values.pop("profile", DEFAULT_RULES)
    values.setdefault("select", profile)
    return Config(file=file, **values)


def _table_of(file: str) -> dict[str, object] | None:
    """Return what a file says of chanfix, None when that is nothing."""
    try:
        data = files.read(file)
    except InputError as error:
        raise ConfigError(f"{file}: {error.message}", hint=error.hint) from None
    is_shared = os.path.basename(file) == "pyproject.toml"
    if is_shared and b"chanfix" not in data:  # another tool's file: not ours to find fault with
        return None
    table: object = _parse(file, data)
    for key in ("tool", "chanfix") if is_shared else ():
        table = table.get(key) if isinstance(table, dict) else None
    if isinstance(table, dict) or table is None:
        return table
    raise ConfigError(f"{file}: 'tool.chanfix' is {_shown(table)}; expected a table")


def _parse(file: str, data: bytes) -> dict[str, object]:
    import tomllib

    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{file}: byte 0x{data[error.start]:02x} in line {line} is not UTF-8") from None
    except (ValueError, RecursionError) as error:
        # Besides its own errors tomllib lets through what very long numbers and very deep lists raise.
        raise ConfigError(f"{file}: not valid TOML: {error}") from None


def _shown(value: object) -> str:
    """Write a value as TOML has it, or the beginning of it."""
    import json

    text = f"'{value}'" if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:60]}…"
