"""A disk or controller asks for an I/O thread that it cannot have.

What it does
    Reports ``iothread`` on the driver of a disk that is not on the bus ``virtio``, of a controller that is not one of
    virtio-scsi, and of one whose thread is neither in ``<iothreadids>`` nor among the number in ``<iothreads>``.

Why it matters
    libvirt does not define the domain: ``IOThreads not available for bus * target *``, ``Disk iothread '2' not
    defined in iothreadid`` or ``'iothread' attribute only supported for virtio scsi controllers``.

Fix
    Removes the attribute, so that QEMU's main thread serves the device. Unsafe: the thread may be what is missing.

References
    libvirt ``src/qemu/qemu_validate.c:qemuDomainDeviceDefValidateDiskIOThreads``,
    ``qemuValidateDomainDeviceDefControllerSCSI``; https://github.com/kubevirt/kubevirt/issues/11219
"""

from collections.abc import Iterator

from chanfix.domain import views
from chanfix.domain.values import Known, Number
from chanfix.lint.rule import ERROR, At, Bad, Domain, Drafts, Facts, Good, Node, Rule, unsafe
from chanfix.xml.edit import remove_attribute


class IothreadUnusable(Rule):
    severity = ERROR
    refusals = (
        "Disk iothread '*' not defined in iothreadid",
        "IOThreads not available for bus sata target sda",
        "'iothread' attribute only supported for virtio scsi controllers",
        "controller iothread '*' not defined in iothreadid",
    )
    since = "0.2.0"
    only_if_text_has = (b"iothread",)
    examples = (
        Bad(
            """\
<disk type='file'>
  <driver name='qemu' type='qcow2' iothread='1'/>
  <source file='/var/lib/libvirt/images/web.qcow2'/>
  <target dev='vda' bus='virtio'/>
</disk>
""",
            at="1",
            fixed="""\
<disk type='file'>
  <driver name='qemu' type='qcow2'/>
  <source file='/var/lib/libvirt/images/web.qcow2'/>
  <target dev='vda' bus='virtio'/>
</disk>
""",
        ),
        Bad(
            """\
<domain type='kvm'>
  <iothreads>1</iothreads>
  <devices>
    <disk type='file'>
      <driver name='qemu' type='qcow2' iothread='1'/>
      <source file='/var/lib/libvirt/images/web.qcow2'/>
      <target dev='sda' bus='sata'/>
    </disk>
  </devices>
</domain>
""",
            at="1",
            fixed="""\
<domain type='kvm'>
  <iothreads>1</iothreads>
  <devices>
    <disk type='file'>
      <driver name='qemu' type='qcow2'/>
      <source file='/var/lib/libvirt/images/web.qcow2'/>
      <target dev='sda' bus='sata'/>
    </disk>
  </devices>
</domain>
""",
        ),
        Good(
            """\
<domain type='kvm'>
  <iothreads>2</iothreads>
  <iothreadids>
    <iothread id='4'/>
  </iothreadids>
  <devices>
    <disk type='file'>
      <driver name='qemu' type='qcow2' iothread='4'/>
      <source file='/var/lib/libvirt/images/web.qcow2'/>
      <target dev='vda' bus='virtio'/>
    </disk>
    <controller type='scsi' index='0' model='virtio-scsi'>
      <driver iothread='1'/>
    </controller>
  </devices>
</domain>
"""
        ),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        if domain.is_of_other_driver or domain.node.is_made_up:
            return
        ids = views.iothreads(domain).all_ids()
        for device, thread, obstacle in _users(domain):
            driver = device.child("driver")
            if driver is None or not isinstance(thread, Known) or thread.value == 0:
                continue
            if obstacle is None and ids is not None and not ids.has(thread.value):
                obstacle = f"I/O thread {thread.value} is not there; expected it in <iothreadids> or <iothreads>"
            if obstacle:
                fix = unsafe("Leave the device to QEMU's main thread", remove_attribute(driver, "iothread"))
                yield self.finding(obstacle, At(driver, "iothread"), fix=fix)


def _users(domain: Domain) -> Iterator[tuple[Node, Number, str | None]]:
    """Yield the devices with an I/O thread, each with what keeps it from having one."""
    for disk in views.disks(domain):
        match disk.bus:
            case Known(bus) if bus != "virtio":
                yield disk.node, disk.iothread, f"a disk on the bus '{bus}' has no I/O thread; expected 'virtio'"
            case Known():
                yield disk.node, disk.iothread, None
    for controller in views.controllers(domain):
        match controller.type, controller.model:
            case Known("scsi"), Known(model) if not model.startswith("virtio"):
                text = f"a controller of the model '{model}' has no I/O thread; expected 'virtio-scsi'"
                yield controller.node, controller.iothread, text
            case Known("scsi"), Known():
                yield controller.node, controller.iothread, None
            case Known("scsi"), None if domain.machine.is_x86 or domain.machine.is_pseries:
                text = "a SCSI controller without a model has no I/O thread; expected model='virtio-scsi'"
                yield controller.node, controller.iothread, text
            case Known("scsi"), _:
                continue
            case Known(kind), _:
                yield controller.node, controller.iothread, f"a '{kind}' controller has no I/O thread"
