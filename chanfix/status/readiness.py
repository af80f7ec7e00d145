"""What an agent would do for libvirt, by the commands that it takes."""

from __future__ import annotations

from chanfix.agent.answer import AgentReply

__all__ = ["FEATURES", "readiness"]

# What people want of an agent -> the commands that libvirt sends for it.
FEATURES = {
    "shutdown": ("guest-shutdown",),
    "reboot": ("guest-shutdown",),
    "quiesced snapshot": ("guest-fsfreeze-freeze", "guest-fsfreeze-thaw"),
    "time": ("guest-get-time", "guest-set-time"),
    "guest info": ("guest-get-osinfo", "guest-get-host-name"),
    "password": ("guest-set-user-password",),
}


def readiness(reply: AgentReply) -> dict[str, bool | None]:
    """Say of each feature whether it would work, None where that is not known.

    What was tried and worked says something of reading alone: the time was read, not set.
    """
    if reply.commands is None:
        return {feature: reply.works.get(feature) for feature in FEATURES}
    return {
        feature: all(reply.commands.get(command) is True for command in commands)
        for feature, commands in FEATURES.items()
    }
