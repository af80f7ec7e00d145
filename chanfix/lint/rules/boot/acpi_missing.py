"""An x86 guest has no ACPI, so it cannot be asked to shut down.

What it does
    Reports a QEMU domain for x86 without ``<acpi/>`` in its ``<features>``. Silent on ``microvm`` and ``isapc``, and
    where the architecture is not written and the machine type does not tell it. With UEFI it is an error:
    ``acpi-firmware``.

Why it matters
    ``virsh shutdown`` and ``virsh reboot`` press the power button of ACPI. Without it they report success and nothing
    happens, so that a host that shuts down waits and then cuts the power. Only a guest agent that runs can help.

Fix
    Adds ``<acpi/>``. Unsafe: the guest's system sees other hardware, and a Windows that was installed without ACPI does
    not boot with it.

References
    https://libvirt.org/formatdomain.html#hypervisor-features;
    https://github.com/dmacvicar/terraform-provider-libvirt/issues/25
"""

from chanfix.domain.boot import OperatingSystem
from chanfix.domain.feature_edits import add_feature
from chanfix.domain.values import may_be
from chanfix.lint.rule import WARNING, At, Bad, Domain, Drafts, Facts, Good, Rule, unsafe


class AcpiMissing(Rule):
    severity = WARNING
    since = "0.2.0"
    examples = (
        Bad(
            """\
<domain type='kvm'>
  <name>web</name>
  <memory unit='MiB'>512</memory>
  <os>
    <type arch='x86_64' machine='q35'>hvm</type>
  </os>
  <features>
    <apic/>
  </features>
</domain>
""",
            at="<features>",
            fixed="""\
<domain type='kvm'>
  <name>web</name>
  <memory unit='MiB'>512</memory>
  <os>
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
    <type machine='pc'>hvm</type>
  </os>
</domain>
""",
            at="<domain type='kvm'>",
            fixed="""\
<domain type='kvm'>
  <name>web</name>
  <memory unit='MiB'>512</memory>
  <os>
    <type machine='pc'>hvm</type>
  </os>
  <features>
    <acpi/>
  </features>
</domain>
""",
        ),
        Good(
            """\
<domain type='kvm'>
  <name>web</name>
  <memory unit='MiB'>512</memory>
  <os>
    <type arch='x86_64' machine='q35'>hvm</type>
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
    <type arch='aarch64' machine='virt'>hvm</type>
  </os>
</domain>
"""
        ),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        features, machine = domain.node.child("features"), domain.machine
        if features is not None and (features.child("acpi") is not None or features.is_conditional):
            return
        holder = features if features is not None else domain.node
        if domain.node.has_unknown_children or holder.has_unknown_children or not domain.is_qemu:
            return
        if not machine.is_x86 or machine.is_microvm or machine.is_isapc or _is_uefi(domain):
            return
        yield self.finding(
            "no <acpi/> in <features>: the guest cannot be asked to shut down",
            At(holder),
            fix=unsafe("Turn ACPI on", *add_feature(domain, "acpi")),
        )


def _is_uefi(domain: Domain) -> bool:
    node = domain.node.child("os")
    system = OperatingSystem(node) if node is not None else None
    return system is not None and (may_be(system.firmware, "efi") or may_be(system.loader_type, "pflash"))
