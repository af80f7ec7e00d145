"""Which port of a domain the guest's agent is to open, and the names that every guest can carry."""

from __future__ import annotations

import re
from collections.abc import Iterable

from chanfix.domain import Channel
from chanfix.domain.agent_name import AGENT_NAME, agent_number
from chanfix.errors import InputError, UsageError

__all__ = ["agent_port", "check_guest_port", "device_unit"]

# What udev leaves as it is in the name of a device (libudev's encode_devnode_name); it writes '_' for all else, and
# none of these means anything to a shell inside a word, to systemd, or between the quotes of a udev rule.
_KEPT_BY_UDEV = re.compile(r"[\w#+.:=@-]", re.ASCII)
# systemd takes no longer name for a unit.
_MAX_UNIT = 255
_KEPT_BY_SYSTEMD = re.compile(r"[\w:.]", re.ASCII)


def agent_port(channels: Iterable[Channel], port: str | None = None) -> str:
    """Return the name of the one port among a domain's channels that is an agent's, or of the one that is asked for.

    Raises ``InputError`` where it is not there, or where it could be several.
    """
    names = [str(channel.name) for channel in channels if channel.is_virtio and channel.name]
    if port is not None:
        if port not in names:
            raise InputError(f"the domain has no channel '{port}'", hint=f"chanfix add --port {port} adds it")
        return port
    agents = list(dict.fromkeys(name for name in names if agent_number(name) is not None))
    if len(agents) > 1:
        raise InputError(
            f"several ports could be the agent's: {', '.join(agents)}", hint=f"say which, as --port {agents[-1]}"
        )
    if agents:
        return agents[0]
    others = ", ".join(dict.fromkeys(names))
    raise InputError(
        "the domain has no channel for a guest agent",
        hint=f"--port NAME takes another one for it: {others}"
        if others
        else f"chanfix add puts '{AGENT_NAME}' in place",
    )


def check_guest_port(name: str) -> None:
    """Refuse a port name under which a guest would not find the port, or that its configuration could not hold."""
    strange = _KEPT_BY_UDEV.sub("", name)
    if strange:
        raise UsageError(
            f"port name {name!r} holds {strange[0]!r}, and under that name no guest has a device",
            hint="udev writes '_' for it; name the channel with letters, digits and #+-.:=@_ alone",
        )
    if name in ("", ".", "..") or len(device_unit(name)) > _MAX_UNIT:
        raise UsageError(f"port name {name!r} can be no device's", hint="choose one like org.qemu.guest_agent.1")


def device_unit(name: str) -> str:
    """Return the name that systemd has for a port's device, as ``systemd-escape --path`` gives it."""
    escaped = _escaped(f"dev/virtio-ports/{name}")
    return f"{escaped}.device"


def _escaped(path: str) -> str:
    return "-".join(
        "".join(letter if _KEPT_BY_SYSTEMD.match(letter) else f"\\x{ord(letter):02x}" for letter in part)
        for part in path.split("/")
    )
