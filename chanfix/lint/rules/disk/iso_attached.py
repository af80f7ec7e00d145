"""An ISO image is left in a CD-ROM drive.

What it does
    Reports a CD-ROM drive with a file in it, unless its source has ``startupPolicy='optional'`` or ``'requisite'``. For
    those who want to see it: an image to boot from is often meant to be there, and so it is off by default.

Why it matters
    libvirt does not start the domain when the file is gone or on another host: ``Cannot access storage file``. What is
    in the drive is mostly the medium of an installation that is long done.

Fix
    Takes the image out of the drive. Unsafe: the guest may need it.

References
    https://libvirt.org/formatdomain.html#hard-drives-floppy-disks-cdroms (``startupPolicy``); libvirt
    ``src/qemu/qemu_domain.c:qemuDomainCheckDiskStartupPolicy``
"""

from chanfix.domain.disk import Disk
from chanfix.domain.values import Known, must_be
from chanfix.lint.rule import INFO, At, Bad, Domain, Drafts, Facts, Good, Node, Rule, unsafe
from chanfix.xml.edit import remove_element


class IsoAttached(Rule):
    severity = INFO
    refusals = ("Cannot access storage file '*.iso'",)
    since = "0.2.0"
    on_by_default = False
    examples = (
        Bad(
            """\
<disk type='file' device='cdrom'>
  <driver name='qemu' type='raw'/>
  <source file='/srv/iso/debian.iso'/>
  <target dev='sda' bus='sata'/>
</disk>
""",
            at="/srv/iso/debian.iso",
            fixed="""\
<disk type='file' device='cdrom'>
  <driver name='qemu' type='raw'/>
  <target dev='sda' bus='sata'/>
</disk>
""",
        ),
        Good(
            """\
<disk type='file' device='cdrom'>
  <driver name='qemu' type='raw'/>
  <source file='/srv/iso/debian.iso' startupPolicy='optional'/>
  <target dev='sda' bus='sata'/>
</disk>
<disk type='file' device='cdrom'>
  <driver name='qemu' type='raw'/>
  <target dev='sdb' bus='sata'/>
</disk>
"""
        ),
    )

    def disk(self, disk: Node, domain: Domain, facts: Facts) -> Drafts:
        view, sources = Disk(disk), disk.children("source")
        if len(sources) != 1 or not must_be(view.device, "cdrom") or not must_be(view.type, "file"):
            return
        if view.startup_policy is None or must_be(view.startup_policy, "mandatory"):
            match view.source:
                case Known(path) if path:
                    yield self.finding(
                        f"the image '{path}' is in the drive, and without it the domain does not start",
                        At(sources[0], "file"),
                        fix=unsafe("Take the image out of the drive", remove_element(sources[0])),
                    )
