"""Two devices are at one address.

What it does
    Reports a device of a QEMU domain at the PCI, drive, USB or CCW address of another one. A disk on IDE, SATA, SCSI or
    a floppy bus without an address has the one of its name: ``hda`` and ``sda`` are both the first disk. On ``pc`` and
    ``q35`` the places of the machine's own devices count too. Ports of virtio-serial are ``vserial-port-collision``'s.
    In a template two devices count when they are known to be there together.

Why it matters
    libvirt does not define the domain: ``Attempted double use of PCI Address 0000:00:05.0``, ``Found duplicate drive
    address for disk with target name 'sda'``, ``Duplicate USB address bus 0 port 1`` or ``The CCW devno 'fe.0.0001' is
    in use already``. It comes of pasting a device with the address that libvirt had given it.

Fix
    Removes the later of the two addresses, for libvirt to give another. Safe: the domain could not be defined. Where
    the name of a disk is its address, the disk gets the next free name. Unsafe: the guest may know it by the old one.

References
    libvirt ``src/conf/domain_addr.c:virDomainPCIAddressReserveAddrInternal``, ``virDomainUSBAddressReserve``,
    ``virDomainCCWAddressAssign``; ``src/conf/domain_validate.c:virDomainDefCheckDuplicateDriveAddresses``
"""

from chanfix.domain.disk import Disk
from chanfix.domain.disk_names import FreeNames
from chanfix.domain.occupied import Occupant, Place, implied_place, in_place_of_the_machine
from chanfix.lint.rule import ERROR, At, Bad, Domain, Drafts, Facts, Fix, Good, Rule, Safety, safe, unsafe
from chanfix.xml.edit import remove_element, set_attribute
from chanfix.xml.together import collisions

_TITLE = "Remove the address, so that libvirt gives another"


class AddressCollision(Rule):
    severity = ERROR
    refusals = (
        "Attempted double use of PCI Address *",
        "Found duplicate drive address for disk with target name '*'",
        "using disk target name '*' conflicts with SCSI host device address",
        "in use by another SCSI host device",
        "Duplicate USB address bus * port *",
        "The CCW devno '*' is in use already",
    )
    since = "0.2.0"
    yields_to = ("disk-target-repeated",)
    only_if_text_has = (b"<address", b"disk")
    examples = (
        Bad(
            """\
<interface type='network'>
  <source network='default'/>
  <model type='virtio'/>
  <address type='pci' domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>
</interface>
<memballoon model='virtio'>
  <address type='pci' bus='1'/>
</memballoon>
""",
            at="<address type='pci' bus='1'/>",
            fixed="""\
<interface type='network'>
  <source network='default'/>
  <model type='virtio'/>
  <address type='pci' domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>
</interface>
<memballoon model='virtio'>
</memballoon>
""",
        ),
        Bad(
            """\
<disk type='file' device='disk'>
  <driver name='qemu' type='raw'/>
  <source file='/srv/images/web.raw'/>
  <target dev='sda' bus='sata'/>
</disk>
<disk type='file' device='cdrom'>
  <target dev='hda' bus='sata'/>
</disk>
""",
            at="hda",
            fixed="""\
<disk type='file' device='disk'>
  <driver name='qemu' type='raw'/>
  <source file='/srv/images/web.raw'/>
  <target dev='sda' bus='sata'/>
</disk>
<disk type='file' device='cdrom'>
  <target dev='hdb' bus='sata'/>
</disk>
""",
        ),
        Bad(
            """\
<sound model='ich9'>
  <address type='pci' domain='0x0000' bus='0x00' slot='0x1f' function='0x3'/>
</sound>
""",
            at="<address type='pci' domain='0x0000' bus='0x00' slot='0x1f' function='0x3'/>",
            fixed="""\
<sound model='ich9'>
</sound>
""",
        ),
        Good(
            """\
<disk type='file' device='cdrom'>
  <target dev='sda' bus='sata'/>
  <address type='drive' controller='0' bus='0' target='0' unit='0'/>
</disk>
<disk type='file' device='cdrom'>
  <target dev='sdb' bus='sata'/>
</disk>
<memballoon model='none'>
  <address type='pci' domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>
</memballoon>
<rng model='virtio'>
  <backend model='random'>/dev/urandom</backend>
  <address type='pci' domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>
</rng>
"""
        ),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        found = domain.occupants if domain.is_qemu else ()
        of_machine = in_place_of_the_machine(domain, found)
        for one, part in of_machine.items():
            if one.address is not None:
                fix = safe(_TITLE, remove_element(one.address))
                yield self.finding(f"{one.place} is that of {part}", At(one.address), fix=fix)
        if len({one.place for one in found}) == len(found):
            return
        by_place: dict[Place, list[Occupant]] = {}
        for one in found:
            if one not in of_machine:
                by_place.setdefault(one.place, []).append(one)
        names = FreeNames(domain, found)
        for place, alike in by_place.items():
            # Sorting is stable. A place that comes of a name can be left only with the name.
            ranked = sorted(alike, key=lambda one: (len(one.device.arms), one.address is not None))
            clashes = collisions(ranked, lambda one: one.device)
            # Those that give their address away leave the free names to the others.
            for loser, keeper in sorted(clashes, key=lambda clash: clash[0].address is None):
                moved = _fix(loser, names)
                is_certain = moved is None or keeper.device.is_there_with(loser.device)
                yield self.finding(
                    f"{place} is another device's already",
                    _at(loser),
                    _at(keeper, "the device that keeps the address"),
                    fix=moved if is_certain or moved is None else moved._replace(safety=Safety.UNSAFE),
                )


def _at(one: Occupant, label: str = "") -> At:
    if one.address is not None:
        return At(one.address, label=label)
    return At(one.device.child("target") or one.device, "dev", label)


def _fix(loser: Occupant, names: FreeNames) -> Fix | None:
    drop = [] if loser.address is None else [remove_element(loser.address)]
    if not loser.place.is_of_disks or loser.device.tag != "disk":
        return safe(_TITLE, *drop) if drop else None
    disk, target = Disk(loser.device), loser.device.child("target")
    if drop and (implied := implied_place(disk)) and names.is_free(implied):
        return safe(_TITLE, *drop)
    name = names.take(disk.target_prefix, loser.place.kind)
    if name is None or target is None:
        return None
    return unsafe(f"Call the disk {name}", set_attribute(target, "dev", name), *drop)
