"""The keys of a configuration: how the value of each is read, and what is said of one that is wrong."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping

from chanfix.domain.versions import Version
from chanfix.errors import ConfigError, UsageError
from chanfix.lint.finding import LEVELS, Severity
from chanfix.lint.known.rule_names import PROFILES, named
from chanfix.lint.known.toml import as_toml
from chanfix.lint.search.gitignore import Patterns, is_pattern
from chanfix.named_tuple import NamedTuple
from chanfix.words import did_you_mean

__all__ = ["KEYS", "read_settings", "shown"]


class _Setting(NamedTuple):
    """One value of a file, and how to say what is wrong with it."""

    file: str
    key: str
    value: object

    def wrong(self, expected: str) -> ConfigError:
        return ConfigError(f"{self.file}: '{self.key}' is {shown(self.value)}; expected {expected}")

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
        if not isinstance(self.value, str) or self.value not in LEVELS:
            raise self.wrong("'error', 'warning' or 'info'")
        return LEVELS[self.value]

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
    "extend-select": _Setting.rules,
    "ignore": _Setting.rules,
    "fixable": _Setting.rules,
    "unfixable": _Setting.rules,
    "exclude": _Setting.patterns,
    "include": _Setting.patterns,
    "per-file-ignores": _per_file_ignores,
    "severity": _severity,
    "libvirt-version": _version,
    "qemu-version": _version,
    "target": _targets,
    "min-severity": _Setting.level,
    "fail-on": _Setting.level,
    "error-on-no-files": _Setting.flag,
    "baseline": _path,
    "running": _Setting.flag,
    "ask-libvirt": _Setting.flag,
    "schema-dir": _folder,
    "embedded": _Setting.flag,
}


def read_settings(file: str, table: Mapping[str, object]) -> dict[str, object]:
    """Return the values in a file by their keys. Raises ``ConfigError`` for a key or a value that there is not."""
    values: dict[str, object] = {}
    for key, value in table.items():
        read = KEYS.get(key)
        if read is None:
            hint = did_you_mean(key, KEYS, f"the keys are {', '.join(KEYS)}")
            raise ConfigError(f"{file}: unknown key '{key}'", hint=hint)
        values[key] = read(_Setting(file, key, value))
    return values


def shown(value: object) -> str:
    """Write a value as TOML has it, or the beginning of it."""
    text = f"'{value}'" if isinstance(value, str) else as_toml(value)
    return text if len(text) <= 60 else f"{text[:60]}…"
