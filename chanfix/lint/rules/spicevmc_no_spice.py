"""A device talks to a SPICE client, and the domain has no SPICE graphics.

What it does
    Reports a channel of type ``spicevmc`` or ``spiceport``, and a ``<redirdev>`` of type ``spicevmc``, in a QEMU domain
    without ``<graphics type='spice'>``. Graphics of the types ``vnc`` or ``egl-headless`` do not count. A
    ``qemu-vdagent`` channel needs none. An agent channel of these types is ``agent-not-unix``'s to report.

Why it matters
    libvirt does not define the domain: ``unsupported configuration: chardev 'spicevmc' not supported without spice
    graphics``. It is what stays behind when the display is removed, for a GPU that is passed through as an example.

Fix
    Removes the device. Unsafe: the graphics may be what is missing.

References
    libvirt ``src/qemu/qemu_validate.c:qemuValidateDomainChrSourceDef``;
    https://github.com/virt-manager/virt-manager/pull/635
"""

from __future__ import annotations

from collections.abc import Iterator

from chanfix.domain import Domain, is_templated
from chanfix.lint.finding import Severity
from chanfix.lint.rules.base import At, Bad, Draft, Facts, Fixable, Good, Rule, Safety
from chanfix.markup.edit import remove_element

__all__ = ["SpicevmcNoSpice"]

_SPICE_TYPES = frozenset({"spicevmc", "spiceport"})


class SpicevmcNoSpice(Rule):
    """A device for a SPICE client that no client can reach."""

    name = "spicevmc-no-spice"
    summary = "a device talks to a SPICE client, and the domain has no SPICE graphics"
    severity = Severity.ERROR
    fixable = Fixable.ALWAYS
    since = "0.1.0"
    devices = ("channel", "redirdev")
    examples = (
        Bad(
            """\
<channel type='spicevmc'>
  <target type='virtio' name='com.redhat.spice.0'/>
</channel>
<graphics type='vnc'/>
""",
            at="spicevmc",
            fixed="""\
<graphics type='vnc'/>
""",
        ),
        Bad(
            """\
<serial type='pty'/>
<redirdev bus='usb' type='spicevmc'/>
""",
            at="spicevmc",
            fixed="""\
<serial type='pty'/>
""",
        ),
        Good(
            """\
<channel type='spicevmc'>
  <target type='virtio' name='com.redhat.spice.0'/>
</channel>
<redirdev bus='usb' type='spicevmc'/>
<graphics type='vnc'/>
<graphics type='spice'/>
"""
        ),
        Good(
            """\
<channel type='qemu-vdagent'>
  <target type='virtio' name='com.redhat.spice.0'/>
</channel>
<redirdev bus='usb' type='tcp'>
  <source mode='connect' host='localhost' service='4000'/>
</redirdev>
<graphics type='vnc'/>
"""
        ),
    )

    def check(self, domain: Domain, facts: Facts) -> Iterator[Draft]:
        """Yield devices of a SPICE type where there is no SPICE."""
        kinds = [graphics.get("type") or "" for graphics in domain.devices_of("graphics")]
        if (
            domain.is_of_other_driver
            or domain.has_unknown_devices
            or any(kind == "spice" or is_templated(kind) for kind in kinds)
        ):
            return
        channels = [channel.node for channel in domain.channels if not channel.is_agent]
        for device in (*channels, *domain.devices_of("redirdev")):
            if device.get("type") in _SPICE_TYPES:
                yield self.finding(
                    f"a '{device.get('type')}' {device.tag} needs SPICE graphics; the domain has none",
                    At(device, "type"),
                    fix=self.fix(f"Remove the {device.tag}", Safety.UNSAFE, remove_element(device)),
                )
