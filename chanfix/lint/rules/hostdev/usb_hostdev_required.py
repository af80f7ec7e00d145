"""A domain does not start while a USB device of the host is unplugged.

What it does
    Reports a USB ``<hostdev>`` of a QEMU domain without a ``startupPolicy``, or with ``mandatory``. For those who want
    to see it: a device may be needed, and so it is off by default.

Why it matters
    libvirt does not start the domain when the device is not there: ``Did not find USB device 1234:beef``.

Fix
    Sets ``startupPolicy='optional'``: the guest starts without the device then. Unsafe: it may be needed.

References
    https://libvirt.org/formatdomain.html#usb-pci-scsi-devices; libvirt
    ``src/hypervisor/virhostdev.c:virHostdevFindUSBDevice``
"""

from chanfix.domain.hostdev import HostDevice
from chanfix.domain.values import must_be
from chanfix.lint.rule import INFO, At, Bad, Domain, Drafts, Facts, Good, Node, Rule, unsafe
from chanfix.xml.edit import set_attribute


class UsbHostdevRequired(Rule):
    severity = INFO
    refusals = ("Did not find USB device",)
    since = "0.2.0"
    on_by_default = False
    examples = (
        Bad(
            """\
<hostdev mode='subsystem' type='usb'>
  <source>
    <vendor id='0x1234'/>
    <product id='0xbeef'/>
  </source>
</hostdev>
""",
            at="<source>",
            fixed="""\
<hostdev mode='subsystem' type='usb'>
  <source startupPolicy='optional'>
    <vendor id='0x1234'/>
    <product id='0xbeef'/>
  </source>
</hostdev>
""",
        ),
        Good(
            """\
<hostdev mode='subsystem' type='usb'>
  <source startupPolicy='requisite'>
    <vendor id='0x1234'/>
    <product id='0xbeef'/>
  </source>
</hostdev>
"""
        ),
    )

    def hostdev(self, hostdev: Node, domain: Domain, facts: Facts) -> Drafts:
        view, source = HostDevice(hostdev), hostdev.child("source")
        if source is None or not must_be(view.type, "usb") or not domain.is_qemu:
            return
        if view.startup_policy is None or must_be(view.startup_policy, "mandatory"):
            yield self.finding(
                "the domain does not start while this USB device is unplugged",
                At(source, "startupPolicy"),
                fix=unsafe("Start without the device if need be", set_attribute(source, "startupPolicy", "optional")),
            )
