"""A channel asks for virtio-serial port 0.

What it does
    Reports a channel whose address has ``port='0'``. Consoles may have that port.

Why it matters
    QEMU keeps port 0 for consoles, so libvirt takes the 0 for not set and gives the channel the next free port without
    a word: the file says one thing and the domain another.

Fix
    Removes the ``<address>``. Safe: libvirt picks the port either way.

References
    libvirt ``src/conf/domain_addr.c:virDomainVirtioSerialAddrIsComplete``;
    QEMU ``hw/char/virtio-serial-bus.c``, "Port number 0 on virtio-serial devices reserved for virtconsole devices"
"""

from chanfix.lint.rule import AGENT_CHANNEL, INFO, At, Bad, Domain, Drafts, Facts, Good, Port, Rule, safe
from chanfix.xml.edit import remove_element


class VserialPortZero(Rule):
    severity = INFO
    examples = (
        Bad(
            """\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
  <address type='virtio-serial' controller='0' bus='0' port='0'/>
</channel>
""",
            at="0",
            fixed=AGENT_CHANNEL,
        ),
        Good(
            """\
<console type='pty'>
  <target type='virtio'/>
  <address type='virtio-serial' controller='0' bus='0' port='0'/>
</console>
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
  <address type='virtio-serial' controller='0' bus='0'/>
</channel>
"""
        ),
    )

    def port(self, port: Port, domain: Domain, facts: Facts) -> Drafts:
        if port.device.node.tag == "channel" and port.address.number("port") == 0:
            yield self.finding(
                "port 0 is kept for consoles; libvirt gives the channel another one without a word",
                At(port.address.node, "port"),
                fix=safe("Remove the address", remove_element(port.address.node)),
            )
