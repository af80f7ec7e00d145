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

from __future__ import annotations

from collections.abc import Iterator

from chanfix.domain import Domain
from chanfix.domain.virtio_serial import ports_asked_for
from chanfix.lint.finding import Severity
from chanfix.lint.rules.base import At, Bad, Draft, Facts, Fixable, Good, Rule, Safety
from chanfix.xml.edit import remove_element

__all__ = ["VserialPortZero"]


class VserialPortZero(Rule):
    """A channel's port 0, which means none."""

    name = "vserial-port-zero"
    summary = "a channel asks for virtio-serial port 0"
    severity = Severity.INFO
    fixable = Fixable.ALWAYS
    since = "0.1.0"
    devices = ("channel",)
    examples = (
        Bad(
            """\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
  <address type='virtio-serial' controller='0' bus='0' port='0'/>
</channel>
""",
            at="0",
            fixed="""\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
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

    def check(self, domain: Domain, facts: Facts) -> Iterator[Draft]:
        """Yield channels with port 0."""
        for port in ports_asked_for(domain):
            if port.device.node.tag == "channel" and port.address.number("port") == 0:
                yield self.finding(
                    "port 0 is kept for consoles; libvirt gives the channel another one without a word",
                    At(port.address.node, "port"),
                    fix=self.fix("Remove the address", Safety.SAFE, remove_element(port.address.node)),
                )
