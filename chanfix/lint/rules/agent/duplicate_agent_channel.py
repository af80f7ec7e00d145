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

from chanfix.lint.port_name_rule import PortNameRule
from chanfix.lint.rule import (
    AGENT_CHANNEL,
    AGENT_NAME,
    ERROR,
    Bad,
    Channel,
    Domain,
    Drafts,
    Facts,
    Fix,
    Good,
    Node,
    safe,
    unsafe,
)
from chanfix.xml.edit import remove_element

# What libvirt numbers or reports on its own.
_OWN_ELEMENTS = ("address", "alias")
_OWN_ATTRIBUTES = ("state",)


class DuplicateAgentChannel(PortNameRule):
    is_about_the_agent = True
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

    def channels(self, channels: list[Channel], domain: Domain, facts: Facts) -> Drafts:
        if not domain.is_of_other_driver:
            yield from self._twice(f"name '{AGENT_NAME}'", domain.agent_channels)

    def _fix(self, channel: Channel, first: Channel) -> Fix:
        make = safe if _essence(channel.node) == _essence(first.node) else unsafe
        return make("Remove the other agent channel", remove_element(channel.node))


def _essence(node: Node) -> object:
    """Return what an element says, without what libvirt would fill in on its own."""
    children = [child for child in node.children() if child.tag not in _OWN_ELEMENTS]
    attributes = {name: value for name, value in node.attributes.items() if name not in _OWN_ATTRIBUTES}
    text = "" if children else node.text.strip()
    return node.tag, attributes, text, sorted(map(_essence, children), key=repr)
