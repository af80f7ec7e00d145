"""The format of a disk is not the one that its file's name stands for.

What it does
    Reports a disk of a QEMU domain with a format in ``<driver type>`` that is not that of the file's ending: ``raw``
    for a file called ``.qcow2``, ``.qed``, ``.vdi``, ``.vhdx`` or ``.vmdk``, or one of these for ``.raw`` or ``.iso``.
    Names that end in ``.img``, ``.qcow`` or in nothing say nothing about a format.

Why it matters
    libvirt never looks into the file: it tells QEMU the format that is written. A qcow2 image that is read as raw shows
    the guest the image's header where the boot sector should be: ``No bootable device``. A raw image that is read as
    qcow2 does not start: ``Image is not in qcow2 format``.

Fix
    Sets the format to the one that the name stands for. Unsafe: the name may be what is wrong, and the guest sees
    another disk.

References
    https://libvirt.org/formatdomain.html#hard-drives-floppy-disks-cdroms; libvirt
    ``src/qemu/qemu_domain.c:qemuDomainDeviceDiskDefPostParse``
"""

from chanfix.domain.disk import Disk
from chanfix.domain.disk_formats import format_by_name
from chanfix.domain.values import Known, Unknown
from chanfix.lint.rule import WARNING, At, Bad, Domain, Drafts, Facts, Good, Node, Rule, unsafe
from chanfix.xml.edit import set_attribute


class DiskFormatMismatch(Rule):
    severity = WARNING
    refusals = ("Image is not in * format",)
    since = "0.2.0"
    examples = (
        Bad(
            """\
<disk type='file' device='disk'>
  <driver name='qemu' type='raw'/>
  <source file='/var/lib/libvirt/images/web.qcow2'/>
  <target dev='vda' bus='virtio'/>
</disk>
""",
            at="raw",
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
<disk type='file' device='cdrom'>
  <driver name='qemu' type='qcow2'/>
  <source file='/srv/iso/debian.iso'/>
  <target dev='sda' bus='sata'/>
</disk>
""",
            at="qcow2",
            fixed="""\
<disk type='file' device='cdrom'>
  <driver name='qemu' type='raw'/>
  <source file='/srv/iso/debian.iso'/>
  <target dev='sda' bus='sata'/>
</disk>
""",
        ),
        Good(
            """\
<disk type='file' device='disk'>
  <driver name='qemu' type='qcow2'/>
  <source file='/var/lib/libvirt/images/web.qcow2'/>
  <target dev='vda' bus='virtio'/>
</disk>
<disk type='file' device='disk'>
  <driver name='qemu' type='qcow2'/>
  <source file='/var/lib/libvirt/images/web.img'/>
  <target dev='vdb' bus='virtio'/>
</disk>
<disk type='network' device='disk'>
  <driver name='qemu' type='raw'/>
  <source protocol='nbd' name='web.qcow2'>
    <host name='store.example.com'/>
  </source>
  <target dev='vdc' bus='virtio'/>
</disk>
"""
        ),
    )

    def disk(self, disk: Node, domain: Domain, facts: Facts) -> Drafts:
        driver = disk.child("driver")
        if driver is None or driver.get("type") is None or not domain.is_qemu:
            return
        view = Disk(disk)
        by_name = format_by_name(view)
        if by_name is None:
            return
        match view.format, view.source:
            case Known(written), Known(path) | Unknown(path) if written != by_name:
                yield self.finding(
                    f"format '{written}' for a file that ends in '.{path.rpartition('.')[2]}'; expected '{by_name}'",
                    At(driver, "type"),
                    fix=unsafe(f"Set the format to {by_name}", set_attribute(driver, "type", by_name)),
                )
