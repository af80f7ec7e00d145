"""A disk is on a bus that the machine type does not have.

What it does
    Reports an IDE disk or controller on a machine type that is known to have no IDE (``q35``, ``microvm``, ``isapc``,
    the ``virt`` of ARM and RISC-V, ``pseries``, s390x), and SATA on s390x. A disk called ``hda`` without a bus is on
    IDE.

Why it matters
    libvirt does not define the domain: ``IDE controllers are unsupported for this QEMU binary or machine type``, or
    ``SATA is not supported with this QEMU binary``. It comes of changing the machine type or the architecture, and of
    examples for ``pc``.

Fix
    Puts the disk on SATA on ``q35`` and on SCSI elsewhere, under a free name, and drops its address; removes the IDE
    controller. Unsafe: the guest finds the disk elsewhere. None on ``microvm`` and ``isapc``, and where a template
    fills in names of disks.

References
    libvirt ``src/qemu/qemu_validate.c:qemuValidateDomainDeviceDefControllerIDE``,
    ``qemuValidateDomainDeviceDefControllerSATA``; ``src/qemu/qemu_domain.c:qemuDomainMachineHasBuiltinIDE``
"""

from chanfix.domain.disk import Disk
from chanfix.domain.disk_names import FreeNames
from chanfix.domain.machine import Machine
from chanfix.domain.values import Known
from chanfix.domain.views import disks
from chanfix.lint.rule import ERROR, At, Bad, Domain, Drafts, Facts, Fix, Good, Rule, unsafe
from chanfix.xml.edit import remove_element, set_attribute


class BusUnsupported(Rule):
    severity = ERROR
    refusals = (
        "IDE controllers are unsupported for this QEMU binary or machine type",
        "SATA is not supported with this QEMU binary",
    )
    since = "0.2.0"
    only_if_text_has = (b"disk", b"controller")
    examples = (
        Bad(
            """\
<disk type='file' device='cdrom'>
  <target dev='hda' bus='ide'/>
  <address type='drive' controller='0' bus='0' target='0' unit='0'/>
</disk>
""",
            at="ide",
            fixed="""\
<disk type='file' device='cdrom'>
  <target dev='sda' bus='sata'/>
</disk>
""",
        ),
        Bad(
            """\
<controller type='ide' index='0'/>
<disk type='file' device='cdrom'>
  <target dev='sda' bus='sata'/>
</disk>
""",
            at="ide",
            fixed="""\
<disk type='file' device='cdrom'>
  <target dev='sda' bus='sata'/>
</disk>
""",
        ),
        Bad(
            """\
<domain type='kvm'>
  <name>web</name>
  <memory unit='MiB'>512</memory>
  <os>
    <type arch='aarch64' machine='virt'>hvm</type>
  </os>
  <devices>
    <disk type='file' device='cdrom'>
      <target dev='hdc'/>
    </disk>
  </devices>
</domain>
""",
            at="hdc",
            fixed="""\
<domain type='kvm'>
  <name>web</name>
  <memory unit='MiB'>512</memory>
  <os>
    <type arch='aarch64' machine='virt'>hvm</type>
  </os>
  <devices>
    <disk type='file' device='cdrom'>
      <target dev='sda' bus='scsi'/>
    </disk>
  </devices>
</domain>
""",
        ),
        Good(
            """\
<domain type='kvm'>
  <name>web</name>
  <memory unit='MiB'>512</memory>
  <os>
    <type arch='x86_64' machine='pc'>hvm</type>
  </os>
  <devices>
    <disk type='file' device='cdrom'>
      <target dev='hda' bus='ide'/>
    </disk>
  </devices>
</domain>
"""
        ),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        machine = domain.machine
        missing = _missing(machine) if domain.is_qemu else ()
        if not missing:
            return
        names: FreeNames | None = None
        for disk in disks(domain):
            target, bus = disk.node.child("target"), disk.bus
            if target is None or not isinstance(bus, Known) or bus.value not in missing:
                continue
            names = names or FreeNames(domain, domain.occupants)
            yield self.finding(
                f"this machine type has no {bus.value.upper()}",
                At(target, "bus" if target.get("bus") is not None else "dev"),
                fix=_fix(disk, machine, names),
            )
        for controller in domain.devices_of("controller"):
            # Without a type it is one for IDE, whose models other rules know.
            kind = controller.get("type") or ("ide" if controller.get("model") is None else None)
            if kind in missing:
                fix = unsafe("Remove the controller", remove_element(controller))
                why = "" if controller.get("type") else "; a <controller> without a type is one for IDE"
                yield self.finding(f"this machine type has no {kind.upper()}{why}", At(controller, "type"), fix=fix)


def _missing(machine: Machine) -> tuple[str, ...]:
    if machine.has_ide is not False:
        return ()
    return ("ide", "sata") if machine.is_s390_ccw else ("ide",)


def _fix(disk: Disk, machine: Machine, names: FreeNames) -> Fix | None:
    bus = "sata" if machine.is_q35 else "scsi"
    target, address = disk.node.child("target"), disk.node.child("address")
    if target is None or machine.is_isapc or machine.is_microvm or (name := names.take("sd", bus)) is None:
        return None
    edits = [set_attribute(target, "dev", name), set_attribute(target, "bus", bus, after="dev")]
    if address is not None:
        edits.append(remove_element(address))
    return unsafe(f"Put the disk on {bus.upper()}, as {name}", *edits)
