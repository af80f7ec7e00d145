"""Two disks have one target name.

What it does
    Reports a disk of a QEMU domain whose ``<target dev>`` an earlier disk has too, whatever their buses are. In a
    template two disks count when they are known to be there together.

Why it matters
    libvirt does not define the domain: ``target 'vda' duplicated for disk sources '...' and '...'``. It mostly comes of
    copying a ``<disk>``.

Fix
    Gives the later disk the next free name with the same letters. Unsafe: on a bus such as SATA the name is the place
    of the disk, and the order of disks follows the names. None where a template fills in names or may bring other
    disks.

References
    libvirt ``src/conf/domain_validate.c:virDomainDefValidateDuplicateDiskInfo``
"""

from chanfix.domain.disk import Disk
from chanfix.domain.disk_names import FreeNames
from chanfix.domain.values import Known
from chanfix.domain.views import disks
from chanfix.lint.rule import ERROR, At, Bad, Domain, Drafts, Facts, Fix, Good, Node, Rule, unsafe
from chanfix.xml.edit import set_attribute
from chanfix.xml.together import doubles


class DiskTargetRepeated(Rule):
    severity = ERROR
    refusals = (
        "target '*' duplicated for disk sources '*' and '*'",
        "target '*' duplicated for disk sources",
    )
    since = "0.2.0"
    only_if_text_has = (b"disk",)
    examples = (
        Bad(
            """\
<disk type='file' device='disk'>
  <driver name='qemu' type='raw'/>
  <source file='/srv/images/web.raw'/>
  <target dev='vda' bus='virtio'/>
</disk>
<disk type='file' device='disk'>
  <driver name='qemu' type='raw'/>
  <source file='/srv/images/data.raw'/>
  <target dev='vda' bus='virtio'/>
</disk>
""",
            at="vda",
            fixed="""\
<disk type='file' device='disk'>
  <driver name='qemu' type='raw'/>
  <source file='/srv/images/web.raw'/>
  <target dev='vda' bus='virtio'/>
</disk>
<disk type='file' device='disk'>
  <driver name='qemu' type='raw'/>
  <source file='/srv/images/data.raw'/>
  <target dev='vdb' bus='virtio'/>
</disk>
""",
        ),
        Bad(
            """\
<disk type='file' device='disk'>
  <driver name='qemu' type='raw'/>
  <source file='/srv/images/web.raw'/>
  <target dev='sda' bus='scsi'/>
</disk>
<disk type='file' device='cdrom'>
  <target dev='sda' bus='sata'/>
</disk>
<disk type='file' device='cdrom'>
  <target dev='sdb' bus='sata'/>
</disk>
""",
            at="sda",
            fixed="""\
<disk type='file' device='disk'>
  <driver name='qemu' type='raw'/>
  <source file='/srv/images/web.raw'/>
  <target dev='sda' bus='scsi'/>
</disk>
<disk type='file' device='cdrom'>
  <target dev='sdc' bus='sata'/>
</disk>
<disk type='file' device='cdrom'>
  <target dev='sdb' bus='sata'/>
</disk>
""",
        ),
        Good(
            """\
<disk type='file' device='disk'>
  <driver name='qemu' type='raw'/>
  <source file='/srv/images/web.raw'/>
  <target dev='vda' bus='virtio'/>
</disk>
<disk type='file' device='cdrom'>
  <target dev='sda' bus='sata'/>
</disk>
"""
        ),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        by_name: dict[str, list[Disk]] = {}
        if len(domain.devices_of("disk")) < 2:
            return
        for disk in disks(domain) if domain.is_qemu else ():
            if isinstance(disk.target, Known):
                by_name.setdefault(disk.target.value, []).append(disk)
        if not any(len(alike) > 1 for alike in by_name.values()):
            return
        names = FreeNames(domain, domain.occupants)
        for name, alike in by_name.items():
            for disk, first in doubles(alike, lambda disk: disk.node):
                yield self.finding(
                    f"another disk has the target name '{name}' already",
                    At(_target(disk), "dev"),
                    At(_target(first), "dev", "the disk that keeps the name"),
                    fix=_fix(disk, names),
                )


def _target(disk: Disk) -> Node:
    return disk.node.child("target") or disk.node


def _fix(disk: Disk, names: FreeNames) -> Fix | None:
    match disk.bus:
        case Known(bus):
            name = names.take(disk.target_prefix, bus)
            return unsafe(f"Call the disk {name}", set_attribute(_target(disk), "dev", name)) if name else None
        case _:
            return None
