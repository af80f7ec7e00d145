"""The errors a user can meet, each with the exit status that a script can trust.

Foreign exceptions are translated where they enter; only ``cli.main`` catches what is raised here.
"""

from __future__ import annotations

from enum import Enum, auto

from chanfix.position import Position

__all__ = [
    "AgentError",
    "ChanfixError",
    "ConfigError",
    "HostError",
    "InputError",
    "InputKind",
    "InternalError",
    "OutputError",
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


class InputKind(Enum):
    """The reason of an ``InputError``, for callers that treat some of them differently."""

    NOT_WELL_FORMED = auto()
    DOCTYPE = auto()
    LIMIT = auto()
    TEMPLATE = auto()
    OTHER = auto()


class InputError(ChanfixError):
    """A document or a file cannot be used; ``position`` is the place in its text, if there is one."""

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        position: Position | None = None,
        kind: InputKind = InputKind.OTHER,
    ) -> None:
        super().__init__(message, hint=hint)
        self.position = position
        self.kind = kind


class OutputError(ChanfixError):
    """A document, a file, a backup or the state of an audit cannot be written.

    ``is_closed_pipe``: the reader of standard output closed it before the document was written whole.
    """

    def __init__(self, message: str, *, hint: str | None = None, is_closed_pipe: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.is_closed_pipe = is_closed_pipe


class RenderError(ChanfixError):
    """A template did not give what it must give."""


class HostError(ChanfixError):
    """A libvirt connection failed or refused; ``code`` is libvirt's own number (``virErrorNumber``), 0 if none."""

    def __init__(self, message: str, *, hint: str | None = None, code: int = 0) -> None:
        super().__init__(message, hint=hint)
        self.code = code


class AgentError(ChanfixError):
    """A guest agent gave no answer to a question of our own.

    ``kind`` says why: ``unreachable`` (there is no socket to talk to), ``disconnected`` (the other side closed it),
    ``unresponsive`` (no answer in time), ``spurious`` (something answers, and not to what was asked) or ``refused``.
    Then ``agent_class`` and ``description`` are the agent's own words, as ``CommandNotFound``. They are the guest's,
    so whoever shows them escapes them; the message is safe to show.
    """

    def __init__(
        self, message: str, *, kind: str, hint: str | None = None, agent_class: str = "", description: str = ""
    ) -> None:
        super().__init__(message, hint=hint)
        self.kind = kind
        self.agent_class = agent_class
        self.description = description


class InternalError(ChanfixError):
    """chanfix broke one of its own promises; nothing was written."""
