"""A read-only typed view of a libvirt domain.

The rules are libvirt's own (``src/conf/domain_conf.c``): devices of all ``<devices>`` elements count.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property

from chanfix.agent_name import AGENT_NAME, agent_name, agent_number, guess_agent_name, is_templated
from chanfix.compat import Version, agents_by_version
from chanfix.devices import Address, Channel, Controller
from chanfix.errors import InputError
from chanfix.markup.document import Document, Node
from chanfix.markup.mask import Unknown
from chanfix.markup.span import Position
from chanfix.markup.together import Together

__all__ = [
    "AGENT_NAME",
    "QEMU_NAMESPACE",
    "Address",
    "Channel",
    "Controller",
    "Domain",
    "agent_name",
    "agent_number",
    "domains_in",
    "guess_agent_name",
    "is_templated",
    "place_of",
]

# Of what libvirt hands to QEMU unread: its command line (``src/conf/schemas/domain.rng``).
QEMU_NAMESPACE = "http://libvirt.org/schemas/domain/qemu/1.0"
# The domain types of libvirt's QEMU driver; "test" is the type of libvirt's own test driver, which stands in for it.
_QEMU_TYPES = frozenset({"qemu", "kvm", "kqemu", "hvf", "test"})
# The types that no QEMU runs. "hyperv" is in neither set: which driver runs it depends on the version and the host.
_OTHER_TYPES = frozenset({"bhyve", "lxc", "openvz", "parallels", "phyp", "uml", "vbox", "vmware", "vz", "xen"})

# What a rule can be about: a pass over all the devices of each domain would cost more than most rules. Controllers are
# apart, since nearly every domain has some, and hardly any has one for virtio-serial.
_KINDS = ("channel", "console", "parallel", "redirdev", "serial")
_CONTROLLER = "controller"
_VIRTIO_SERIAL = "virtio-serial"


class Domain:
    """A domain definition."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.document = node.document
        self._containers = node.children("devices")
        self._by_kind: dict[str, list[Node]] = {}
        for devices in self._containers:
            for device in devices.children(*_KINDS):
                self._by_kind.setdefault(device.tag, []).append(device)

    @classmethod
    def of(cls, document: Document) -> Domain:
        """Return the domain that a document is. Raises ``InputError`` when its root is something else."""
        root = document.root
        if root.tag == "domain" and root.get("type") is not None:
            return cls(root)
        what, hint = _what_it_is(root)
        raise InputError(what, hint=hint, position=place_of(root))

    @classmethod
    def parse(cls, xml: bytes) -> Domain:
        """Return the domain that a text is. Raises ``InputError``."""
        return cls.of(Document.parse(xml))

    @property
    def type(self) -> str:
        """The type of the hypervisor."""
        return self.node.get("type") or ""

    @property
    def is_qemu(self) -> bool:
        """Return True if libvirt's QEMU driver runs this domain, or may, whatever the version."""
        return self.type in _QEMU_TYPES or is_templated(self.type)

    @property
    def is_of_other_driver(self) -> bool:
        """Say whether another driver than QEMU's runs this domain; an unknown or a templated type does not tell."""
        return self.type in _OTHER_TYPES

    def talks_to_agent(self, version: Version) -> bool:
        """Return True if libvirt of that version talks to a guest agent in this domain, or may."""
        by_version = agents_by_version(self.type, version)
        return self.is_qemu if by_version is None else by_version

    def lacks_agent(self, version: Version) -> bool:
        """Return True if libvirt of that version is known to talk to no guest agent in this domain."""
        by_version = agents_by_version(self.type, version)
        return self.is_of_other_driver if by_version is None else not by_version

    @property
    def is_definition(self) -> bool:
        """Say whether this is libvirt's: other formats have a ``<domain>`` too, without a type or without devices."""
        return self.node.get("type") is not None and (bool(self._containers) or self.node.child("os") is not None)

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
    def devices(self) -> list[Node]:
        """The device elements, in the order of the document."""
        return [device for devices in self._containers for device in devices.children()]

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

    @property
    def has_unknown_devices(self) -> bool:
        """Say whether there may be devices that a template brings as a whole."""
        return self.document.mask is not None and any(devices.has_unknown_children for devices in self._containers)

    @property
    def may_have_agent(self) -> bool:
        """Say whether what a template fills in may be an agent channel; nothing is said of what is written out."""
        return self.has_unknown_devices or any(
            channel.may_be_agent for channel in self.channels if not channel.is_agent
        )

    @property
    def agent_channels(self) -> list[Channel]:
        """The channels that libvirt takes for its guest agent; it uses the first, QEMU refuses a second."""
        return [channel for channel in self.channels if channel.is_agent]

    @cached_property
    def meant_agents(self) -> list[tuple[Channel, str]]:
        """The channels that are an agent's, or were meant to be, whatever is wrong with them: each with that name."""
        meant = []
        for channel in self.channels:
            names = (guess_agent_name(target.get("name")) for target in channel.targets)
            if name := next(filter(None, names), None):
                meant.append((channel, name))
        return meant

    def can_name(self, channel: Channel, name: str) -> bool:
        """Say whether a fix may make ``channel`` the agent's port ``name``.

        Of those that can be there together with it none has the name, and none before it is meant to.
        """
        return (channel.node, name) in self._heirs

    @cached_property
    def _heirs(self) -> set[tuple[Node, str]]:
        taken: defaultdict[str, Together[Channel]] = defaultdict(Together)
        for channel in self.channels:
            if name := channel.port_name:
                taken[name].add(channel.node, channel)
        return {
            (channel.node, name) for channel, name in self.meant_agents if not taken[name].add(channel.node, channel)
        }

    def devices_of(self, kind: str) -> list[Node]:
        """Return the devices of one kind."""
        if kind in _KINDS:
            return self._by_kind.get(kind, [])
        return [device for devices in self._containers for device in devices.children(kind)]

    @property
    def kinds(self) -> frozenset[str]:
        """Which devices there are that a rule can be about; of controllers those for virtio-serial count.

        A console on virtio-serial is a "virtio-console" as well: there are many others.
        """
        kinds = {*self._by_kind}
        if self.document.may_hold(_VIRTIO_SERIAL) and self.virtio_serial_controllers:
            kinds.add(_CONTROLLER)
        if "console" in kinds and any(console.is_virtio for console in self.consoles):
            kinds.add("virtio-console")
        return frozenset(kinds)


