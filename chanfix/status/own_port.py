"""Asks an agent how it is over a port that libvirt leaves alone."""

from __future__ import annotations

from chanfix.agent.answer import AgentReply, Heard
from chanfix.agent.protocol import ask
from chanfix.errors import AgentError

__all__ = ["ask_port"]

_HEARD = {"unresponsive": Heard.SILENCE, "spurious": Heard.NONSENSE, "refused": Heard.ANSWER}


def ask_port(path: str, patience: float) -> AgentReply:
    """Return what the agent says of itself, or why nothing was heard of it."""
    try:
        return AgentReply.of_info(ask(path, "guest-info", timeout=patience))
    except AgentError as error:
        heard = _HEARD.get(error.kind, Heard.NOT_ASKED)
        return AgentReply(heard, error.message if heard is Heard.NOT_ASKED else "")
