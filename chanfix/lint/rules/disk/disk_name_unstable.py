"""A disk's source is a device name that the host gives out in the order in which it finds devices.

What it does
    Reports a disk whose source is ``/dev/sdX``, ``/dev/hdX``, ``/dev/vdX``, ``/dev/nvmeXnY`` or a partition of one.
    Names below ``/dev/disk/``, of volume groups and the like stay the same, and so are not reported; neither are drives
    for media that are changed.

Why it matters
    After a reboot, or with one disk more in the host, the name can belong to another disk. The guest is then given that
    one, and writes to it.

Fix
    None: which disk was meant is not in the file. ``ls -l /dev/disk/by-id`` on the host shows its lasting names.

References
    https://wiki.archlinux.org/title/Persistent_block_device_naming; udev ``rules.d/60-persistent-storage.rules``
"""

import re

from chanfix.domain.disk import Disk
from chanfix.domain.values import Known, must_be
from chanfix.lint.rule import INFO, At, Bad, Domain, Drafts, Facts, Good, Node, Rule

_UNSTABLE = r"/dev/(?:[shv]d[a-z]{1,3}[0-9]{0,3}|nvme[0-9]{1,3}n[0-9]{1,3}(?:p[0-9]{1,3})?)"
_SOURCES = {"block": "dev", "file": "file"}


class DiskNameUnstable(Rule):
    severity = INFO
    since = "0.2.0"
    examples = (
        Bad(
            """\
<disk type='block' device='disk'>
  <driver name='qemu' type='raw'/>
  <source dev='/dev/sdb'/>
  <target dev='vda' bus='virtio'/>
</disk>
""",
            at="/dev/sdb",
        ),
        Good(
            """\
<disk type='block' device='disk'>
  <driver name='qemu' type='raw'/>
  <source dev='/dev/disk/by-id/wwn-0x5000c500a1b2c3d4'/>
  <target dev='vda' bus='virtio'/>
</disk>
<disk type='block' device='cdrom'>
  <driver name='qemu' type='raw'/>
  <source dev='/dev/sr0'/>
  <target dev='sda' bus='sata'/>
</disk>
"""
        ),
    )

    def disk(self, disk: Node, domain: Domain, facts: Facts) -> Drafts:
        source = disk.child("source")
        if source is None or not any((source.get(name) or "").startswith("/dev/") for name in _SOURCES.values()):
            return
        view = Disk(disk)
        if not must_be(view.device, "disk", "lun"):
            return
        match view.type, view.source:
            case Known("block" | "file" as kind), Known(path) if re.fullmatch(_UNSTABLE, path):
                yield self.finding(
                    f"'{path}' can be another disk after the next boot; expected a name below /dev/disk/by-id",
                    At(source, _SOURCES[kind]),
                )