def domains_in(document: Document) -> tuple[Domain, ...]:
    """Return the domain definitions of a document: its root, or those recorded inside a snapshot, a status or a list.

    Other formats have a ``<domain>`` too. libvirt's has a type, and devices or an operating system.
    """
    root = document.root
    nodes = [root] if root.tag == "domain" else root.descendants("domain")
    return tuple(domain for domain in map(Domain, nodes) if domain.is_definition)


def place_of(node: Node) -> Position:
    """Return where an element starts, for an error's sentence."""
    return node.document.position(node.place.span.start)


def _what_it_is(root: Node) -> tuple[str, str]:
    namespace, _, local = root.tag.rpartition("}")
    namespace = namespace.lstrip("{")
    if local == "domain" and namespace:
        what = f"the root <domain> is of the namespace '{namespace}': not a libvirt domain"
    elif local == "domain":
        return "<domain> has no 'type': not a libvirt domain definition", "a libvirt domain starts <domain type='kvm'>"
    else:
        what = f"the root element is <{local}>, not <domain>"
    inside = any(True for _ in root.descendants("domain"))
    if local in ("domainsnapshot", "domstatus", "domainbackup") and inside:
        return f"{what}: the domain inside it is a record, not a definition", "edit the domain's own definition"
    if inside:
        return f"{what}, with domains inside", "keep one domain in a file"
    return what, "name a file that holds a libvirt domain definition"
