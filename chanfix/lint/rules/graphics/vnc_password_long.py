"""A VNC password is longer than VNC can check.

What it does
    Reports a ``passwd`` of more than 8 bytes on VNC graphics. The password is never shown.

Why it matters
    libvirt does not define the domain: ``VNC password is 9 characters long, only 8 permitted``. Before libvirt 8.0
    the rest was cut off in silence, so that a longer password protected no better.

Fix
    None: a password is its owner's to choose.

References
    libvirt ``src/qemu/qemu_validate.c:qemuValidateDomainDeviceDefVNCGraphics``;
    https://github.com/OpenNebula/one/issues/5842
"""

from chanfix.domain.display import Graphics
from chanfix.domain.values import Known, must_be
from chanfix.lint.rule import ERROR, WARNING, At, Bad, Domain, Drafts, Facts, Good, Node, Part, Rule, Version

_LONGEST = 8
_REFUSES = Version(8)


class VncPasswordLong(Rule):
    severity = ERROR
    about_targets = True
    refusals = ("VNC password is * characters long, only * permitted",)
    since = "0.2.0"
    examples = (
        Bad("<graphics type='vnc' passwd='123456789'/>\n", at="passwd"),
        Good("<graphics type='vnc' passwd='12345678'/>\n"),
        Good("<graphics type='spice' passwd='123456789'/>\n"),
    )

    def graphics(self, node: Node, domain: Domain, facts: Facts) -> Drafts:
        graphics = Graphics(node)
        if not must_be(graphics.type, "vnc") or domain.is_of_other_driver:
            return
        match graphics.password:
            case Known(password) if (length := len(password.encode())) > _LONGEST:
                is_cut = facts.version < _REFUSES
                outcome = f"libvirt {facts.version} {'cuts the rest off' if is_cut else 'refuses it'}"
                yield self.finding(
                    f"the VNC password has {length} bytes; expected {_LONGEST} at most, {outcome}",
                    At(node, "passwd", part=Part.NAME),
                    severity=WARNING if is_cut else None,
                )
