"""A read-only typed view of a libvirt domain.

The rules are libvirt's own (``src/conf/domain_conf.c``): devices of all ``<devices>`` elements count.
"""

from __future__ import annotations

from functools import cached_property
from itertools import chain, islice, takewhile
from typing import TYPE_CHECKING

from chanfix.domain.agent_name import AGENT_NAME, agent_name, agent_number, guess_agent_name, is_templated
from chanfix.domain.commandline import QEMU_NAMESPACE, CommandlinePort, read_ports
from chanfix.domain.definitions import INACTIVE, RECORDS, definition_of, definitions_in, place_of
from chanfix.domain.devices import Address, Channel, Controller
from chanfix.domain.versions import Version, agents_by_version
from chanfix.xml.document import Document, Node
from chanfix.xml.holes import Unknown

if TYPE_CHECKING:
    from chanfix.domain.machine import Machine, MachineUse
    from chanfix.domain.occupied import Occupant

__all__ = [
    "AGENT_NAME",
    "QEMU_NAMESPACE",
    "Address",
    "Channel",
    "CommandlinePort",
    "Controller",
    "Domain",
    "agent_name",
    "agent_number",
    "domains_in",
    "guess_agent_name",
    "is_templated",
    "place_of",
]

# The domain types of libvirt's QEMU driver; "test" is the type of libvirt's own test driver, which stands in for it.
_QEMU_TYPES = frozenset({"qemu", "kvm", "kqemu", "hvf", "test"})
# The types that no QEMU runs. "hyperv" is in neither set: which driver runs it depends on the version and the host.
_OTHER_TYPES = frozenset({"bhyve", "lxc", "openvz", "parallels", "phyp", "uml", "vbox", "vmware", "vz", "xen"})

_CONTROLLER = "controller"
# Channels that are compared with one that a fix would give the agent's name.
_MOST_RIVALS = 50
_VIRTIO_SERIAL = "virtio-serial"


