"""A disk image has no format, so libvirt reads it as raw.

What it does
    Reports a disk of a QEMU domain whose source is a file and that has no ``type`` in its ``<driver>``, or no
    ``<driver>``. Silent about CD-ROM and floppy drives, about devices of the host (``/dev/...``), and about files whose
    names end in ``.raw`` or ``.iso``: raw is right there.

Why it matters
    libvirt reads a disk without a format as ``raw``, whatever the file holds; it does not look into it, since a guest
    could write a header that names a file of the host. Of a qcow2 image the guest then sees the header: ``No bootable
    device``.

Fix
    Sets the format that the file's name stands for, as ``qcow2``; none where the name says nothing. Unsafe: the guest
    sees another disk.

References
    libvirt ``src/qemu/qemu_domain.c:qemuDomainDeviceDiskDefPostParse``;
    https://libvirt.org/formatdomain.html#hard-drives-floppy-disks-cdroms
"""

from chanfix.domain.disk import Disk
from chanfix.domain.disk_formats import format_by_name
from chanfix.domain.values import Known, Unknown
from chanfix.lint.rule import WARNING, At, Bad, Domain, Drafts, Facts, Fix, Good, Node, Rule, unsafe
from chanfix.xml.document import Document
from chanfix.xml.edit import insert_first, set_attribute


class DiskFormatMissing(Rule):
    severity = WARNING
    since = "0.2.0"
    examples = (
        Bad(
            """\
<disk type='file' device='disk'>
  <source file='/var/lib/libvirt/images/web.qcow2'/>
  <target dev='vda' bus='virtio'/>
</disk>
""",
            at="<disk type='file' device='disk'>",
            fixed="""\
<disk type='file' device='disk'>
  <driver name='qemu' type='qcow2'/>
  <source file='/var/lib/libvirt/images/web.qcow2'/>
  <target dev='vda' bus='virtio'/>
</disk>
""",
        ),
        Bad(
            """\
<disk type='file' device='disk'>
  <driver name='qemu' cache='none'/>
  <source file='/var/lib/libvirt/images/web.img'/>
  <target dev='vda' bus='virtio'/>
</disk>
""",
            at="<driver name='qemu' cache='none'/>",
        ),
        Good(
            """\
<disk type='file' device='disk'>
  <source file='/var/lib/libvirt/images/web.raw'/>
  <target dev='vda' bus='virtio'/>
</disk>
<disk type='file' device='cdrom'>
  <source file='/srv/iso/debian.iso'/>
  <target dev='sda' bus='sata'/>
</disk>
<disk type='block' device='disk'>
  <source dev='/dev/vg/web'/>
  <target dev='vdb' bus='virtio'/>
</disk>
"""
        ),
    )

    def disk(self, disk: Node, domain: Domain, facts: Facts) -> Drafts:
        driver = disk.child("driver")
        if driver is not None and (driver.is_conditional or driver.get("type") is not None):
            return
        view = Disk(disk)
        if not domain.is_qemu or not _is_image(view) or disk.has_unknown_children:
            return
        by_name = format_by_name(view)
        if by_name != "raw":
            yield self.finding(
                "no format: libvirt reads the file as 'raw', whatever is in it",
                At(driver or disk),
                fix=_fix(disk, driver, by_name) if by_name else None,
            )


def _is_image(disk: Disk) -> bool:
    match disk.type, disk.device, disk.source:
        case Known("file"), Known("disk"), Known(path):
            return not path.startswith("/dev/")
        case Known("file"), Known("disk"), Unknown():
            return format_by_name(disk) is not None
        case _:
            return False


def _fix(disk: Node, driver: Node | None, written: str) -> Fix:
    title = f"Set the format to {written}"
    if driver is not None:
        return unsafe(title, set_attribute(driver, "type", written))
    new = Document.parse(f"<driver name='qemu' type='{written}'/>".encode()).root
    return unsafe(title, *insert_first(disk, new))
