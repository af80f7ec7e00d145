"""Windows 11 is without a TPM or without UEFI.

What it does
    Reports a QEMU domain whose ``<metadata>`` says that Windows 11 is in it, and that has no ``<tpm>``, or that
    neither asks for the firmware ``efi`` nor names a loader. Off by default.

Why it matters
    The installer stops: ``This PC can't run Windows 11``. A guest that was installed by a detour gets no upgrades.

Fix
    Adds an emulated TPM 2.0, for which the host needs swtpm. Unsafe: the guest gets a device. For UEFI none: a guest
    that was installed without does not boot with it.

References
    https://www.microsoft.com/windows/windows-11-specifications; https://libvirt.org/formatdomain.html#tpm-device
"""

from chanfix.domain import views
from chanfix.domain.guest_os import os_id
from chanfix.domain.values import Known, must_be
from chanfix.lint.rule import INFO, At, Bad, Domain, Drafts, Edit, Facts, Good, Rule, unsafe
from chanfix.xml.document import Document
from chanfix.xml.edit import insert_after

_TPM = "<tpm model='tpm-crb'><backend type='emulator' version='2.0'/></tpm>"


class Windows11Tpm(Rule):
    severity = INFO
    since = "0.2.0"
    on_by_default = False
    only_if_text_has = (b"libosinfo",)
    examples = (
        Bad(
            """\
<domain type='kvm'>
  <metadata>
    <libosinfo:libosinfo xmlns:libosinfo='http://libosinfo.org/xmlns/libvirt/domain/1.0'>
      <libosinfo:os id='http://microsoft.com/win/11'/>
    </libosinfo:libosinfo>
  </metadata>
  <os firmware='efi'>
    <type arch='x86_64' machine='q35'>hvm</type>
  </os>
  <devices>
    <video/>
  </devices>
</domain>
""",
            at="<devices>",
            fixed="""\
<domain type='kvm'>
  <metadata>
    <libosinfo:libosinfo xmlns:libosinfo='http://libosinfo.org/xmlns/libvirt/domain/1.0'>
      <libosinfo:os id='http://microsoft.com/win/11'/>
    </libosinfo:libosinfo>
  </metadata>
  <os firmware='efi'>
    <type arch='x86_64' machine='q35'>hvm</type>
  </os>
  <devices>
    <video/>
    <tpm model='tpm-crb'>
      <backend type='emulator' version='2.0'/>
    </tpm>
  </devices>
</domain>
""",
        ),
        Bad(
            """\
<domain type='kvm'>
  <metadata>
    <libosinfo:libosinfo xmlns:libosinfo='http://libosinfo.org/xmlns/libvirt/domain/1.0'>
      <libosinfo:os id='http://microsoft.com/win/11'/>
    </libosinfo:libosinfo>
  </metadata>
  <os>
    <type arch='x86_64' machine='q35'>hvm</type>
  </os>
  <devices>
    <tpm model='tpm-crb'>
      <backend type='emulator' version='2.0'/>
    </tpm>
  </devices>
</domain>
""",
            at="<os>",
        ),
        Good(
            """\
<domain type='kvm'>
  <metadata>
    <libosinfo:libosinfo xmlns:libosinfo='http://libosinfo.org/xmlns/libvirt/domain/1.0'>
      <libosinfo:os id='http://microsoft.com/win/11'/>
    </libosinfo:libosinfo>
  </metadata>
  <os firmware='efi'>
    <type arch='x86_64' machine='q35'>hvm</type>
  </os>
  <devices>
    <tpm model='tpm-crb'>
      <backend type='emulator' version='2.0'/>
    </tpm>
  </devices>
</domain>
"""
        ),
        Good("<domain type='kvm'><os/><devices/></domain>\n"),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        if os_id(domain) != Known("http://microsoft.com/win/11") or domain.is_of_other_driver:
            return
        devices, system = domain.node.child("devices"), views.operating_system(domain)
        if devices is not None and not domain.devices_of("tpm") and not domain.has_unknown_devices:
            yield self.finding(
                "Windows 11 wants a TPM 2.0; the domain has none",
                At(devices),
                fix=unsafe("Add an emulated TPM 2.0", *_add(domain)),
            )
        if system is None or system.node.has_unknown_children:
            return
        if system.loader is None and (system.firmware is None or must_be(system.firmware, "bios")):
            yield self.finding("Windows 11 wants UEFI; expected firmware='efi' or a loader", At(system.node))


def _add(domain: Domain) -> list[Edit]:
    new, devices = Document.parse(_TPM.encode()).root, domain.devices
    return [insert_after(devices[-1], new)] if devices and not devices[-1].is_conditional else []
