"""There is more than one agent channel.

What it does
    Reports every channel with the guest agent's name behind the first. A port on QEMU's command line
    (``<qemu:commandline>``) counts as the first. In a template two channels count when they are known to be there
    together: both in one block, or one of them outside of all blocks that the other is not in.

Why it matters
    libvirt takes both at define, with ``--validate`` too. QEMU does not start: ``virtio-serial-bus: A port already
    exists by name org.qemu.guest_agent.0``.

Fix
    Removes the later channel; in a template the one that stands in more blocks. Safe when both say the same, address
    and alias apart; else unsafe, since it may be the one that was wanted. None where text stands between the two
    elements, or one has an attribute of another namespace: it may be a directive of a template. None for a port on the
    command line: another program may need its socket.

References
    QEMU ``hw/char/virtio-serial-bus.c:virtser_port_device_realize``
"""

from chanfix.domain import AGENT_NAME, Channel, CommandlinePort, Domain, strays
from chanfix.lint.rule import AGENT_CHANNEL, ERROR, At, Bad, Drafts, Facts, Good, Node, Rule, safe, unsafe
from chanfix.xml import edit, together

# What libvirt numbers or reports on its own.
_OWN_ELEMENTS = ("address", "alias")
_OWN_ATTRIBUTES = ("state",)


class DuplicateAgentChannel(Rule):
    severity = ERROR
    refusals = ("A port already exists by name org.qemu.guest_agent.0",)
    examples = (
        Bad(
            """\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
  <address type='virtio-serial' controller='0' bus='0' port='1'/>
</channel>
<channel type="unix">
  <target type="virtio" name="org.qemu.guest_agent.0"/>
</channel>
""",
            at="org.qemu.guest_agent.0",
            fixed="""\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
  <address type='virtio-serial' controller='0' bus='0' port='1'/>
</channel>
""",
        ),
        Bad(
            """\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
<channel type='unix'>
  <source mode='bind' path='/var/lib/libvirt/qemu/web.agent'/>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
            at="org.qemu.guest_agent.0",
            fixed=AGENT_CHANNEL,
        ),
        Bad(
            """\
<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <devices>
    <channel type='unix'>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
  </devices>
  <qemu:commandline>
    <qemu:arg value='-device'/>
    <qemu:arg value='virtserialport,chardev=a,name=org.qemu.guest_agent.0'/>
  </qemu:commandline>
</domain>
""",
            at="org.qemu.guest_agent.0",
        ),
        Good(
            """\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.1'/>
</channel>
<console type='pty'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</console>
"""
        ),
    )

    def commandline_ports(self, ports: list[CommandlinePort], domain: Domain, facts: Facts) -> Drafts:
        for later, port in strays.commandline_clashes(domain):
            if port.name == AGENT_NAME and not domain.is_of_other_driver:
                yield self.finding(
                    f"QEMU's command line has the port '{port.name}' already; QEMU does not start with two",
                    _name_of(later) if isinstance(later, Channel) else At(later.argument, "value"),
                    At(port.argument, "value", "the first port with this name"),
                    note=f"the arguments of that port: {port.written}",
                )

    def channels(self, channels: list[Channel], domain: Domain, facts: Facts) -> Drafts:
        agents = together.outermost_first(domain.agent_channels, lambda channel: channel.node)
        if domain.is_of_other_driver:
            return
        for channel, first in together.collisions(agents, lambda channel: channel.node):
            make = safe if _essence(channel.node) == _essence(first.node) else unsafe
            fix = make("Remove the other agent channel", edit.remove_element(channel.node))
            yield self.finding(
                f"another channel has the name '{AGENT_NAME}' already; QEMU does not start with two",
                _name_of(channel),
                _name_of(first, "the channel that stays"),
                fix=None if together.may_be_apart(channel.node, first.node) else fix,
            )


def _name_of(channel: Channel, label: str = "") -> At:
    return At(channel.target or channel.node, "name", label)


def _essence(node: Node) -> object:
    """Return what an element says, without what libvirt would fill in on its own."""
    children = [child for child in node.children() if child.tag not in _OWN_ELEMENTS]
    attributes = {name: value for name, value in node.attributes.items() if name not in _OWN_ATTRIBUTES}
    text = "" if children else node.text.strip()
    return node.tag, attributes, text, sorted(map(_essence, children), key=repr)
