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

from chanfix.lint.port_name_rule import PortNameRule
from chanfix.lint.rule import (
    AGENT_NAME,
    ERROR,
    Bad,
    Channel,
    Domain,
    Drafts,
    Facts,
    Fix,
    Good,
    is_templated,
    unsafe,
)
from chanfix.xml.edit import remove_element


class DuplicatePortName(PortNameRule):
    is_about_the_agent = False
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

    def channels(self, channels: list[Channel], domain: Domain, facts: Facts) -> Drafts:
        by_name: dict[str, list[Channel]] = {}
        for channel in channels if not domain.is_of_other_driver else ():
            name = channel.port_name
            if name is not None and name != AGENT_NAME and not is_templated(name):
                by_name.setdefault(name, []).append(channel)
        for name, alike in by_name.items():
            yield from self._twice(f"port name '{name}'", alike)

    def _fix(self, channel: Channel, first: Channel) -> Fix:
        return unsafe("Remove the other channel", remove_element(channel.node))
