"""An address that no device can have.

What it does
    Reports a number of a PCI, USB, drive or CCW address of a QEMU domain that is past the end of its bus: a slot over
    31 or a function over 7, any slot but 0 on a ``pcie-root-port``, a USB port that the controller or hub does not
    have, a bus of SATA other than 0. Also a USB bus or hub that is not declared, a PCI controller on a bus that does
    not come before its own index, and an address of ``pci-root`` or ``pcie-root``.

Why it matters
    libvirt does not define the domain: ``Invalid PCI address 0000:01:05.0. slot must be <= 0``, ``requested USB port 5
    not present on USB bus 0``, ``pci-root and pcie-root controllers should not have an address``. It comes of changing
    the machine type or a controller, and of generators that count.

Fix
    Removes the address, for libvirt to give another. Safe: the domain could not be defined. None for a disk whose name
    stands for a place that another disk has.

References
    libvirt ``src/conf/domain_addr.c:virDomainPCIAddressValidate``, ``virDomainUSBAddressReserve``;
    ``src/conf/device_conf.c:virPCIDeviceAddressIsValid``; ``src/qemu/qemu_validate.c``
"""

from chanfix.domain.address_limits import faults
from chanfix.domain.disk import Disk
from chanfix.domain.occupied import implied_place
from chanfix.lint.rule import ERROR, At, Bad, Domain, Drafts, Facts, Good, Rule, safe
from chanfix.xml.edit import remove_element


class AddressImpossible(Rule):
    severity = ERROR
    refusals = (
        "Invalid PCI address slot='*', must be <= *",
        "slot must be <= *",
        "pci-root and pcie-root controllers should not have an address",
        "index must be larger than bus",
        "requested USB port * not present on USB bus *",
        "there is no hub at port *",
        "Missing USB bus *",
        "bus must be * for sata controller",
        "Only * IDE controller is supported",
        "Only * fdc bus is supported",
        "Invalid specification for virtio ccw address: cssid='*' ssid='*' devno='*'",
    )
    since = "0.2.0"
    only_if_text_has = (b"<address",)
    examples = (
        Bad(
            """\
<controller type='pci' index='1' model='pcie-root-port'/>
<interface type='network'>
  <source network='default'/>
  <model type='virtio'/>
  <address type='pci' domain='0x0000' bus='0x01' slot='0x05' function='0x0'/>
</interface>
""",
            at="0x05",
            fixed="""\
<controller type='pci' index='1' model='pcie-root-port'/>
<interface type='network'>
  <source network='default'/>
  <model type='virtio'/>
</interface>
""",
        ),
        Bad(
            """\
<controller type='usb' index='0' model='qemu-xhci'/>
<input type='tablet' bus='usb'>
  <address type='usb' bus='0' port='5'/>
</input>
""",
            at="5",
            fixed="""\
<controller type='usb' index='0' model='qemu-xhci'/>
<input type='tablet' bus='usb'>
</input>
""",
        ),
        Bad(
            """\
<controller type='pci' index='0' model='pcie-root'>
  <address type='pci' domain='0x0000' bus='0x00' slot='0x02' function='0x0'/>
</controller>
""",
            at="<address type='pci' domain='0x0000' bus='0x00' slot='0x02' function='0x0'/>",
            fixed="""\
<controller type='pci' index='0' model='pcie-root'>
</controller>
""",
        ),
        Good(
            """\
<controller type='pci' index='0' model='pcie-root'/>
<controller type='pci' index='1' model='pcie-root-port'/>
<controller type='usb' index='0' model='qemu-xhci' ports='15'/>
<rng model='virtio'>
  <backend model='random'>/dev/urandom</backend>
  <address type='pci' domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>
</rng>
<input type='tablet' bus='usb'>
  <address type='usb' bus='0' port='15'/>
</input>
<hostdev mode='subsystem' type='pci' managed='yes'>
  <source>
    <address domain='0x0001' bus='0x41' slot='0x00' function='0x0'/>
  </source>
</hostdev>
"""
        ),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        found = domain.occupants if domain.is_qemu else ()
        taken = {one.place for one in found}
        for fault in faults(domain, found):
            device = fault.address.parent
            implied = implied_place(Disk(device)) if device is not None and device.tag == "disk" else None
            fix = safe("Remove the address, so that libvirt gives another", remove_element(fault.address))
            yield self.finding(
                fault.sentence,
                At(fault.address, fault.attribute),
                fix=None if implied in taken else fix,
            )
