"""The cases of the agent's rules, and what libvirt or QEMU does with each."""

DEFINE, START, CALL = "define", "start", "agent call"
AGENT = "org.qemu.guest_agent.0"
CHANNEL = f"<channel type='unix'><target type='virtio' name='{AGENT}'/></channel>"
PTY = CHANNEL.replace("unix", "pty")
SPICE = "<graphics type='spice'/><channel type='spicevmc'><target type='virtio'/></channel>"
UNKNOWN_TARGET = "unknown target type '{}' specified for character device"
NOT_CONFIGURED = "QEMU guest agent is not configured"
NOT_CONNECTED = "QEMU guest agent is not connected"
EXISTS = "A port already exists by name"

CONTROLLER = "<controller type='virtio-serial' index='0'/>"


def command_line(*arguments):
    """Return arguments for QEMU that begin with character devices, c and d."""
    words = ("-chardev", "null,id=c", "-chardev", "null,id=d", *arguments)
    return "<qemu:commandline>" + "".join(f"<qemu:arg value='{word}'/>" for word in words) + "</qemu:commandline>"


def json_port(chardev, name=AGENT, driver="virtserialport"):
    return f'{{"driver":"{driver}","chardev":"{chardev}","name":"{name}"}}'


DOMAIN = """\
<domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <name>agent-claims</name>
  <memory unit='MiB'>64</memory>
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
  {outside}
  <devices>
    <emulator>{emulator}</emulator>
    {devices}
  </devices>
</domain>
"""

# What is tried -> its devices, what else is in it, how far it gets, and the words of libvirt or QEMU at which it ends.
CLAIMS = {
    "right": (CHANNEL, "", CALL, NOT_CONNECTED),
    "type-missing": (CHANNEL.replace(" type='unix'", ""), "", CALL, NOT_CONNECTED),
    "name-typo": (CHANNEL.replace(".0", ""), "", CALL, NOT_CONFIGURED),
    "name-whitespace": (CHANNEL.replace(".0", ".0 "), "", CALL, NOT_CONFIGURED),
    "detached": (CHANNEL.replace(".0", ".1"), "", CALL, NOT_CONFIGURED),
    "target-without-type": (CHANNEL.replace("type='virtio' ", ""), "", DEFINE, UNKNOWN_TARGET.format("(null)")),
    "target-of-unknown-type": (CHANNEL.replace("virtio", "vsock"), "", DEFINE, UNKNOWN_TARGET.format("vsock")),
    "target-xen": (CHANNEL.replace("virtio", "xen"), "", START, "Unable to unlink (null)"),
    "target-missing": ("<channel type='unix'/>", "", DEFINE, "target type must be specified for channel device"),
    "second-target": (CHANNEL.replace("<target", "<target type='virtio' name='x'/><target"), "", CALL, NOT_CONFIGURED),
    "twice": (CHANNEL + CHANNEL, "", START, f"{EXISTS} {AGENT}"),
    "spice-twice": (SPICE + "<channel type='spicevmc'><target type='virtio'/></channel>", "", START, EXISTS),
    "spice-by-name": (SPICE + CHANNEL.replace(AGENT, "com.redhat.spice.0"), "", START, EXISTS),
    "spicevmc-of-another-name": (
        SPICE + CHANNEL.replace("unix", "spicevmc").replace(AGENT, "com.redhat.spice.1"),
        "",
        START,
        "Unsupported spicevmc target name 'com.redhat.spice.1'",
    ),
    "vdagent-of-another-name": (
        CHANNEL.replace("unix", "qemu-vdagent").replace(AGENT, "com.redhat.spice.1"),
        "",
        CALL,
        NOT_CONFIGURED,
    ),
    "vdagent-without-name": (
        SPICE + CHANNEL.replace("unix", "qemu-vdagent").replace(f" name='{AGENT}'", ""),
        "",
        CALL,
        NOT_CONFIGURED,
    ),
    "console-with-the-name": (
        CHANNEL + CHANNEL.replace("channel", "console").replace("unix", "pty"),
        "",
        CALL,
        NOT_CONNECTED,
    ),
    "command-line": (CONTROLLER, command_line("-device", json_port("c")), CALL, NOT_CONFIGURED),
    "command-line-and-channel": (CHANNEL, command_line("-device", json_port("c")), START, f"{EXISTS} {AGENT}"),
    "command-line-in-words-and-channel": (
        CHANNEL,
        command_line(
            "-device", "virtio-serial-pci,addr=0x10", "--device", f"chardev=c,driver=virtserialport,name=x,name={AGENT}"
        ),
        START,
        f"{EXISTS} {AGENT}",
    ),
    "command-line-twice": (
        CONTROLLER,
        command_line("-device", json_port("c"), "-device", json_port("d")),
        START,
        f"{EXISTS} {AGENT}",
    ),
    "command-line-of-another-name": (
        CHANNEL + CHANNEL.replace(AGENT, "x"),
        command_line("-device", json_port("c", "x", "virtconsole")),
        START,
        f"{EXISTS} x",
    ),
    "none": ("", "", CALL, NOT_CONFIGURED),
    "commented-out": (f"<!-- {CHANNEL} -->", "", CALL, NOT_CONFIGURED),
    "under-the-domain": ("", CHANNEL, CALL, NOT_CONFIGURED),
    "inside-a-controller": (
        f"<controller type='virtio-serial' index='0'>{CHANNEL}</controller>",
        "",
        CALL,
        NOT_CONFIGURED,
    ),
    "in-a-serial-port": (CHANNEL.replace("channel", "serial"), "", DEFINE, UNKNOWN_TARGET.format("virtio")),
    "in-a-console": (PTY.replace("channel", "console"), "", CALL, NOT_CONFIGURED),
    "in-a-parallel-port": (PTY.replace("channel", "parallel"), "", CALL, NOT_CONFIGURED),
    "in-a-serial-port-by-name": (
        PTY.replace("channel", "serial").replace("type='virtio' ", ""),
        "",
        CALL,
        NOT_CONFIGURED,
    ),
    "inside-features": ("", f"<features>{CHANNEL}</features>", DEFINE, "unexpected feature 'channel'"),
}
