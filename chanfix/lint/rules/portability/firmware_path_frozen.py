"""The path of the firmware stands beside the request that libvirt chooses it.

What it does
    Reports a ``<loader>`` with a path in an ``<os firmware='efi'>``. Since 9.2.0 libvirt writes the path that it has
    chosen into the definition.

Why it matters
    The path counts: on a host that has the firmware elsewhere the domain does not start, although it asks libvirt to
    choose: ``Unable to find 'efi' firmware that is compatible with the current configuration``.

Fix
    Removes path and template; ``firmware='efi'`` stays. Unsafe: another host may have other firmware.

References
    libvirt NEWS.rst, v9.2.0, "qemu: Make firmware selection persistent";
    https://github.com/QubesOS/qubes-core-admin/pull/631
"""

from chanfix.domain.host_paths import choose_firmware
from chanfix.domain.values import Known
from chanfix.domain.views import operating_system
from chanfix.lint.rule import INFO, At, Bad, Domain, Drafts, Facts, Good, Part, Rule, unsafe

_DOMAIN = "<domain type='kvm'>\n  <name>web</name>\n  <os firmware='efi'>\n    <type>hvm</type>\n{}  </os>\n</domain>\n"
_PATH = "/usr/share/OVMF/OVMF_CODE_4M.fd"


class FirmwarePathFrozen(Rule):
    only_if_text_has = (b"firmware",)
    severity = INFO
    since = "0.2.0"
    examples = (
        Bad(
            _DOMAIN.format(f"    <loader readonly='yes' type='pflash'>{_PATH}</loader>\n"),
            at=_PATH,
            fixed=_DOMAIN.format(""),
        ),
        Good(_DOMAIN.format("    <loader secure='yes'/>\n")),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        system = operating_system(domain)
        if system is None or domain.is_of_other_driver or system.firmware != Known("efi"):
            return
        loader = system.node.child("loader")
        if loader is not None and isinstance(path := system.loader, Known):
            yield self.finding(
                f"libvirt uses the path '{path.value}'; with firmware='efi' alone it chooses the firmware itself",
                At(loader, part=Part.TEXT),
                fix=unsafe("Leave the firmware to libvirt", *choose_firmware(system)),
            )