class Domain:
    """A domain definition."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.document = node.document
        self._containers = node.children("devices")
        self.devices = [device for devices in self._containers for device in devices.children()]
        """The device elements, in the order of the document."""
        self._by_kind: dict[str, list[Node]] = {}
        for device in self.devices:
            self._by_kind.setdefault(device.tag, []).append(device)

    @classmethod
    def of(cls, document: Document) -> Domain:
        """Return the domain that a document is. Raises ``InputError`` when its root is something else."""
        return cls(definition_of(document))

    @classmethod
    def parse(cls, xml: bytes) -> Domain:
        """Return the domain that a text is. Raises ``InputError``."""
        return cls.of(Document.parse(xml))

    @property
    def type(self) -> str:
        """The type of the hypervisor."""
        return self.node.get("type") or ""

    @property
    def is_record(self) -> bool:
        """Return True if libvirt wrote down the domain as it was: values of a running domain belong there."""
        return not self.is_inactive and any(around.tag in RECORDS for around in self.node.ancestors)

    @property
    def is_inactive(self) -> bool:
        """Return True if this is the definition that a snapshot holds beside the running domain."""
        return self.node.tag == INACTIVE

    @property
    def is_running(self) -> bool:
        """Return True if this is the text of a running domain: libvirt writes an ``id`` for no other."""
        number = self.node.get("id")
        return number is not None and not isinstance(number, Unknown) and number.strip().isdecimal()

    @property
    def is_qemu(self) -> bool:
        """Return True if libvirt's QEMU driver runs this domain, or may, whatever the version."""
        return self.type in _QEMU_TYPES or is_templated(self.type)

    @property
    def is_of_other_driver(self) -> bool:
        """Return True if another driver than QEMU's runs this domain; an unknown or a templated type does not tell."""
        return self.type in _OTHER_TYPES

    def talks_to_agent(self, version: Version) -> bool:
        """Return True if libvirt of that version talks to a guest agent in this domain, or may."""
        by_version = agents_by_version(self.type, version)
        return self.is_qemu if by_version is None else by_version

    def lacks_agent(self, version: Version) -> bool:
        """Return True if libvirt of that version is known to talk to no guest agent in this domain."""
        by_version = agents_by_version(self.type, version)
        return self.is_of_other_driver if by_version is None else not by_version

    @cached_property
    def name_node(self) -> Node | None:
        """The ``<name>`` element."""
        return self.node.child("name")

    @cached_property
    def name(self) -> str | None:
        """The name of the domain; None also for one that a template fills in."""
        name = self.name_node.text if self.name_node is not None else None
        return None if isinstance(name, Unknown) else name

    @cached_property
    def uuid(self) -> str | None:
        """The UUID as it is written; None also for one that a template fills in."""
        node = self.node.child("uuid")
        text = node.text if node is not None else None
        return text.strip() if text is not None and not isinstance(text, Unknown) else None

    @cached_property
    def machine(self) -> Machine:
        """The architecture and the machine type, as far as they are known."""
        from chanfix.domain.machine import machine_of

        return machine_of(self)

    @cached_property
    def machine_use(self) -> MachineUse | None:
        """The machine type that is written; None where it is not known, or another driver reads it."""
        from chanfix.domain.machine import machine_use_of

        return machine_use_of(self)

    @cached_property
    def occupants(self) -> tuple[Occupant, ...]:
        """The devices with a known place on a bus, in the order of the text."""
        from chanfix.domain.occupied import occupants

        return tuple(occupants(self))

    @cached_property
    def channels(self) -> list[Channel]:
        """The channels."""
        return [Channel(node) for node in self.devices_of("channel")]

    @cached_property
    def consoles(self) -> list[Channel]:
        """The consoles: one with a virtio target takes a virtio port."""
        return [Channel(node) for node in self.devices_of("console")]

    @cached_property
    def virtio_serial_controllers(self) -> list[Controller]:
        """The declared controllers that virtio ports sit on."""
        return [Controller(node) for node in self.devices_of(_CONTROLLER) if node.get("type") == _VIRTIO_SERIAL]

    @cached_property
    def commandline_ports(self) -> tuple[CommandlinePort, ...]:
        """The ports with a name that the domain gives to QEMU itself; libvirt does not see them."""
        return read_ports(self.node) if b"commandline" in self.document.data else ()

    @property
    def has_unknown_devices(self) -> bool:
        """Return True if a template may bring whole devices."""
        return self.document.mask is not None and (
            self.node.is_made_up or any(devices.has_unknown_children for devices in self._containers)
        )

    @property
    def may_have_agent(self) -> bool:
        """Return True if a template may fill in an agent channel; a channel that is written out does not count."""
        return self.has_unknown_devices or any(
            channel.may_be_agent for channel in self.channels if not channel.is_agent
        )

    @property
    def agent_channels(self) -> list[Channel]:
        """The channels that libvirt treats as its guest agent's; it uses the first, QEMU refuses a second."""
        return [channel for channel in self.channels if channel.is_agent]

    @property
    def detached_agents(self) -> list[Channel]:
        """The agents' channels that libvirt leaves alone."""
        return [channel for channel in self.channels if channel.is_detached_agent]

    @cached_property
    def meant_agents(self) -> list[tuple[Channel, str]]:
        """The channels that are an agent's, or were meant to be, whatever is wrong with them: each with that name."""
        meant = []
        for channel in self.channels:
            if channel.has_conditional_target:
                continue
            names = (guess_agent_name(target.get("name")) for target in channel.targets)
            if name := next(filter(None, names), None):
                meant.append((channel, name))
        return meant

    def channels_at_times(self, name: str) -> list[Channel]:
        """Return the channels of which a template's condition decides whether they are the port of that name."""
        return [
            channel
            for channel in self.channels
            if any(_is_at_times(target.get("name"), name, channel) for target in channel.targets)
        ]

    def can_name(self, channel: Channel, name: str) -> bool:
        """Return True if a fix may make ``channel`` the agent's port ``name``.

        Of the channels and ports on QEMU's command line that are not certainly absent beside it, none has the name, and
        no channel before it is meant to. Where more than a few dozen are meant to have it, no fix may.
        """
        named, meant = self._claimants.get(name, ([], []))
        before = takewhile(lambda node: node != channel.node, meant)
        rivals = list(islice((node for node in chain(named, before) if node != channel.node), _MOST_RIVALS + 1))
        return len(rivals) <= _MOST_RIVALS and all(node.excludes(channel.node) for node in rivals)

    @cached_property
    def _claimants(self) -> dict[str, tuple[list[Node], list[Node]]]:
        """The channels that have each port name, and those that are meant to have it."""
        claimants: dict[str, tuple[list[Node], list[Node]]] = {}
        for channel in self.channels:
            if name := channel.port_name:
                claimants.setdefault(name, ([], []))[0].append(channel.node)
        for port in self.commandline_ports:
            claimants.setdefault(port.name, ([], []))[0].append(port.argument)
        for channel, name in self.meant_agents:
            claimants.setdefault(name, ([], []))[1].append(channel.node)
        return claimants

    def devices_of(self, kind: str) -> list[Node]:
        """Return the devices of one kind."""
        return self._by_kind.get(kind, [])


def domains_in(document: Document) -> tuple[Domain, ...]:
    """Return the domains of a document: its root, or those recorded inside a snapshot, a status or a list."""
    return tuple(map(Domain, definitions_in(document)))


def _is_at_times(written: str | None, name: str, channel: Channel) -> bool:
    if isinstance(written, Unknown):
        return name in written
    return channel.has_conditional_target and name in (written, guess_agent_name(written))
