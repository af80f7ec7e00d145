"""ACPI and the firmware or the architecture do not go together.

What it does
    Reports a QEMU domain for x86 with UEFI (a ``pflash`` loader, or ``firmware='efi'``) and without ``<acpi/>``; one
    for aarch64 with ``<acpi/>`` and without UEFI; and one for s390x or ``pseries`` with ``<acpi/>``, for a libvirt
    since 10.0: a warning where no target says which libvirt that is.

Why it matters
    libvirt does not define the domain: ``UEFI requires ACPI on this architecture``, ``ACPI requires UEFI on this
    architecture``, or ``machine type 's390-ccw-virtio' does not support ACPI``. It comes of one template for several
    architectures, where x86 and ARM need opposite things.

Fix
    On x86 adds ``<acpi/>``; on s390x and ``pseries`` removes it, for they have none. Safe: the domain could not be
    defined. On aarch64 removes it as well. Unsafe: the firmware may be what is missing.

References
    libvirt ``src/qemu/qemu_validate.c:qemuValidateDomainDefFeatures``; on s390x
    https://github.com/karmab/kcli/issues/793
"""

from chanfix.domain.boot import OperatingSystem
from chanfix.domain.feature_edits import add_feature
from chanfix.domain.values import may_be, must_be
from chanfix.lint.rule import ERROR, WARNING, At, Bad, Domain, Drafts, Facts, Good, Node, Rule, Version, safe, unsafe
from chanfix.xml.edit import remove_element

# The first that was seen to refuse ACPI on machines that have none; 8.0 and 9.0 do not.
_REFUSED_WITHOUT = Version(10)


class AcpiFirmware(Rule):
    severity = ERROR
    about_targets = True
    only_if_text_has = (b"acpi", b"firmware", b"loader")
    refusals = (
        "UEFI requires ACPI on this architecture",
        "ACPI requires UEFI on this architecture",
        "machine type '*' does not support ACPI",
    )
    since = "0.2.0"
    examples = (
        Bad(
            """\
<domain type='kvm'>
  <name>web</name>
  <memory unit='MiB'>512</memory>
  <os>
    <type arch='x86_64' machine='q35'>hvm</type>
    <loader readonly='yes' type='pflash'>/srv/firmware/code.fd</loader>
  </os>
</domain>
""",
            at="pflash",
            fixed="""\
<domain type='kvm'>
  <name>web</name>
  <memory unit='MiB'>512</memory>
  <os>
    <type arch='x86_64' machine='q35'>hvm</type>
    <loader readonly='yes' type='pflash'>/srv/firmware/code.fd</loader>
  </os>
  <features>
    <acpi/>
  </features>
</domain>
""",
        ),
        Bad(
            """\
<domain type='kvm'>
  <name>web</name>
  <memory unit='MiB'>512</memory>
  <os firmware='efi'>
    <type arch='x86_64' machine='q35'>hvm</type>
  </os>
  <features>
    <apic/>
  </features>
</domain>
""",
            at="efi",
            fixed="""\
<domain type='kvm'>
  <name>web</name>
  <memory unit='MiB'>512</memory>
  <os firmware='efi'>
    <type arch='x86_64' machine='q35'>hvm</type>
  </os>
  <features>
    <apic/>
    <acpi/>
  </features>
</domain>
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
  <features>
    <acpi/>
    <gic version='3'/>
  </features>
</domain>
""",
            at="<acpi/>",
            fixed="""\
<domain type='kvm'>
  <name>web</name>
  <memory unit='MiB'>512</memory>
  <os>
    <type arch='aarch64' machine='virt'>hvm</type>
  </os>
  <features>
    <gic version='3'/>
  </features>
</domain>
""",
        ),
        Good(
            """\
<domain type='kvm'>
  <name>web</name>
  <memory unit='MiB'>512</memory>
  <os firmware='efi'>
    <type arch='aarch64' machine='virt'>hvm</type>
  </os>
  <features>
    <acpi/>
  </features>
</domain>
"""
        ),
        Good(
            """\
<domain type='kvm'>
  <name>web</name>
  <memory unit='MiB'>512</memory>
  <os>
    <type arch='x86_64' machine='q35'>hvm</type>
    <loader type='rom'>/srv/firmware/bios.bin</loader>
  </os>
</domain>
"""
        ),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        node, features = domain.node.child("os"), domain.node.child("features")
        if node is None or node.is_conditional or domain.node.has_unknown_children or not domain.is_qemu:
            return
        machine, system = domain.machine, OperatingSystem(node)
        acpi = features.child("acpi") if features is not None else None
        if acpi is None:
            is_sure = features is None or not (features.is_conditional or features.has_unknown_children)
            at = _firmware(node, system)
            if machine.is_x86 and is_sure and at is not None:
                yield self.finding(
                    "UEFI needs ACPI on x86, and there is no <acpi/> in <features>",
                    at,
                    fix=safe("Turn ACPI on", *add_feature(domain, "acpi")),
                )
        elif not acpi.is_there_with(domain.node):
            return
        elif (machine.is_s390_ccw or machine.is_pseries) and facts.version >= _REFUSED_WITHOUT:
            name = "s390x" if machine.is_s390_ccw else "pseries"
            fix = safe("Remove ACPI", remove_element(acpi))
            # An older libvirt takes it: without a target nobody knows which one will be asked.
            severity = WARNING if facts.is_for_any_libvirt else None
            sentence = f"{name} has no ACPI; libvirt {_REFUSED_WITHOUT} and later refuse it"
            yield self.finding(sentence, At(acpi), fix=fix, severity=severity)
        elif machine.is_aarch64 and not _may_be_uefi(system):
            yield self.finding(
                "ACPI needs UEFI on aarch64, and the domain has another firmware",
                At(acpi),
                fix=unsafe("Turn ACPI off", remove_element(acpi)),
            )


def _firmware(node: Node, system: OperatingSystem) -> At | None:
    """Return where UEFI is asked for, as libvirt sees it (``virDomainDefHasOldStyleUEFI``)."""
    if must_be(system.firmware, "efi"):
        return At(node, "firmware")
    loader = node.child("loader")
    return At(loader, "type") if loader is not None and must_be(system.loader_type, "pflash") else None


def _may_be_uefi(system: OperatingSystem) -> bool:
    return may_be(system.firmware, "efi") or may_be(system.loader_type, "pflash")
