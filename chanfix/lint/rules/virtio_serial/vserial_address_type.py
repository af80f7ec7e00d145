"""A virtio channel has an address that is not a virtio-serial one.

What it does
    Reports an ``<address>`` of type ``pci``, ``usb`` or any other that libvirt knows on a virtio channel or console; a
    console's ``ccw`` one, as s390x has it, is fine. A type that libvirt does not know is refused at once, and is
    ``channel-schema``'s to report.

Why it matters
    The address belongs to the controller; the port sits on a virtio-serial bus. libvirt replaces a channel's without a
    word, so that the file says one thing and the domain another. It keeps a console's, and the start fails with
    ``internal error: virtio serial device has invalid address type``: an error there.

Fix
    Removes the ``<address>``. Safe: libvirt does the same, and picks a port.

References
    libvirt ``src/qemu/qemu_domain_address.c:qemuDomainAssignVirtioSerialAddresses``,
    ``src/qemu/qemu_command.c:qemuBuildVirtioSerialPortDevProps``
"""

from chanfix.lint.rule import AGENT_CHANNEL, ERROR, WARNING, At, Bad, Channel, Domain, Drafts, Facts, Good, Rule, safe
from chanfix.xml.edit import remove_element

_OTHER_TYPES = frozenset(
    {"ccid", "ccw", "dimm", "drive", "isa", "pci", "spapr-vio", "unassigned", "usb", "virtio-mmio"}
)


class VserialAddressType(Rule):
    severity = WARNING
    refusals = ("virtio serial device has invalid address type",)
    examples = (
        Bad(
            """\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
  <address type='pci' domain='0x0000' bus='0x00' slot='0x05' function='0x0'/>
</channel>
""",
            at="pci",
            fixed=AGENT_CHANNEL,
        ),
        Bad(
            """\
<console type='pty'>
  <target type='virtio'/>
  <address type='isa' iobase='0x3f8'/>
</console>
""",
            at="isa",
            fixed="""\
<console type='pty'>
  <target type='virtio'/>
</console>
""",
        ),
        Good(
            """\
<console type='pty'>
  <target type='virtio'/>
  <address type='ccw' cssid='0xfe' ssid='0x0' devno='0x0001'/>
</console>
"""
        ),
        Good(
            """\
<controller type='virtio-serial' index='0'>
  <address type='pci' domain='0x0000' bus='0x00' slot='0x05' function='0x0'/>
</controller>
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
  <address type='virtio-serial' controller='0' bus='0' port='1'/>
</channel>
"""
        ),
    )

    def channel(self, channel: Channel, domain: Domain, facts: Facts) -> Drafts:
        address = channel.address
        if address is None or address.type not in _OTHER_TYPES or not channel.is_virtio or domain.is_of_other_driver:
            return
        is_console = channel.node.tag == "console"
        if is_console and address.type == "ccw":
            return
        outcome = "the domain does not start with it" if is_console else "libvirt replaces it without a word"
        yield self.finding(
            f"a virtio port has no '{address.type}' address; {outcome}",
            At(address.node, "type"),
            fix=safe("Remove the address", remove_element(address.node)),
            severity=ERROR if is_console else None,
        )

    console = channel
