"""An agent's answer, whether libvirt asked it or chanfix itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

__all__ = ["AgentReply", "Heard"]


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


@dataclass(frozen=True, slots=True)
class AgentReply:
    """An agent's answer, or the reason for none. All texts come from a guest or from libvirt.

    ``commands`` maps the agent's commands to True if they are enabled; None if the agent was not asked for them.
    ``works`` does the same for the calls that were tried instead.
    """

    heard: Heard
    said: str = ""
    version: str | None = None
    commands: Mapping[str, bool] | None = None
    works: Mapping[str, bool] = field(default_factory=dict)

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
        return cls(Heard.ANSWER, version=version if isinstance(version, str) else None, commands=commands)
