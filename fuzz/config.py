"""``chanfix.lint.known.config``: a text is a configuration that can be used, or is refused with its file's name."""

from __future__ import annotations

import tempfile
from pathlib import Path

from chanfix.errors import ConfigError
from chanfix.lint.known.config import chosen_rules, load
from fuzz.invariants import refusals

__all__ = ["try_one"]

_FOLDER = tempfile.TemporaryDirectory(prefix="chanfix-fuzz-")


def try_one(data: bytes) -> None:
    """Read an input under both names."""
    for name in ("chanfix.toml", "pyproject.toml"):
        file = Path(_FOLDER.name) / name
        file.write_bytes(data)
        with refusals():
            _use(file)


def _use(file: Path) -> None:
    try:
        config = load(str(file.parent), str(file))
    except ConfigError as error:
        assert str(file) in error.message
        raise
    ran = {rule.name for rule in chosen_rules(config)}
    assert ran == config.select - config.ignore
    for path in ("web.xml", "old/web.xml.j2", "a b/ä.xml", "a" * 250):
        config.ignored_in(str(file.parent / path))
        config.exclude.verdict(str(file.parent / path))
        config.exclude.covers(str(file.parent / path), is_folder=True)
