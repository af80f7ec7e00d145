"""Read-only typed views of the devices that virtio-serial is about: channels, consoles and controllers.

Names and rules are libvirt's own (``src/conf/domain_conf.c``): of two ``<target>`` the first counts.
"""

from __future__ import annotations

import re
from functools import cached_property

from chanfix.domain.agent_name import AGENT_NAME, agent_number, is_templated
from chanfix.xml.document import Node
from chanfix.xml.holes import Unknown

__all__ = ["Address", "Channel", "Controller"]

# The name that libvirt itself gives a spicevmc port without one (``qemuBuildVirtioSerialPortDevProps``); a qemu-vdagent
# port without one stays nameless.
_SPICE_NAME = "com.redhat.spice.0"
# libvirt takes blanks and a sign in front, too; nobody writes them.
_NUMBER = re.compile(r"[0-9]{1,9}")


class Address:
    """The ``<address>`` of a device."""

    def __init__(self, node: Node) -> None:
        self.node = node

    @property
    def type(self) -> str | None:
        """The kind of address: ``virtio-serial``, ``pci``, ..."""
        return self.node.get("type")

    def number(self, name: str) -> int | None:
        """Return an attribute that is a decimal number, None when it is missing or none."""
        return _number(self.node.get(name))


class Channel:
    """A ``<channel>``, or a ``<console>``, which can take a virtio port too."""

    def __init__(self, node: Node) -> None:
        self.node = node

    @cached_property
    def type(self) -> str | None:
        """The type of the host side: ``unix``, ``pty``, ``spicevmc``, ...; libvirt takes a missing one for pty."""
        return self.node.get("type")

    @cached_property
    def target(self) -> Node | None:
        """The first ``<target>``: the one that counts."""
        return self.node.child("target")

    @property
    def has_conditional_target(self) -> bool:
        """Return True if the target stands in a block of a template that the channel is not in: it may be another."""
        return self.target is not None and self.target.is_conditional

    @cached_property
    def targets(self) -> list[Node]:
        """All ``<target>`` elements."""
        return self.node.children("target")

    @cached_property
    def source(self) -> Node | None:
        """The first ``<source>``."""
        return self.node.child("source")

    @cached_property
    def target_type(self) -> str | None:
        """What the guest sees: ``virtio``, ``xen`` or ``guestfwd``."""
        return self._get(self.target, "type")

    @cached_property
    def name(self) -> str | None:
        """The name of the port in the guest, as written: compared exactly, never trimmed."""
        return self._get(self.target, "name")

    @cached_property
    def path(self) -> str | None:
        """The path of the socket on the host; None leaves it to libvirt."""
        return self._get(self.source, "path")

    @cached_property
    def mode(self) -> str | None:
        """``bind``, ``connect`` or None; libvirt takes None with a path for ``connect``."""
        return self._get(self.source, "mode")

    @cached_property
    def address(self) -> Address | None:
        """The ``<address>`` on the guest's side."""
        node = self.node.child("address")
        return None if node is None else Address(node)

    def _get(self, child: Node | None, name: str) -> str | None:
        """Return an attribute of a child, which a template may bring as a whole."""
        if child is not None and child is self.target and self.has_conditional_target:
            return Unknown(child.document.text(child.place.span))
        if child is not None:
            return child.get(name)
        return Unknown() if self.node.has_unknown_children else None

    @property
    def may_be_agent(self) -> bool:
        """Return True if the channel is the agent's, or could be once a template is filled in."""
        return self.is_agent or any(is_templated(value) for value in (self.target_type, self.name))

    @cached_property
    def is_virtio(self) -> bool:
        """Return True if the channel is a virtio-serial port."""
        return self.target_type == "virtio"

    @property
    def could_be_virtio(self) -> bool:
        """Return True if the target is virtio, or of no type that libvirt knows, so that its name may be a port's."""
        return self.target_type not in ("xen", "guestfwd")

    @cached_property
    def port_name(self) -> str | None:
        """The name that QEMU gives the virtio port: with what libvirt implies; None for none, as a console's."""
        if not self.is_virtio or self.node.tag != "channel":
            return None
        return _SPICE_NAME if self.name is None and self.type == "spicevmc" else self.name

    @property
    def is_detached_agent(self) -> bool:
        """Return True if the port is an agent's that libvirt leaves alone: ``org.qemu.guest_agent.1`` and up."""
        return self.is_virtio and (agent_number(self.name) or 0) >= 1

    @cached_property
    def is_agent(self) -> bool:
        """Return True if libvirt takes this channel for its guest agent (``qemuFindAgentConfig``); any type counts."""
        return self.port_name == AGENT_NAME


class Controller:
    """A ``<controller>``."""

    def __init__(self, node: Node) -> None:
        self.node = node

    @property
    def type(self) -> str | None:
        """The kind of controller."""
        return self.node.get("type")

    @property
    def index(self) -> int | None:
        """The index, None when it is left to libvirt."""
        return _number(self.node.get("index"))

    @property
    def ports(self) -> int | None:
        """How many ports a virtio-serial controller has, None when it is left to libvirt (31)."""
        return _number(self.node.get("ports"))


def _number(text: str | None) -> int | None:
    """Read a number as libvirt does (``virXMLPropUInt``): decimal, or nothing."""
    return int(text) if text and _NUMBER.fullmatch(text) else None
