"""QEMU does not have the display or the video model.

What it does
    Reports displays and video models that the target's QEMU was built without (``chanfix targets NAME``, "not built
    in"), and as an info those that a package of its own brings there. Without a target (``--target``) it reports SPICE
    graphics and ``qxl`` as an info: RHEL 9 and its kin have neither. It does not where the emulator or the machine type
    is another distribution's. A domain has one finding for all of them; in a template each block has one.

Why it matters
    libvirt does not define the domain: ``spice graphics are not supported with this QEMU``, or ``domain configuration
    does not support video model 'qxl'``.

Fix
    Replaces SPICE: makes the display a VNC one, or removes it where there is one already, with the devices that need
    SPICE; makes the video model ``virtio``; switches off 3D acceleration that only SPICE could draw. Unsafe: the
    guest's devices change, and its clipboard and USB redirection are gone. There is no fix where the display has a
    password of more than 8 characters: libvirt refuses such a password for VNC.

References
    libvirt ``src/qemu/qemu_validate.c:qemuValidateDomainDeviceDefGraphics``;
    https://github.com/cockpit-project/cockpit-machines/pull/1387; https://github.com/karmab/kcli/issues/447
"""

from __future__ import annotations

from chanfix.domain import Domain
from chanfix.domain.distribution import is_of_another_than_rhel
from chanfix.domain.replaced_display import devices_of_displays, is_possible_with_vnc, replaced
from chanfix.lint.rule import ERROR, INFO, At, Bad, Draft, Drafts, Facts, Good, Node, Rule, Severity, unsafe
from chanfix.named_tuple import NamedTuple
from chanfix.xml.together import nodes_by_block

# QEMU of RHEL 9 and its kin lacks these.
_LACKED = {("graphics", "spice"), ("video", "qxl")}
_OF_VIDEO = "Set the video model to 'virtio'"
_DOMAIN = """\
<domain type='kvm'>
  <name>web</name>
  <memory unit='MiB'>512</memory>
  <os>
    <type arch='x86_64' machine='{}'>hvm</type>
  </os>
  <devices>
    <emulator>{}</emulator>
    <graphics type='spice'/>
  </devices>
</domain>
"""


class _Verdict(NamedTuple):
    """How bad it is that a QEMU lacks something, and the sentence, with ``{}`` for the names."""

    severity: Severity
    sentence: str


class DisplayRemoved(Rule):
    severity = INFO
    about_targets = True
    since = "0.2.0"
    only_if_text_has = (b"graphics", b"video")
    refusals = (
        "graphics are not supported with this QEMU",
        "does not support video model '*'",
    )
    examples = (
        Bad(
            """\
<channel type='spicevmc'>
  <target type='virtio' name='com.redhat.spice.0'/>
</channel>
<graphics type='spice' autoport='yes'>
  <image compression='off'/>
</graphics>
<video>
  <model type='qxl' ram='65536' vram='65536' heads='1'/>
</video>
""",
            at="spice",
            fixed="""\
<graphics type='vnc' autoport='yes'>
</graphics>
<video>
  <model type='virtio' heads='1'/>
</video>
""",
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
        Bad(_DOMAIN.format("q35", "/usr/bin/qemu-system-x86_64"), at="spice"),
        Good(_DOMAIN.format("q35", "/usr/bin/kvm-spice")),
        Good(_DOMAIN.format("pc-q35-noble", "/usr/bin/qemu-system-x86_64")),
        Good("<graphics type='spice'/>\n", target="debian-12"),
        Good("<graphics type='vnc'/>\n<video>\n  <model type='virtio'/>\n</video>\n"),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        if domain.is_of_other_driver:
            return
        models = [model for video in domain.devices_of("video") if (model := video.child("model")) is not None]
        by_verdict: dict[_Verdict, list[Node]] = {}
        for node in (*domain.devices_of("graphics"), *models):
            if verdict := _verdict(node, facts):
                by_verdict.setdefault(verdict, []).append(node)
        if facts.target is None and by_verdict and is_of_another_than_rhel(domain):
            return
        for verdict, nodes in by_verdict.items():
            for group in nodes_by_block(nodes):
                yield self._draft(domain, verdict, group)

    def _draft(self, domain: Domain, verdict: _Verdict, nodes: list[Node]) -> Draft:
        names = list(dict.fromkeys(map(_name, nodes)))
        what = " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
        related = [At(node, "type", _name(node)) for node in nodes[1:]]
        fix, note = None, ""
        if verdict.severity is ERROR:
            displays = [node for node in nodes if node.tag == "graphics"]
            related += [At(each.source, "type", f"a {each.name}") for each in devices_of_displays(domain, displays)]
            if all(map(is_possible_with_vnc, displays)):
                title = f"Replace {(displays[0].get('type') or '').upper()} by VNC" if displays else _OF_VIDEO
                fix = unsafe(title, *replaced(domain, displays, nodes[len(displays) :]))
            else:
                note = "not fixed: VNC has passwords of at most 8 characters"
        return self.finding(
            verdict.sentence.format(what), At(nodes[0], "type"), *related, fix=fix, severity=verdict.severity, note=note
        )


def _verdict(node: Node, facts: Facts) -> _Verdict | None:
    """Return what is to be said of a display or video model that a QEMU lacks."""
    kind, name = _kind(node), node.get("type") or ""
    if facts.target is None:
        is_lacked = facts.qemu is None and (kind, name) in _LACKED
        return _Verdict(INFO, "QEMU is built without {} in RHEL 9 and later") if is_lacked else None
    if facts.target.lacks(kind, name):
        return _Verdict(ERROR, "QEMU is built without {}")
    if package := facts.target.package_of(kind, name):
        return _Verdict(INFO, f"QEMU needs the package '{package}' for {{}}")
    return None


def _kind(node: Node) -> str:
    return "graphics" if node.tag == "graphics" else "video"


def _name(node: Node) -> str:
    return f"'{node.get('type')}' {_kind(node)}"
