"""A channel or virtio-serial controller is not one that libvirt takes whole.

What it does
    Holds each ``<channel>`` and each ``<controller type='virtio-serial'>`` against a grammar of what libvirt knows
    (``schemas/virtio-serial.rng``), and reports the innermost part that does not fit: an attribute or element that is
    unknown, there twice or missing, a value that is none of those that exist, a number that is none. An element that is
    unknown in its place is one finding with all that is in it. What other rules
    report with more to say is left to them: an agent channel's type, an agent's target, a missing or a second
    ``<target>``, a misplaced agent channel, the ``mode`` of a Unix socket, ``state``, generated aliases.

Why it matters
    What libvirt does not know it drops without a word, so that a slip of the pen is an option that was never set. The
    rest it refuses: ``unsupported configuration: unknown type presented to host for character device: unixx``,
    ``internal error: Missing source host attribute for char device``, ``XML error: Invalid value for attribute 'port'
    in element 'address': '0x1'. Expected non-negative integer value``.

Fix
    None: what was wanted is not known.

References
    https://libvirt.org/formatdomain.html#consoles-serial-parallel-channel-devices; libvirt
    ``src/conf/schemas/domaincommon.rng``, ``src/conf/domain_conf.c:virDomainChrDefParseXML``
"""

from functools import cache

from chanfix import resources
from chanfix.domain import AGENT_NAME, Channel, Controller, Domain, is_templated
from chanfix.lint.rule import ERROR, WARNING, At, Bad, Drafts, Facts, Good, Node, Part, Rule
from chanfix.relaxng.schema import Fault, Schema

# What libvirt asks for, type by type (src/conf/domain_validate.c:virDomainChrSourceDefValidate).
_NEEDS = {
    "dbus": "a <source> with a 'channel'",
    "dev": "a <source> with a 'path'",
    "file": "a <source> with a 'path'",
    "pipe": "a <source> with a 'path'",
    "spiceport": "a <source> with a 'channel'",
    "tcp": "one <source> with a 'host' and a 'service'",
    "udp": "a <source> with a 'service' to connect to",
    "unix": "a <source> with a 'path', unless its target is virtio or xen",
}


class ChannelSchema(Rule):
    severity = ERROR
    examples = (
        Bad(
            """\
<channel type='unix'>
  <source mode='bind' pth='/run/web.sock'/>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
            at="pth='/run/web.sock'",
        ),
        Bad(
            """\
<channel type='tcp'>
  <source mode='bind' service='9900'/>
  <target type='virtio' name='com.example.shell'/>
</channel>
""",
            at="<channel type='tcp'>",
        ),
        Bad(
            """\
<controller type='virtio-serial' index='0' model='virtio-serial'/>
""",
            at="model='virtio-serial'",
        ),
        Good(
            """\
<controller type='virtio-serial' index='0' model='virtio-transitional' ports='16' vectors='4'>
  <driver iommu='on'/>
</controller>
<channel type='unix'>
  <source mode='connect' path='/run/web.sock'>
    <reconnect enabled='yes' timeout='10'/>
  </source>
  <log file='/var/log/web.log' append='on'/>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
  <alias name='ua-agent'/>
  <address type='virtio-serial' controller='0' bus='0' port='1'/>
</channel>
"""
        ),
        Good(
            """\
<channel type='{{ kind }}'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
"""
        ),
    )

    def channel(self, channel: Channel, domain: Domain, facts: Facts) -> Drafts:
        # A grammar knows nothing of parts that are there on a condition.
        if not channel.node.has_holes_beside_values:
            for fault in _grammar().faults(channel.node):
                if not _is_said_elsewhere(channel, fault):
                    yield from self._findings(fault)

    def controller(self, controller: Controller, domain: Domain, facts: Facts) -> Drafts:
        if not controller.node.has_holes_beside_values:
            for fault in _grammar().faults(controller.node):
                if not _is_generated_alias(fault.node):
                    yield from self._findings(fault)

    def _findings(self, fault: Fault) -> Drafts:
        # What a template has yet to fill in may turn out well; an agent channel that stands here is another rule's.
        if not any(map(is_templated, fault.node.attributes.values())) and not _is_misplaced_agent(fault.node):
            yield self.finding(
                _sentence(fault),
                At(fault.node, fault.attribute, part=Part.ATTRIBUTE),
                severity=WARNING if _is_taken(fault) else None,
            )


@cache
def _grammar() -> Schema:
    """Return the grammar, read when the first domain with a channel or a controller comes by."""
    return Schema.load(resources.path("schemas/virtio-serial.rng"))


def _is_taken(fault: Fault) -> bool:
    """Return True if libvirt defines the domain, without the part or with a type of its own choice."""
    is_channel = fault.node.tag == "channel" and _is_device(fault.node) and fault.attribute is None
    return fault.is_unknown or (is_channel and fault.node.get("type") is None)


def _sentence(fault: Fault) -> str:
    node = fault.node
    if fault.is_unknown:
        return f"<{node.tag}> is unknown in <{node.parent.tag if node.parent else ''}>; libvirt drops it"
    if fault.attribute:
        return f"libvirt takes no '{fault.attribute}' that is '{node.get(fault.attribute)}' on <{node.tag}>"
    if fault.is_second:
        return f"libvirt takes no second <{node.tag}>"
    if node.tag != "channel" or not _is_device(node):
        return f"libvirt takes no such <{node.tag}>: it is unknown here, or something in it is missing or wrong"
    kind = node.get("type")
    if kind is None:
        return "the channel has no type; libvirt makes it a 'pty'"
    needs = f"; it needs {_NEEDS[kind]}" if kind in _NEEDS else ""
    return f"libvirt takes no such channel of type '{kind}'{needs}"


def _is_said_elsewhere(channel: Channel, fault: Fault) -> bool:
    """Say whether another rule reports the fault, or libvirt does not mind it."""
    node, attribute = fault.node, fault.attribute
    if node == channel.node:
        return channel.target is None or (channel.is_agent and channel.type != "unix")
    if node.tag == "target":
        return attribute == "state" or fault.is_second or channel.name == AGENT_NAME
    if attribute == "mode" and node.tag == "source":
        # Only sockets have a mode; on another type libvirt does not look at it.
        return channel.type not in ("tcp", "udp", "unix") or (channel.type == "unix" and channel.is_virtio)
    return _is_generated_alias(node)


def _is_misplaced_agent(node: Node) -> bool:
    return node.tag == "channel" and not _is_device(node) and Channel(node).is_agent


def _is_device(node: Node) -> bool:
    return node.parent is not None and node.parent.tag == "devices"


def _is_generated_alias(node: Node) -> bool:
    name = node.get("name") or ""
    return node.tag == "alias" and bool(name) and not name.startswith("ua-")
