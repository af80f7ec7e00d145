"""Asks an agent how it is over a port that libvirt leaves alone."""

from __future__ import annotations

from chanfix.agent.answer import AgentReply, Heard, NoMoreError, RefusedError, more_of
from chanfix.agent.protocol import Dialogue
from chanfix.errors import AgentError

__all__ = ["ask_port"]

_HEARD = {"unresponsive": Heard.SILENCE, "spurious": Heard.NONSENSE}
# What an agent refuses before the first question of ours.
_NO_BEGINNING = AgentReply(
    Heard.NONSENSE, "its policy blocks 'guest-sync-delimited', and every dialogue begins with that"
)


def ask_port(path: str, patience: float) -> AgentReply:
    """Return what the agent says of itself and of its guest, or why nothing was heard of it.

    All questions together take ``patience`` seconds at most; what was not answered by then is not known.
    """
    try:
        with Dialogue(path, timeout=patience) as dialogue:
            try:
                reply = AgentReply.of_info(_ask(dialogue, "guest-info"))
            except RefusedError as refusal:
                return AgentReply.of_refused_info(str(refusal))
            return more_of(reply, lambda command: _ask_more(dialogue, command))
    except AgentError as error:
        if error.kind == "refused":
            return _NO_BEGINNING
        heard = _HEARD.get(error.kind, Heard.NOT_ASKED)
        return AgentReply(heard, error.message if heard is Heard.NOT_ASKED else "")


def _ask(dialogue: Dialogue, command: str) -> object:
    try:
        return dialogue.ask(command)
    except AgentError as error:
        if error.kind != "refused":
            raise
        raise RefusedError(error.description) from None


def _ask_more(dialogue: Dialogue, command: str) -> object:
    try:
        return _ask(dialogue, command)
    except AgentError:
        raise NoMoreError from None
