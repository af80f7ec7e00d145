"""Where a new channel goes in a domain: beside its like, else where libvirt itself would write it."""

from __future__ import annotations

from chanfix.domain import Domain
from chanfix.xml.document import Document, Node
from chanfix.xml.edit import (
    Edit,
    insert_after,
    insert_first,
    remove_attribute,
    remove_element,
    rename_element,
    set_attribute,
)

__all__ = ["as_channel", "insert_channel"]

_PORTS = ("serial", "parallel", "console")
# What libvirt writes before the ports, the last first (src/conf/domain_conf.c:virDomainDefFormatInternalSetRootName).
_BEFORE_PORTS = ("smartcard", "interface", "filesystem", "lease", "controller", "disk", "emulator")

# What a serial port, parallel port or console has in common with a channel, and what is only theirs.
_PARTS = frozenset({"source", "target", "protocol", "log", "alias", "address"})
_ATTRIBUTES = frozenset({"type", "tty"})
_TARGET_ATTRIBUTES = frozenset({"type", "name", "state", "port"})


def as_channel(device: Node, target: Node) -> tuple[Edit, ...]:
    """Return the edits that make a port or console a channel with a virtio target; nothing where parts would be lost.

    The address and the number of the port go: they are those of another device.
    """
    children = device.children()
    is_plain = (
        {child.tag for child in children} <= _PARTS
        and device.children("target") == [target]
        and device.attributes.keys() <= _ATTRIBUTES
        and target.attributes.keys() <= _TARGET_ATTRIBUTES
        and not target.children()
        and not device.is_conditional
    )
    if not is_plain:
        return ()
    edits = [*rename_element(device, "channel"), *map(remove_element, device.children("address"))]
    edits += [remove_attribute(node, name) for node, name in ((device, "tty"), (target, "port")) if node.get(name)]
    if target.get("type") != "virtio":
        edits.append(set_attribute(target, "type", "virtio"))
    return tuple(edits)


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
