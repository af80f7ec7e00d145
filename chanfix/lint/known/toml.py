"""Values as a configuration file writes them."""

from __future__ import annotations

from chanfix.escape import for_toml

__all__ = ["as_toml"]


def as_toml(value: object) -> str:
    """Return a value as TOML, on one line, without a character that a terminal could act on."""
    match value:
        case dict():
            return "{" + ", ".join(f"{as_toml(key)} = {as_toml(inner)}" for key, inner in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(as_toml, value)) + "]"
        case bool():
            return str(value).lower()
        case str():
            return for_toml(value)
        case _:
            return str(value)
