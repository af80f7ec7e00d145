"""Two virtio ports have one name.

What it does
    Reports a virtio channel with the name of an earlier one, the agent's apart. libvirt calls a ``spicevmc`` channel
    without a name ``com.redhat.spice.0``. Other channels without a name have none, and consoles never have one. A port
    on QEMU's command line (``<qemu:commandline>``) counts as well. In a template two channels count when they are known
    to be there together: both in one block, or one of them outside of all blocks that the other is not in.

Why it matters
    libvirt takes both at define, with ``--validate`` too. QEMU does not start: ``virtio-serial-bus: A port already
    exists by name com.redhat.spice.0``. It often comes with a second SPICE or ``qemu-vdagent`` channel.

Fix
    Removes the later channel; in a template the one that stands in more blocks. Unsafe: it may be the one that was
    wanted. None for a port on the command line, nor where text stands between the two elements or one has an attribute
    of another namespace: it may be a directive of a template.

References
    QEMU ``hw/char/virtio-serial-bus.c:virtser_port_device_realize``;
    libvirt ``src/qemu/qemu_command.c:qemuBuildSerialChrDeviceProps``
"""

from chanfix.domain import AGENT_NAME, Channel, CommandlinePort, Domain, is_templated, strays
from chanfix.lint.rule import ERROR, At, Bad, Drafts, Facts, Good, Rule, unsafe
from chanfix.xml import edit, together


class DuplicatePortName(Rule):
    severity = ERROR
    refusals = ("A port already exists by name",)
    examples = (
        Bad(
            """\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.1'/>
</channel>
<channel type='pty'>
  <target type='virtio' name='org.qemu.guest_agent.1'/>
</channel>
""",
            at="org.qemu.guest_agent.1",
            fixed="""\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.1'/>
</channel>
""",
        ),
        Bad(
            """\
<channel type='qemu-vdagent'>
  <target type='virtio' name='com.redhat.spice.0'/>
</channel>
<channel type='spicevmc'>
  <target type='virtio'/>
</channel>
<graphics type='spice'/>
""",
            at="<channel type='spicevmc'>",
            fixed="""\
<channel type='qemu-vdagent'>
  <target type='virtio' name='com.redhat.spice.0'/>
</channel>
<graphics type='spice'/>
""",
        ),
        Bad(
            """\
<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <devices>
    <channel type='unix'>
      <target type='virtio' name='org.example.a'/>
    </channel>
  </devices>
  <qemu:commandline>
    <qemu:arg value='-device'/>
    <qemu:arg value='virtserialport,chardev=a,name=org.example.a'/>
  </qemu:commandline>
</domain>
""",
            at="org.example.a",
        ),
        Good(
            """\
<channel type='spicevmc'>
  <target type='virtio'/>
</channel>
<channel type='pty'>
  <target type='virtio'/>
</channel>
<channel type='pty'>
  <target type='virtio'/>
</channel>
<console type='pty'>
  <target type='virtio' name='com.redhat.spice.0'/>
</console>
<graphics type='spice'/>
"""
        ),
        Good(
            """\
<channel type='unix'>
  <target type='virtio' name='{{ port }}'/>
</channel>
<channel type='unix'>
  <target type='virtio' name='{{ port }}'/>
</channel>
"""
        ),
    )

    def commandline_ports(self, ports: list[CommandlinePort], domain: Domain, facts: Facts) -> Drafts:
        for later, port in strays.commandline_clashes(domain):
            if port.name != AGENT_NAME and not domain.is_of_other_driver:
                yield self.finding(
                    f"QEMU's command line has the port '{port.name}' already; QEMU does not start with two",
                    _name_of(later) if isinstance(later, Channel) else At(later.argument, "value"),
                    At(port.argument, "value", "the first port with this name"),
                    note=f"the arguments of that port: {port.written}",
                )

    def channels(self, channels: list[Channel], domain: Domain, facts: Facts) -> Drafts:
        by_name: dict[str, list[Channel]] = {}
        for channel in channels if not domain.is_of_other_driver else ():
            name = channel.port_name
            if name is not None and name != AGENT_NAME and not is_templated(name):
                by_name.setdefault(name, []).append(channel)
        for name, alike in by_name.items():
            ranked = together.outermost_first(alike, lambda channel: channel.node)
            for channel, first in together.collisions(ranked, lambda channel: channel.node):
                fix = unsafe("Remove the other channel", edit.remove_element(channel.node))
                yield self.finding(
                    f"another channel has the port name '{name}' already; QEMU does not start with two",
                    _name_of(channel),
                    _name_of(first, "the channel that stays"),
                    fix=None if together.may_be_apart(channel.node, first.node) else fix,
                )


def _name_of(channel: Channel, label: str = "") -> At:
    if channel.name is None or channel.target is None:
        return At(channel.node, label=label)
    return At(channel.target, "name", label)
