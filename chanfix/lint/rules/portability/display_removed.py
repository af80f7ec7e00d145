"""QEMU does not have the display or the video model.

What it does
    Reports SPICE graphics and video models that the target's QEMU was built without (``chanfix targets NAME``, "not
    built in"), and as an info what a package of its own brings there. Without a target (``--target``) it reports SPICE
    graphics and ``qxl`` as an info: RHEL 9 and its kin have neither.

Why it matters
    libvirt does not define the domain: ``spice graphics are not supported with this QEMU``, or ``domain configuration
    does not support video model 'qxl'``.

Fix
    Makes the display a VNC one, or removes it where there is one already, with the devices that need SPICE; makes the
    video model ``virtio``. Unsafe: the guest's devices change, and its clipboard and USB redirection are gone.

References
    libvirt ``src/qemu/qemu_validate.c:qemuValidateDomainDeviceDefGraphics``;
    https://github.com/cockpit-project/cockpit-machines/pull/1387; https://github.com/karmab/kcli/issues/447
"""

from collections.abc import Callable

from chanfix.domain import Domain
from chanfix.domain.spice import devices_of_spice
from chanfix.lint.rule import ERROR, INFO, At, Bad, Draft, Drafts, Edit, Facts, Fix, Good, Node, Rule, unsafe
from chanfix.xml.edit import remove_attribute, remove_element, set_attribute

# What somebody's QEMU lacks, for those who have no target.
_LACKED = {("graphics", "spice"), ("video", "qxl")}
# The children that VNC has too; and the attributes that are SPICE's or QXL's alone.
_OF_VNC = ("listen", "audio")
_OF_SPICE = ("tlsPort", "defaultMode")
_OF_QXL = ("ram", "vram", "vram64", "vgamem")


class DisplayRemoved(Rule):
    severity = INFO
    about_targets = True
    since = "0.2.0"
    examples = (
        Bad(
            """\
<channel type='spicevmc'>
  <target type='virtio' name='com.redhat.spice.0'/>
</channel>
<graphics type='spice' autoport='yes'>
  <image compression='off'/>
</graphics>
""",
            at="spice",
            fixed="<graphics type='vnc' autoport='yes'>\n</graphics>\n",
            target="rhel-9",
        ),
        Bad(
            "<video>\n  <model type='qxl' ram='65536' vram='65536' heads='1'/>\n</video>\n",
            at="qxl",
            fixed="<video>\n  <model type='virtio' heads='1'/>\n</video>\n",
            target="rhel-9",
        ),
        Bad("<graphics type='spice'/>\n", at="spice", target="debian-13"),
        Bad("<graphics type='spice'/>\n", at="spice"),
        Good("<graphics type='spice'/>\n", target="debian-12"),
        Good("<graphics type='vnc'/>\n<video>\n  <model type='virtio'/>\n</video>\n"),
    )

    def graphics(self, graphics: Node, domain: Domain, facts: Facts) -> Drafts:
        yield from self._drafts("graphics", graphics, domain, facts, lambda: _without_spice(graphics, domain))

    def video(self, video: Node, domain: Domain, facts: Facts) -> Drafts:
        if (model := video.child("model")) is not None:
            yield from self._drafts("video", model, domain, facts, lambda: _without_qxl(model))

    def _drafts(self, kind: str, node: Node, domain: Domain, facts: Facts, fix: Callable[[], Fix]) -> Drafts:
        name = node.get("type") or ""
        what = f"{'graphics of type' if kind == 'graphics' else 'video model'} '{name}'"
        if domain.is_of_other_driver:
            return
        if facts.target is None:
            if facts.qemu is None and (kind, name) in _LACKED:
                yield self._draft(f"{what}: not every distribution's QEMU is built with that", node, None)
        elif facts.target.lacks(kind, name):
            yield self._draft(f"{what}: QEMU was built without that", node, fix())._replace(severity=ERROR)
        elif package := facts.target.package_of(kind, name):
            yield self._draft(f"{what}: QEMU needs the package '{package}'", node, None)

    def _draft(self, message: str, node: Node, fix: Fix | None) -> Draft:
        return self.finding(message, At(node, "type"), fix=fix)


def _without_qxl(model: Node) -> Fix:
    edits = [remove_attribute(model, name) for name in _OF_QXL if model.get(name) is not None]
    return unsafe("Set the video model to 'virtio'", set_attribute(model, "type", "virtio"), *edits)


def _without_spice(graphics: Node, domain: Domain) -> Fix:
    others = [other for other in domain.devices_of("graphics") if other != graphics]
    edits: list[Edit] = []
    if not any(other.get("type") == "spice" for other in others):
        edits += [remove_element(node) for node in devices_of_spice(domain) if graphics not in node.ancestors]
    if any(other.get("type") == "vnc" for other in others):
        return unsafe("Remove the SPICE display", remove_element(graphics), *edits)
    edits += [remove_element(child) for child in graphics.children() if child.tag not in _OF_VNC]
    edits += [remove_attribute(graphics, name) for name in _OF_SPICE if graphics.get(name) is not None]
    return unsafe("Make the display a VNC one", set_attribute(graphics, "type", "vnc"), *edits)
