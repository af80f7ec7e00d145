"""The file of a configuration: which one counts, and the table in it that is about chanfix."""

from __future__ import annotations

import os
from collections.abc import Mapping

from chanfix import files
from chanfix.errors import ConfigError, InputError
from chanfix.named_tuple import NamedTuple

__all__ = ["ConfigFile", "find_config_file"]

_NAMES = ("chanfix.toml", "pyproject.toml")


class ConfigFile(NamedTuple):
    """A file that says something of chanfix, and what it says: the values by their keys, unchecked."""

    path: str
    table: Mapping[str, object]


def find_config_file(start: str, explicit: str | None = None) -> ConfigFile | None:
    """Return the file that is nearest to a folder, upward, or the one that is named; None where there is none.

    In one folder ``chanfix.toml`` wins; a ``pyproject.toml`` without the table does not count. Raises ``ConfigError``
    for a file that cannot be read, and for a named one that says nothing of chanfix.
    """
    if explicit is not None:
        table = _table_of(explicit)
        if table is None:
            raise ConfigError(f"{explicit}: there is no table [tool.chanfix]")
        return ConfigFile(explicit, table)
    folder = os.path.abspath(start)
    while True:
        for name in _NAMES:
            file = os.path.join(folder, name)
            if os.path.isfile(file) and (table := _table_of(file)) is not None:
                return ConfigFile(file, table)
        if (above := os.path.dirname(folder)) == folder:
            return None
        folder = above


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
    from chanfix.lint.known.setting import shown

    raise ConfigError(f"{file}: 'tool.chanfix' is {shown(table)}; expected a table")


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
