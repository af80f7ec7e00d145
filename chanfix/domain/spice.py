"""The devices of a domain that need SPICE graphics."""

from __future__ import annotations

from chanfix.domain import Domain
from chanfix.xml.document import Node

__all__ = ["devices_of_spice"]

_TYPES = frozenset({"spicevmc", "spiceport"})
_CHARACTER_DEVICES = ("channel", "serial", "parallel", "console", "redirdev", "smartcard")


def devices_of_spice(domain: Domain) -> list[Node]:
    """Return what libvirt refuses without SPICE graphics, with what refers to it.

    The sources are ``qemuValidateDomainChrSourceDef`` and ``qemuValidateDomainDeviceDefAudio`` in
    ``src/qemu/qemu_validate.c``. An agent's channel is there for the agent, whatever its type.
    """
    agents = {channel.node for channel in domain.agent_channels}
    found = [
        device
        for kind in _CHARACTER_DEVICES
        for device in domain.devices_of(kind)
        if device.get("type") in _TYPES and device not in agents
    ]
    audios = domain.devices_of("audio")
    ids = {audio.get("id") for audio in audios if audio.get("type") == "spice"}
    ids -= {audio.get("id") for audio in audios if audio.get("type") != "spice"}
    found += [audio for audio in audios if audio.get("type") == "spice"]
    users = [*domain.devices_of("sound"), *domain.devices_of("graphics")]
    found += [reference for user in users for reference in user.children("audio") if reference.get("id") in ids]
    return found
