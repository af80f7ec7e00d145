"""No root port is free, so nothing can be plugged into the running guest.

What it does
    Reports a QEMU domain on ``q35`` or the ``virt`` of ARM or RISC-V whose ``pcie-root-port`` controllers are all taken
    by the addresses of its devices. Silent where no port is declared: libvirt then adds one more than it needs. Off by
    default: not everybody plugs devices in.

Why it matters
    A PCI Express device can be plugged only into a port that was there when the guest started: ``internal error: No
    more available PCI slots``. To add one the guest has to be powered off.

Fix
    Declares one more port. Unsafe: the guest has a device more.

References
    https://libvirt.org/pci-hotplug.html; libvirt ``src/qemu/qemu_domain_address.c:qemuDomainAssignPCIAddresses``
"""

from chanfix.domain.controllers import AnyController
from chanfix.domain.values import Known
from chanfix.lint.rule import INFO, At, Bad, Domain, Drafts, Facts, Good, Rule, unsafe
from chanfix.xml.document import Document
from chanfix.xml.edit import insert_after


class NoSpareRootPort(Rule):
    severity = INFO
    refusals = ("No more available PCI slots",)
    since = "0.2.0"
    on_by_default = False
    only_if_text_has = (b"controller",)
    examples = (
        Bad(
            """\
<controller type='pci' index='0' model='pcie-root'/>
<controller type='pci' index='1' model='pcie-root-port'/>
<interface type='network'>
  <source network='default'/>
  <model type='virtio'/>
  <address type='pci' domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>
</interface>
""",
            at="<controller type='pci' index='1' model='pcie-root-port'/>",
            fixed="""\
<controller type='pci' index='0' model='pcie-root'/>
<controller type='pci' index='1' model='pcie-root-port'/>
<controller type='pci' index='2' model='pcie-root-port'/>
<interface type='network'>
  <source network='default'/>
  <model type='virtio'/>
  <address type='pci' domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>
</interface>
""",
        ),
        Good(
            """\
<controller type='pci' index='0' model='pcie-root'/>
<controller type='pci' index='1' model='pcie-root-port'/>
<controller type='pci' index='2' model='pcie-root-port'/>
<interface type='network'>
  <source network='default'/>
  <model type='virtio'/>
  <address type='pci' domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>
</interface>
"""
        ),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        machine = domain.machine
        if machine.root_bus != "pcie-root" or domain.has_unknown_devices or not domain.is_qemu:
            return
        taken = {one.place.numbers[1] for one in domain.occupants if one.place.kind == "pci"}
        highest, ports = 0, []
        for node in domain.devices_of("controller"):
            match AnyController(node):
                case AnyController(type=Known("pci"), index=Known(index), model=Known(model)):
                    highest = max(highest, index)
                    if model == "pcie-root-port":
                        ports.append((index, node))
                case AnyController(type=Known("pci")):
                    return
        if ports and all(index in taken for index, _ in ports):
            last = ports[-1][1]
            new = Document.parse(f"<controller type='pci' index='{highest + 1}' model='pcie-root-port'/>".encode()).root
            yield self.finding(
                "every PCI Express port is taken; nothing can be plugged in while the guest runs",
                At(last),
                fix=unsafe("Declare one more port", insert_after(last, new)) if highest < 255 else None,
            )
