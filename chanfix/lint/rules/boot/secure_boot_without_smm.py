"""Firmware for Secure Boot without System Management Mode.

What it does
    Reports a ``<loader secure='yes'>`` of a QEMU domain without ``<smm state='on'/>`` in its ``<features>``, and one on
    a machine type that is known not to be ``q35``. With ``firmware='efi'`` libvirt turns SMM on, and only the machine
    type ``pc`` and its kin are reported: no firmware for them has Secure Boot.

Why it matters
    libvirt does not define the domain: ``Secure boot requires SMM feature enabled``, or ``Secure boot is supported with
    q35 machine types only``. Without SMM the guest's system could write to the firmware's variables, which Secure Boot
    is to prevent.

Fix
    Adds ``<smm state='on'/>``. Safe: the domain could not be defined. None for another machine type: that is another
    computer.

References
    libvirt ``src/qemu/qemu_validate.c:qemuValidateDomainDefBoot``; https://libvirt.org/kbase/secureboot.html
"""

from chanfix.domain.boot import OperatingSystem
from chanfix.domain.feature_edits import add_feature
from chanfix.domain.values import must_be
from chanfix.domain.views import features
from chanfix.lint.rule import ERROR, At, Bad, Domain, Drafts, Facts, Good, Rule, safe


class SecureBootWithoutSmm(Rule):
    severity = ERROR
    refusals = (
        "Secure boot requires SMM feature enabled",
        "Secure boot is supported with q35 machine types only",
    )
    since = "0.2.0"
    only_if_text_has = (b"secure",)
    examples = (
        Bad(
            """\
<domain type='kvm'>
  <name>web</name>
  <memory unit='MiB'>512</memory>
  <os>
    <type arch='x86_64' machine='q35'>hvm</type>
    <loader readonly='yes' secure='yes' type='pflash'>/srv/firmware/code.secboot.fd</loader>
  </os>
  <features>
    <acpi/>
  </features>
</domain>
""",
            at="yes",
            fixed="""\
<domain type='kvm'>
  <name>web</name>
  <memory unit='MiB'>512</memory>
  <os>
    <type arch='x86_64' machine='q35'>hvm</type>
    <loader readonly='yes' secure='yes' type='pflash'>/srv/firmware/code.secboot.fd</loader>
  </os>
  <features>
    <acpi/>
    <smm state='on'/>
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
    <type arch='x86_64' machine='pc'>hvm</type>
    <loader readonly='yes' secure='yes' type='pflash'>/srv/firmware/code.secboot.fd</loader>
  </os>
  <features>
    <acpi/>
    <smm state='on'/>
  </features>
</domain>
""",
            at="yes",
        ),
        Good(
            """\
<domain type='kvm'>
  <name>web</name>
  <memory unit='MiB'>512</memory>
  <os>
    <type arch='x86_64' machine='q35'>hvm</type>
    <loader readonly='yes' secure='yes' type='pflash'>/srv/firmware/code.secboot.fd</loader>
  </os>
  <features>
    <acpi/>
    <smm/>
  </features>
</domain>
"""
        ),
        Good(
            """\
<domain type='kvm'>
  <name>web</name>
  <memory unit='MiB'>512</memory>
  <os firmware='efi'>
    <type arch='x86_64' machine='q35'>hvm</type>
    <loader secure='yes'/>
  </os>
  <features>
    <acpi/>
  </features>
</domain>
"""
        ),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        node = domain.node.child("os")
        loader = node.child("loader") if node is not None else None
        if node is None or loader is None or node.is_conditional or not domain.is_qemu:
            return
        system, machine = OperatingSystem(node), domain.machine
        if not must_be(system.is_loader_secure, True):
            return
        # For firmware that it chooses itself libvirt turns SMM on.
        if system.firmware is not None and not machine.is_i440fx:
            return
        if not machine.is_q35:
            if machine.root_bus is not None or machine.has_ide is False:
                yield self.finding("Secure Boot is on a machine type other than q35", At(loader, "secure"))
            return
        has = features(domain)
        smm = None if has is None else has.state("smm")
        if smm is None or must_be(smm, False):
            written = "smm is off" if smm is not None else "there is no <smm state='on'/>"
            yield self.finding(
                f"Secure Boot needs System Management Mode; {written} in <features>",
                At(loader, "secure"),
                fix=safe("Turn SMM on", *add_feature(domain, "smm", state="on")),
            )
