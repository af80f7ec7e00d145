"""Where a new channel goes in a domain: beside its like, else where libvirt itself would write it."""

from __future__ import annotations

from chanfix.domain import Domain
from chanfix.markup.document import Document, Node
from chanfix.markup.edit import Edit, insert_after, insert_first

__all__ = ["insert_channel"]

_PORTS = ("serial", "parallel", "console")
# What libvirt writes before the ports, the last first (src/conf/domain_conf.c:virDomainDefFormatInternalSetRootName).
_BEFORE_PORTS = ("smartcard", "interface", "filesystem", "lease", "controller", "disk", "emulator")


def insert_channel(domain: Domain, channel: Node) -> tuple[Edit, ...]:
    """Insert a channel behind the last one; with none, behind the other ports; else in libvirt's order.

    A node of the same document is copied as it is written.
    """
    neighbour = _neighbour(domain)
    if neighbour is not None:
        return (insert_after(neighbour, channel),)
    devices = domain.node.child("devices")
    if devices is not None:
        # Not in front of the first device: a comment above it would then be the channel's.
        return tuple(insert_first(devices, channel))
    place = channel.place.span
    wrapped = Document.parse(f"<devices>{channel.document.text(place)}</devices>".encode()).root
    others = domain.node.children()
    return (insert_after(others[-1], wrapped),) if others else tuple(insert_first(domain.node, wrapped))


def _neighbour(domain: Domain) -> Node | None:
    """Return the device that the new channel stands behind: one that is always there."""
    devices = [device for device in domain.devices if not device.is_conditional]
    for tags in (("channel",), _PORTS, *((tag,) for tag in _BEFORE_PORTS)):
        found = [device for device in devices if device.tag in tags]
        if found:
            return found[-1]
    return None
