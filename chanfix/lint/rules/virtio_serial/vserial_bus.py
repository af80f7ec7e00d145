"""An address asks for a virtio-serial bus other than 0.

What it does
    Reports a channel or virtio console whose address names a port on a ``bus`` other than 0. A channel's address
    without a port, or with port 0, is not reported: libvirt writes it again, with bus 0.

Why it matters
    libvirt does not check the number and hands it on. A virtio-serial controller has one bus, and QEMU does not start:
    ``Bus 'virtio-serial0.1' not found``.

Fix
    Sets the bus to 0. Safe: no other can work.

References
    QEMU ``hw/char/virtio-serial-bus.c``; libvirt ``src/qemu/qemu_command.c:qemuBuildVirtioSerialPortDevProps``
"""

from chanfix.lint.rule import ERROR, At, Bad, Domain, Drafts, Facts, Good, Port, Rule, safe
from chanfix.xml.edit import set_attribute


class VserialBus(Rule):
    severity = ERROR
    refusals = ("Bus '*' not found",)
    examples = (
        Bad(
            """\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
  <address type='virtio-serial' controller='0' bus='1' port='1'/>
</channel>
""",
            at="1",
            fixed="""\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
  <address type='virtio-serial' controller='0' bus='0' port='1'/>
</channel>
""",
        ),
        Good(
            """\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
  <address type='virtio-serial' controller='0' bus='0' port='1'/>
</channel>
<channel type='pty'>
  <target type='virtio' name='com.example.shell'/>
  <address type='virtio-serial' controller='0' bus='3'/>
</channel>
"""
        ),
    )

    def port(self, port: Port, domain: Domain, facts: Facts) -> Drafts:
        # Of an address without a port libvirt sets the bus itself.
        if port.bus and port.number is not None:
            yield self.finding(
                f"virtio-serial bus {port.bus} does not exist; a controller has bus 0 only",
                At(port.address.node, "bus"),
                fix=safe("Set the bus to 0", set_attribute(port.address.node, "bus", "0")),
            )
