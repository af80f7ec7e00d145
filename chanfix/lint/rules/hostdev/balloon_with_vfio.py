"""A memory balloon is beside a device that pins the memory.

What it does
    Reports a QEMU domain with a PCI device of the host, or a part of one (``<hostdev>`` of type ``pci``, or ``mdev``
    with the model ``vfio-pci``, ``<interface type='hostdev'>``), and a memory balloon. Without a ``<memballoon>``
    libvirt adds one.

Why it matters
    VFIO pins all of the guest's memory for the device, and QEMU lets no balloon give any of it back. The balloon only
    costs interrupts: ``<stats period>`` wakes the guest, which is felt as latency.

Fix
    Sets the model ``none``. Unsafe: the guest loses a device, and with it the statistics of its memory.

References
    QEMU ``softmmu/physmem.c:ram_block_discard_disable``, ``docs/system`` on VFIO;
    https://libvirt.org/formatdomain.html#memory-balloon-device
"""

from chanfix.domain.host_sources import vfio_devices
from chanfix.lint.rule import INFO, At, Bad, Domain, Drafts, Facts, Good, Rule, is_templated, unsafe
from chanfix.xml.document import Document
from chanfix.xml.edit import insert_after, set_attribute


class BalloonWithVfio(Rule):
    severity = INFO
    since = "0.2.0"
    only_if_text_has = (b"hostdev",)
    examples = (
        Bad(
            """\
<hostdev mode='subsystem' type='pci' managed='yes'>
  <source>
    <address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>
  </source>
</hostdev>
<memballoon model='virtio'>
  <stats period='5'/>
</memballoon>
""",
            at="virtio",
            fixed="""\
<hostdev mode='subsystem' type='pci' managed='yes'>
  <source>
    <address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>
  </source>
</hostdev>
<memballoon model='none'>
  <stats period='5'/>
</memballoon>
""",
        ),
        Bad(
            """\
<hostdev mode='subsystem' type='pci' managed='yes'>
  <source>
    <address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>
  </source>
</hostdev>
""",
            at="<hostdev mode='subsystem' type='pci' managed='yes'>",
            fixed="""\
<hostdev mode='subsystem' type='pci' managed='yes'>
  <source>
    <address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>
  </source>
</hostdev>
<memballoon model='none'/>
""",
        ),
        Good(
            """\
<hostdev mode='subsystem' type='pci' managed='yes'>
  <source>
    <address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>
  </source>
</hostdev>
<memballoon model='none'/>
"""
        ),
        Good(
            """\
<hostdev mode='subsystem' type='usb'>
  <source>
    <vendor id='0x1234'/>
    <product id='0xbeef'/>
  </source>
</hostdev>
<memballoon model='virtio'/>
"""
        ),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        devices = vfio_devices(domain) if domain.is_qemu else []
        always = [device for device in devices if device.is_there_with(domain.node)]
        if not always:
            return
        balloons = domain.devices_of("memballoon")
        if not balloons and not domain.has_unknown_devices:
            new = Document.parse(b"<memballoon model='none'/>").root
            yield self.finding(
                "libvirt adds a memory balloon, which is of no use beside this device: all memory is pinned",
                At(always[0]),
                fix=unsafe("Leave the balloon out", insert_after(domain.devices[-1], new)),
            )
        for balloon in balloons:
            model = balloon.get("model")
            if model != "none" and not is_templated(model):
                yield self.finding(
                    "a memory balloon is of no use beside a device that pins all memory",
                    At(balloon, "model"),
                    At(always[0], label="VFIO pins the guest's memory for this"),
                    fix=unsafe("Set the model to none", set_attribute(balloon, "model", "none")),
                )
