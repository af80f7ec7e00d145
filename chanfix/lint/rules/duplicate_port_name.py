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

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from chanfix.domain import AGENT_NAME, Channel, Domain, is_templated
from chanfix.domain.strays import commandline_clashes
from chanfix.lint.finding import Severity
from chanfix.lint.rules.base import At, Bad, Draft, Facts, Fixable, Good, Rule, Safety
from chanfix.xml.edit import remove_element
from chanfix.xml.together import collisions, may_be_apart, outermost_first

__all__ = ["DuplicatePortName"]


class DuplicatePortName(Rule):
    """A port name that an earlier channel has already."""

    name = "duplicate-port-name"
    summary = "two virtio ports have one name"
    severity = Severity.ERROR
    fixable = Fixable.SOMETIMES
    since = "0.1.0"
    devices = ("channel", "commandline-port")
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

    def check(self, domain: Domain, facts: Facts) -> Iterator[Draft]:
        """Yield channels whose port name is taken; the agent's own duplicates are another rule's."""
        yield from self._on_the_commandline(domain)
        if len(domain.channels) < 2 or domain.is_of_other_driver:
            return
        by_name: defaultdict[str, list[Channel]] = defaultdict(list)
        for channel in domain.channels:
            name = channel.port_name
            if name is not None and name != AGENT_NAME and not is_templated(name):
                by_name[name].append(channel)
        for name, channels in by_name.items():
            ranked = outermost_first(channels, lambda channel: channel.node)
            for channel, first in collisions(ranked, lambda channel: channel.node):
                yield self.finding(
                    f"another channel has the port name '{name}' already; QEMU does not start with two",
                    _name_of(channel),
                    _name_of(first, "the channel that stays"),
                    fix=None
                    if may_be_apart(channel.node, first.node)
                    else self.fix("Remove the other channel", Safety.UNSAFE, remove_element(channel.node)),
                )

    def _on_the_commandline(self, domain: Domain) -> Iterator[Draft]:
        for later, port in commandline_clashes(domain):
            if port.name != AGENT_NAME and not domain.is_of_other_driver:
                yield self.finding(
                    f"QEMU's command line has the port '{port.name}' already; QEMU does not start with two",
                    _name_of(later) if isinstance(later, Channel) else At(later.argument, "value"),
                    At(port.argument, "value", "the first port with this name"),
                    note=f"the arguments of that port: {port.written}",
                )


def _name_of(channel: Channel, label: str = "") -> At:
    if channel.name is None or channel.target is None:
        return At(channel.node, label=label)
    return At(channel.target, "name", label)
