"""Asks an agent how it is over a port that libvirt leaves alone."""

from __future__ import annotations

from chanfix.agent.answer import AgentReply, Heard, NoMoreError, RefusedError, more_of
from chanfix.agent.protocol import Dialogue
from chanfix.errors import AgentError

__all__ = ["ask_port"]

_HEARD = {"unresponsive": Heard.SILENCE, "spurious": Heard.NONSENSE, "refused": Heard.ANSWER}


def ask_port(path: str, patience: float) -> AgentReply:
    """Return what the agent says of itself and of its guest, or why nothing was heard of it.

    All questions together take ``patience`` seconds at most; what was not answered by then is not known.
    """
    try:
        with Dialogue(path, timeout=patience) as dialogue:
            reply = AgentReply.of_info(dialogue.ask("guest-info"))
            return more_of(reply, lambda command: _ask(dialogue, command))
    except AgentError as error:
        heard = _HEARD.get(error.kind, Heard.NOT_ASKED)
        return AgentReply(heard, error.message if heard is Heard.NOT_ASKED else "")


def _ask(dialogue: Dialogue, command: str) -> object:
    try:
        return dialogue.ask(command)
    except AgentError as error:
        raise RefusedError(error.description) if error.kind == "refused" else NoMoreError from None
