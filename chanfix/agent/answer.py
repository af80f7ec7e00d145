"""An agent's answer, whether libvirt asked it or chanfix itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from chanfix.agent.told import Address, GuestOs, addresses_of, frozen_of, is_frozen_error, os_of, word_of

__all__ = ["AgentReply", "Heard", "NoMoreError", "RefusedError", "more_of"]


# How much of an agent's own words about a refusal is kept, in characters.
_QUOTED = 300


class Heard(Enum):
    """How an agent answered, or why it did not."""

    ANSWER = "answer"
    SILENCE = "silence"
    # Something answered, but not the question.
    NONSENSE = "nonsense"
    # Nobody in the guest has the port open.
    NOBODY = "nobody"
    # libvirt did not ask: it has given up on the port, or the port is closed.
    REFUSED = "refused"
    NOT_ASKED = "not-asked"


class RefusedError(Exception):
    """The agent answers a command with an error; the text is the agent's."""


class NoMoreError(Exception):
    """Nothing more is heard of the agent, or there is no time to hear it."""


@dataclass(frozen=True, slots=True)
class AgentReply:
    """An agent's answer, or the reason for none. All texts come from a guest or from libvirt.

    ``commands`` maps the agent's commands to True if they are enabled; None if the agent was not asked for them.
    ``works`` does the same for the calls that were tried instead, and ``refusals`` has the agent's words for a call or
    command that it refused. ``addresses``, ``system`` and ``is_frozen`` are None where that is not known.
    """

    heard: Heard
    said: str = ""
    version: str | None = None
    commands: Mapping[str, bool] | None = None
    works: Mapping[str, bool] = field(default_factory=dict)
    refusals: Mapping[str, str] = field(default_factory=dict)
    addresses: tuple[Address, ...] | None = None
    system: GuestOs | None = None
    is_frozen: bool | None = None

    @classmethod
    def of_refused_info(cls, words: str) -> AgentReply:
        """Return the reply of an agent that refuses ``guest-info``, in its own words."""
        return cls(Heard.ANSWER, refusals={"guest-info": words[:_QUOTED]})

    @classmethod
    def of_info(cls, answer: object) -> AgentReply:
        """Return the reply for a parsed answer to ``guest-info``; an answer of another shape is nonsense."""
        if not isinstance(answer, dict):
            return cls(Heard.NONSENSE, "its answer to guest-info is none")
        version, listed = answer.get("version"), answer.get("supported_commands")
        commands = {}
        for command in listed if isinstance(listed, list) else []:
            if isinstance(command, dict) and isinstance(name := command.get("name"), str):
                commands[name] = command.get("enabled") is True
        return cls(Heard.ANSWER, version=word_of(version), commands=commands)


def more_of(reply: AgentReply, ask: Callable[[str], object]) -> AgentReply:
    """Return a reply with what the agent says to further questions: those that it has enabled.

    ``ask`` returns the answer to a command. It raises ``RefusedError`` for a refusal, and ``NoMoreError`` when there
    is no more to be heard.
    """
    if reply.heard is not Heard.ANSWER or reply.commands is None:
        return reply
    answers: dict[str, object] = {}
    refusals: dict[str, str] = {}
    for command in ("guest-fsfreeze-status", "guest-get-osinfo", "guest-network-get-interfaces"):
        if reply.commands.get(command) is not True:
            continue
        try:
            answers[command] = ask(command)
        except RefusedError as refusal:
            refusals[command] = str(refusal)[:_QUOTED]
        except NoMoreError:
            break
    return replace(
        reply,
        refusals=refusals,
        addresses=addresses_of(answers.get("guest-network-get-interfaces")),
        system=os_of(answers.get("guest-get-osinfo")),
        is_frozen=any(map(is_frozen_error, refusals.values())) or frozen_of(answers.get("guest-fsfreeze-status")),
    )
