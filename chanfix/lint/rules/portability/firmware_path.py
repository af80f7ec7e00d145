"""The firmware is at a path that other hosts do not have.

What it does
    Reports a ``<loader>`` that names UEFI firmware where one distribution keeps it, such as ``/usr/share/OVMF/`` or
    ``/usr/share/edk2/x64/``, without ``firmware='efi'``. With a target (``--target``) it is silent where the target has
    that file, or may have it. A path that no distribution has is a file that somebody means.

Why it matters
    On another host, or after an upgrade that drops the file (Debian 13 has no ``OVMF_CODE.fd``), the domain does not
    start: ``unable to find any master var store for loader``, or QEMU cannot open the file.

Fix
    Asks for ``firmware='efi'`` and removes path and template: libvirt takes what the host has. A request for Secure
    Boot and the file of the variables stay. Unsafe: it may be other firmware than before. None for libvirt before 5.2,
    which does not choose, and for a domain with ``<suspend-to-disk enabled='yes'/>``: no distribution's firmware is
    declared to do that, so that libvirt finds none (``Unable to find 'efi' firmware``).

References
    https://libvirt.org/formatdomain.html#bios-bootloader, "firmware"; https://libvirt.org/kbase/secureboot.html;
    https://github.com/virt-manager/virt-manager/issues/216
"""

from chanfix.domain.host_paths import choose_firmware, is_uefi_of_a_distribution
from chanfix.domain.values import Known, may_be, text
from chanfix.domain.views import operating_system
from chanfix.lint.rule import WARNING, At, Bad, Domain, Drafts, Facts, Good, Part, Rule, Version, unsafe
from chanfix.xml.edit import set_attribute

_CHOOSES_SINCE = Version(5, 2)
_DOMAIN = (
    "<domain type='kvm'>\n  <name>web</name>\n  <os{}>\n    <type machine='q35'>hvm</type>\n{}  </os>\n</domain>\n"
)
_OVMF = "/usr/share/OVMF/OVMF_CODE.fd"
_LOADER = f"    <loader readonly='yes' type='pflash'>{_OVMF}</loader>\n"
_SECURE = f"    <loader readonly='yes' secure='yes' type='pflash'>{_OVMF}</loader>\n"
_HIBERNATES = "<pm><suspend-to-disk enabled='yes'/></pm>"
_NVRAM = "    <nvram{}>/var/lib/libvirt/qemu/nvram/web_VARS.fd</nvram>\n"


class FirmwarePath(Rule):
    only_if_text_has = (b"loader",)
    severity = WARNING
    about_targets = True
    since = "0.2.0"
    refusals = ("unable to find any master var store for loader: *",)
    examples = (
        Bad(_DOMAIN.format("", _LOADER), at=_OVMF, fixed=_DOMAIN.format(" firmware='efi'", "")),
        Bad(
            _DOMAIN.format("", _SECURE + _NVRAM.format(" template='/usr/share/OVMF/OVMF_VARS.fd'")),
            at=_OVMF,
            fixed=_DOMAIN.format(" firmware='efi'", "    <loader secure='yes'></loader>\n" + _NVRAM.format("")),
        ),
        Bad(_DOMAIN.format("", _LOADER), at=_OVMF, version="5.1.0"),
        Bad(_DOMAIN.format("", _LOADER), at=_OVMF, fixed=_DOMAIN.format(" firmware='efi'", ""), target="debian-13"),
        Bad(_DOMAIN.format("", _LOADER).replace("</domain>", f"  {_HIBERNATES}\n</domain>"), at=_OVMF),
        Good(_DOMAIN.format("", _LOADER), target="debian-12"),
        Good(_DOMAIN.format(" firmware='efi'", "")),
        Good(_DOMAIN.format("", "    <loader type='rom'>/usr/share/seabios/bios.bin</loader>\n")),
        Good(_DOMAIN.format("", "    <loader readonly='yes' type='pflash'>/srv/firmware/OVMF_CODE.fd</loader>\n")),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        system = operating_system(domain)
        if system is None or domain.is_of_other_driver or system.firmware is not None:
            return
        loader = system.node.child("loader")
        if loader is None or not isinstance(path := system.loader, Known) or not is_uefi_of_a_distribution(path.value):
            return
        if facts.target and facts.target.has_file(path.value):
            return
        edits = [set_attribute(system.node, "firmware", "efi"), *choose_firmware(system)]
        can_choose = facts.version >= _CHOOSES_SINCE and not _may_suspend_to_disk(domain)
        yield self.finding(
            f"firmware '{path.value}' is where some distributions have it; firmware='efi' lets libvirt find it",
            At(loader, part=Part.TEXT),
            fix=unsafe("Leave the firmware to libvirt", *edits) if can_choose else None,
        )


def _may_suspend_to_disk(domain: Domain) -> bool:
    """Return True if the firmware must be one for ``S4`` (``qemuFirmwareMatchDomain``), or may have to be."""
    states = domain.node.child("pm")
    state = states.child("suspend-to-disk") if states is not None else None
    return state is not None and may_be(text(state.get("enabled")), "yes")
