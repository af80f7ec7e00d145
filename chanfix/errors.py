"""The errors a user can meet, each with the exit status that a script can trust.

Foreign exceptions are translated where they enter; only ``cli.main`` catches what is raised here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chanfix.markup.span import Position

__all__ = [
    "ChanfixError",
    "ConfigError",
    "HostError",
    "InputError",
    "InternalError",
    "RenderError",
    "UsageError",
]


class ChanfixError(Exception):
    """One sentence of what failed, on what and why; ``hint`` is the way out, on its own line."""

    status = 3

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(ChanfixError):
    """The command line asks for something that makes no sense."""

    status = 2


class ConfigError(ChanfixError):
    """A configuration file cannot be used."""

    status = 2


class InputError(ChanfixError):
    """A document or a file cannot be used.

    ``position`` says where in the text, when there is a place. ``kind`` lets a caller tell the cases apart without
    reading the sentence: ``not-well-formed``, ``doctype``, ``limit``, or ``input`` for everything else.
    """

    def __init__(
        self, message: str, *, hint: str | None = None, position: Position | None = None, kind: str = "input"
    ) -> None:
        super().__init__(message, hint=hint)
        self.position = position
        self.kind = kind


class RenderError(ChanfixError):
    """A template did not give what it must give."""


class HostError(ChanfixError):
    """A libvirt connection failed or refused; ``code`` is libvirt's own number (``virErrorNumber``), 0 if none."""

    def __init__(self, message: str, *, hint: str | None = None, code: int = 0) -> None:
        super().__init__(message, hint=hint)
        self.code = code


class InternalError(ChanfixError):
    """chanfix broke one of its own promises; nothing was written."""
