"""The devices of a domain that need SPICE graphics.

The sources are ``qemuValidateDomainChrSourceDef`` and ``qemuValidateDomainDeviceDefAudio`` in
``src/qemu/qemu_validate.c``.
"""

from __future__ import annotations

from collections.abc import Iterator

from chanfix.domain import Channel, Domain
from chanfix.named_tuple import NamedTuple
from chanfix.xml.document import Node

__all__ = ["SpiceDevice", "devices_of_spice"]

_TYPES = frozenset({"spicevmc", "spiceport"})
# These have their type in the element of the device itself.
_WITH_TYPE = ("serial", "parallel", "redirdev")


class SpiceDevice(NamedTuple):
    """A device, the element with its type, and the references to it, which libvirt refuses without the device."""

    node: Node
    source: Node
    references: tuple[Node, ...] = ()

    @property
    def name(self) -> str:
        """The device in a sentence, as ``'spicevmc' channel``."""
        noun = "audio backend" if self.node.tag == "audio" else self.node.tag
        return f"'{self.source.get('type')}' {noun}"

    @property
    def nodes(self) -> tuple[Node, ...]:
        """All elements that a domain without SPICE graphics cannot have."""
        return (self.node, *self.references)


def devices_of_spice(domain: Domain) -> list[SpiceDevice]:
    """Return the devices that libvirt refuses without SPICE graphics, in the order of the text.

    An agent's channel is not among them: it is there for the agent, whatever its type.
    """
    found = [
        SpiceDevice(device, source) for device, source in _character_devices(domain) if source.get("type") in _TYPES
    ]
    references = _references(domain)
    for audio in domain.devices_of("audio"):
        if audio.get("type") == "spice":
            # Of several with one id, which libvirt refuses, the first has the references.
            found.append(SpiceDevice(audio, audio, tuple(references.pop(audio.get("id"), ()))))
    return sorted(found, key=lambda device: device.node.place.span)


def _character_devices(domain: Domain) -> Iterator[tuple[Node, Node]]:
    """Yield the devices with a character device, each with the element that has its type."""
    for channel in domain.channels:
        if not channel.is_agent:
            yield channel.node, channel.node
    for kind in _WITH_TYPE:
        for device in domain.devices_of(kind):
            yield device, device
    for console in domain.consoles:
        if not _is_serial(domain, console):
            yield console.node, console.node
    for smartcard in domain.devices_of("smartcard"):
        if smartcard.get("mode") == "passthrough":
            yield smartcard, smartcard
    for rng in domain.devices_of("rng"):
        for backend in rng.children("backend"):
            if backend.get("model") == "egd":
                yield rng, backend


def _is_serial(domain: Domain, console: Channel) -> bool:
    """Return True if libvirt reads a serial that stays in place of the console (``virDomainDefAddConsoleCompat``).

    It does so after it has refused ``spicevmc``.
    """
    stays = any(serial.get("type") not in _TYPES for serial in domain.devices_of("serial"))
    return stays and not console.is_virtio and console.type != "spicevmc"


def _references(domain: Domain) -> dict[str | None, list[Node]]:
    """Return the references to an audio backend, by its id, where no backend that stays has that id."""
    staying = {audio.get("id") for audio in domain.devices_of("audio") if audio.get("type") != "spice"}
    references: dict[str | None, list[Node]] = {}
    for kind in ("sound", "graphics"):
        for device in domain.devices_of(kind):
            for reference in device.children("audio"):
                if (number := reference.get("id")) is not None and number not in staying:
                    references.setdefault(number, []).append(reference)
    return references
