"""A device takes part in SPICE, and the domain has no SPICE graphics.

What it does
    Reports the devices for a SPICE client in a QEMU domain without ``<graphics type='spice'>``: a channel, serial,
    parallel, console, redirdev, smartcard or rng (EGD) of type ``spicevmc`` or ``spiceport``, and an audio backend
    of type ``spice``. All of them are one finding, at the first; in a template each block has one. Graphics of the
    types ``vnc`` or ``egl-headless`` do not count. A ``qemu-vdagent`` channel and a ``qxl`` video need none. An agent
    channel of these types is ``agent-not-unix``'s to report. A ``spiceport`` console on a serial port is not reported
    where there is a ``<serial>``: libvirt gives that console the type of the serial.

Why it matters
    libvirt does not define the domain: ``unsupported configuration: chardev 'spicevmc' not supported without spice
    graphics``, or ``Spice audio is not supported without spice graphics``. It is what stays behind when the display is
    removed, for a GPU that is passed through as an example.

Fix
    Removes all these devices, and with an audio backend the references to it: libvirt refuses one to a backend that is
    not there (``no audio device with ID 2``), and gives a sound card without a reference the default backend. Unsafe:
    the graphics may be what is missing.

References
    libvirt ``src/qemu/qemu_validate.c:qemuValidateDomainChrSourceDef``, ``qemuValidateDomainDeviceDefAudio``;
    https://github.com/virt-manager/virt-manager/pull/635
"""

from chanfix.domain import Domain, is_templated
from chanfix.domain.spice import devices_of_spice
from chanfix.lint.rule import ERROR, At, Bad, Drafts, Facts, Good, Rule, Version, unsafe
from chanfix.xml.edit import remove_element
from chanfix.xml.together import by_block


class SpicevmcNoSpice(Rule):
    # As text or as references.
    only_if_text_has = (b"spice", b"spicevmc", b"spiceport")
    severity = ERROR
    # 7.0.0 starts most of these domains.
    libvirt_since = Version(9)
    about_targets = True
    refusals = (
        "not supported without spice graphics",
        "spicevmc device type only supports virtio",
        "Spice audio is not supported without spice graphics",
    )
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
<redirdev bus='usb' type='spicevmc'/>
""",
            at="spicevmc",
            fixed="""\
<serial type='pty'/>
""",
        ),
        Bad(
            """\
<graphics type='vnc'>
  <audio id='2'/>
</graphics>
<sound model='ich9'>
  <audio id='2'/>
</sound>
<audio id='1' type='none'/>
<audio id='2' type='spice'/>
""",
            at="spice",
            fixed="""\
<graphics type='vnc'>
</graphics>
<sound model='ich9'>
</sound>
<audio id='1' type='none'/>
""",
        ),
        Bad(
            """\
<smartcard mode='passthrough' type='spicevmc'/>
""",
            at="spicevmc",
            fixed="",
        ),
        Good(
            """\
<channel type='spicevmc'>
  <target type='virtio' name='com.redhat.spice.0'/>
</channel>
<redirdev bus='usb' type='spicevmc'/>
<graphics type='vnc'/>
<graphics type='spice'/>
<audio id='1' type='spice'/>
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
<smartcard mode='host'/>
<graphics type='vnc'/>
<audio id='1' type='none'/>
<video>
  <model type='qxl'/>
</video>
"""
        ),
        Good(
            """\
<serial type='pty'/>
<console type='spiceport'>
  <source channel='org.qemu.console.serial.0'/>
  <target type='serial' port='0'/>
</console>
"""
        ),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        if domain.is_of_other_driver or domain.has_unknown_devices:
            return
        kinds = [graphics.get("type") or "" for graphics in domain.devices_of("graphics")]
        if any(kind == "spice" or is_templated(kind) for kind in kinds):
            return
        for first, *others in by_block(devices_of_spice(domain), lambda device: device.node):
            what, title = f"a {first.name} needs", "Remove the device that needs SPICE"
            if others:
                more = "one more device" if len(others) == 1 else f"{len(others)} more devices"
                what, title = f"a {first.name} and {more} need", "Remove the devices that need SPICE"
            edits = [remove_element(node) for device in (first, *others) for node in device.nodes]
            yield self.finding(
                f"{what} SPICE graphics, which the domain does not have; libvirt {facts.version} refuses the domain",
                At(first.source, "type"),
                *(At(other.source, "type", f"a {other.name}") for other in others),
                fix=unsafe(title, *edits),
            )
