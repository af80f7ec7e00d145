"""A disk asks for native I/O with a cache that does not allow it.

What it does
    Reports a disk of a QEMU domain with ``io='native'`` and a cache mode other than ``none`` or ``directsync``, or
    without one.

Why it matters
    libvirt does not define the domain: ``io='native' needs either no disk cache or directsync cache mode``. Linux'
    native asynchronous I/O needs files that are opened past the cache.

Fix
    Sets ``cache='none'``. Unsafe: the host caches nothing of the disk any more, and a file system without ``O_DIRECT``
    (some network and memory file systems) refuses the image.

References
    libvirt ``src/qemu/qemu_validate.c:qemuValidateDomainDeviceDefDiskFrontend``; since 6.7.0, QEMU refuses it at start
    since 2.6
"""

from chanfix.domain.disk import Disk
from chanfix.domain.values import must_be
from chanfix.lint.rule import ERROR, At, Bad, Domain, Drafts, Facts, Good, Node, Rule, unsafe
from chanfix.xml.edit import set_attribute


class DiskIoNative(Rule):
    severity = ERROR
    only_if_text_has = (b"native",)
    refusals = ("io='*' needs either no disk cache or directsync cache mode",)
    since = "0.2.0"
    examples = (
        Bad(
            """\
<disk type='file' device='disk'>
  <driver name='qemu' type='raw' io='native'/>
  <source file='/var/lib/libvirt/images/web.raw'/>
  <target dev='vdy' bus='virtio'/>
</disk>
""",
            at="native",
            fixed="""\
<disk type='file' device='disk'>
  <driver name='qemu' type='raw' cache='none' io='native'/>
  <source file='/var/lib/libvirt/images/web.raw'/>
  <target dev='vdy' bus='virtio'/>
</disk>
""",
        ),
        Bad(
            """\
<disk type='block' device='disk'>
  <driver name='qemu' type='raw' cache='writeback' io='native'/>
  <source dev='/dev/vg/web'/>
  <target dev='vdz' bus='virtio'/>
</disk>
""",
            at="native",
            fixed="""\
<disk type='block' device='disk'>
  <driver name='qemu' type='raw' cache='none' io='native'/>
  <source dev='/dev/vg/web'/>
  <target dev='vdz' bus='virtio'/>
</disk>
""",
        ),
        Good(
            """\
<disk type='file' device='disk'>
  <driver name='qemu' type='raw' cache='directsync' io='native'/>
  <source file='/var/lib/libvirt/images/web.raw'/>
  <target dev='vda' bus='virtio'/>
</disk>
<disk type='file' device='disk'>
  <driver name='qemu' type='raw' io='threads'/>
  <source file='/var/lib/libvirt/images/data.raw'/>
  <target dev='vdb' bus='virtio'/>
</disk>
"""
        ),
    )

    def disk(self, disk: Node, domain: Domain, facts: Facts) -> Drafts:
        driver = disk.child("driver")
        if driver is None or driver.get("io") != "native" or not domain.is_qemu:
            return
        view = Disk(disk)
        if not must_be(view.io, "native"):
            return
        if view.cache is None or must_be(view.cache, "writeback", "writethrough", "unsafe"):
            has = "without a cache mode" if view.cache is None else f"with cache='{driver.get('cache')}'"
            yield self.finding(
                f"io='native' {has}; expected cache='none' or 'directsync'",
                At(driver, "io"),
                At(driver, "cache", "the cache mode")
                if view.cache is not None
                else At(driver, label="has no cache mode"),
                fix=unsafe("Set the cache mode to none", set_attribute(driver, "cache", "none", after="type")),
            )
