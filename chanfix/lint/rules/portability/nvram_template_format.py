"""The template of the firmware's variables is not of the format that they are to have.

What it does
    Reports an ``<nvram>`` whose ``templateFormat`` differs from its ``format``, and one whose template is a qcow2 file
    by its name while nothing says so.

Why it matters
    Since 10.10.0 libvirt does not start the domain when the variables are made for the first time: ``conversion of the
    nvram template to another target format is not supported``. It reads a template without a format as raw.

Fix
    Sets both formats to the template's. Unsafe: variables that are there already keep their own format. None for
    libvirt before 10.10.0, which does not know ``templateFormat``.

References
    https://libvirt.org/formatdomain.html#bios-bootloader, "nvram";
    https://github.com/virt-manager/virt-manager/issues/807
"""

from chanfix.domain.values import Known, text
from chanfix.lint.rule import WARNING, At, Bad, Domain, Drafts, Facts, Fix, Good, Node, Rule, Version, unsafe
from chanfix.xml.edit import set_attribute

_KNOWS_FORMATS = Version(10, 10)
_DOMAIN = "<domain type='kvm'>\n  <name>web</name>\n  <os>\n    <type>hvm</type>\n    <nvram {}/>\n  </os>\n</domain>\n"
_QCOW2 = "template='/usr/share/edk2/ovmf/OVMF_VARS_4M.qcow2'"


class NvramTemplateFormat(Rule):
    only_if_text_has = (b"template",)
    severity = WARNING
    about_targets = True
    since = "0.2.0"
    refusals = ("conversion of the nvram template to another target format is not supported",)
    examples = (
        Bad(
            _DOMAIN.format(f"{_QCOW2} templateFormat='qcow2' format='raw'"),
            at="qcow2",
            fixed=_DOMAIN.format(f"{_QCOW2} templateFormat='qcow2' format='qcow2'"),
        ),
        Bad(
            _DOMAIN.format(_QCOW2),
            at="/usr/share/edk2/ovmf/OVMF_VARS_4M.qcow2",
            fixed=_DOMAIN.format(f"{_QCOW2} format='qcow2' templateFormat='qcow2'"),
        ),
        Bad(_DOMAIN.format(_QCOW2), at="/usr/share/edk2/ovmf/OVMF_VARS_4M.qcow2", version="9.0.0"),
        Good(_DOMAIN.format(f"{_QCOW2} templateFormat='qcow2' format='qcow2'")),
        Good(_DOMAIN.format("template='/usr/share/OVMF/OVMF_VARS_4M.fd'")),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        system = domain.node.child("os")
        nvram = system.child("nvram") if system else None
        if nvram is None or domain.is_of_other_driver or nvram.attribute_hole:
            return
        template, written = text(nvram.get("template")), text(nvram.get("templateFormat"))
        wanted = text(nvram.get("format"))
        match template, written, wanted:
            case Known(), Known(source), Known(target) if source != target and facts.version >= _KNOWS_FORMATS:
                message = f"libvirt does not convert a template of format '{source}' to '{target}'"
                yield self.finding(message, At(nvram, "templateFormat"), fix=_formats(nvram, source, facts))
            case Known(path), None, None | Known() if path.endswith(".qcow2") and wanted != Known("qcow2"):
                message = f"the template '{path}' is qcow2 by its name; without templateFormat it is read as raw"
                yield self.finding(message, At(nvram, "template"), fix=_formats(nvram, "qcow2", facts))


def _formats(nvram: Node, kind: str, facts: Facts) -> Fix | None:
    if facts.version < _KNOWS_FORMATS:
        return None
    names = [name for name in ("templateFormat", "format") if nvram.get(name) != kind]
    return unsafe(f"Set the formats to '{kind}'", *(set_attribute(nvram, name, kind) for name in names))
