"""A device takes part in SPICE, and the domain has no SPICE graphics.

What it does
    Reports every device for a SPICE client in a QEMU domain without ``<graphics type='spice'>``: a channel, serial,
    parallel, console, redirdev, smartcard or rng (EGD) of type ``spicevmc`` or ``spiceport``, and an audio backend
    of type ``spice``. Graphics of the types ``vnc`` or ``egl-headless`` do not count. A ``qemu-vdagent`` channel
    and a ``qxl`` video need none. An agent channel of these types is ``agent-not-unix``'s to report. A
    ``spiceport`` console on a serial port is not reported where there is a ``<serial>``: libvirt gives that console
    the type of the serial.

Why it matters
    libvirt does not define the domain: ``unsupported configuration: chardev 'spicevmc' not supported without spice
    graphics``, or ``Spice audio is not supported without spice graphics``. It is what stays behind when the display is
    removed, for a GPU that is passed through as an example.

Fix
    Removes the device, and with an audio backend the references to it: libvirt refuses one to a backend that is not
    there (``no audio device with ID 2``), and gives a sound card without a reference the default backend. Unsafe:
    the graphics may be what is missing.

References
    libvirt ``src/qemu/qemu_validate.c:qemuValidateDomainChrSourceDef``, ``qemuValidateDomainDeviceDefAudio``;
    https://github.com/virt-manager/virt-manager/pull/635
"""

from collections.abc import Iterator

from chanfix.domain import Channel, Domain, is_templated
from chanfix.lint.rule import ERROR, At, Bad, Draft, Drafts, Edit, Facts, Good, Node, Rule, Version, unsafe
from chanfix.xml.edit import remove_element

_SPICE_TYPES = frozenset({"spicevmc", "spiceport"})
# What has its type in the element of the device itself.
_WITH_TYPE = ("serial", "parallel", "redirdev")


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
        for device, source in _character_devices(domain):
            if source.get("type") in _SPICE_TYPES:
                yield self._draft(facts, device, source, remove_element(device))
        references = _references(domain)
        for audio in domain.devices_of("audio"):
            if audio.get("type") == "spice":
                # Of several with one id, which libvirt refuses, the first takes the references along.
                orphans = references.pop(audio.get("id"), [])
                yield self._draft(facts, audio, audio, remove_element(audio), *map(remove_element, orphans))

    def _draft(self, facts: Facts, device: Node, source: Node, *edits: Edit) -> Draft:
        noun = "audio backend" if device.tag == "audio" else device.tag
        title = f"Remove the {noun}" + (" and the references to it" if len(edits) > 1 else "")
        return self.finding(
            f"a '{source.get('type')}' {noun} needs SPICE graphics; libvirt {facts.version} refuses a domain without",
            At(source, "type"),
            fix=unsafe(title, *edits),
        )


def _character_devices(domain: Domain) -> Iterator[tuple[Node, Node]]:
    """Yield the devices with a character device, each with the element that has its type."""
    for channel in domain.channels:
        if not channel.is_agent:
            yield channel.node, channel.node
    for kind in _WITH_TYPE:
        for device in domain.devices_of(kind):
            yield device, device
    for console in domain.consoles:
        if not _is_serial(domain, console):
            yield console.node, console.node
    for smartcard in domain.devices_of("smartcard"):
        if smartcard.get("mode") == "passthrough":
            yield smartcard, smartcard
    for rng in domain.devices_of("rng"):
        for backend in rng.children("backend"):
            if backend.get("model") == "egd":
                yield rng, backend


def _is_serial(domain: Domain, console: Channel) -> bool:
    """Return True if libvirt reads a serial that stays in place of the console (``virDomainDefAddConsoleCompat``).

    It does so after it has refused ``spicevmc``.
    """
    stays = any(serial.get("type") not in _SPICE_TYPES for serial in domain.devices_of("serial"))
    return stays and not console.is_virtio and console.type != "spicevmc"


def _references(domain: Domain) -> dict[str | None, list[Node]]:
    """Return what refers to an audio backend, by its id, where no backend that stays has that id."""
    staying = {audio.get("id") for audio in domain.devices_of("audio") if audio.get("type") != "spice"}
    references: dict[str | None, list[Node]] = {}
    for kind in ("sound", "graphics"):
        for device in domain.devices_of(kind):
            for reference in device.children("audio"):
                if (number := reference.get("id")) is not None and number not in staying:
                    references.setdefault(number, []).append(reference)
    return references
