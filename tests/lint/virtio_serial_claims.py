"""The cases of the virtio-serial and live state rules, and what libvirt or QEMU does with each."""

from by_version import ByVersion

from chanfix.domain.versions import Version

TARGET = "<target type='virtio' name='{}'/>"
MMIO = "<controller type='virtio-serial' index='0'><address type='virtio-mmio'/></controller>"
# libvirt adds a balloon and a USB controller, which need PCI as well.
BARE = "<memballoon model='none'/><controller type='usb' model='none'/>"
OCCUPIED = "virtio serial port 1 on controller 0 is already occupied"
NO_SPICE = "not supported without spice graphics"
SPICEPORT = "<source channel='org.example.a'/>"
NO_PCI = "No PCI buses available"
NO_MACHINE = ByVersion(
    *("does not support machine type 'none'", Version(11, 3)),
    *(Version(11, 9), "Machine type 'none' supports PCI but no PCI controller added"),
)
# A newer libvirt gives the second console the next port, whatever its address says.
PORT_0_TWICE = ByVersion("A port already exists at id 0", Version(11, 3), Version(12, 8), "started")
INVALID_ADDRESS = "virtio serial device has invalid address type"


def address(port=None, controller=0, bus=0):
    port = f" port='{port}'" if port is not None else ""
    return f"<address type='virtio-serial' controller='{controller}' bus='{bus}'{port}/>"


def channel(rest="", name="a", kind="null"):
    return f"<channel type='{kind}'>{TARGET.format(name)}{rest}</channel>"


def console(rest=""):
    return f"<console type='null'><target type='virtio'/>{rest}</console>"


def controller(written):
    return f"<controller type='virtio-serial' index='0' {written}/>"


# Name of the domain -> its devices, words of the error, and the machine type where it matters.
REFUSED = {
    "port-twice": (channel(address(1)) + channel(address(1), "b"), OCCUPIED),
    "port-twice-on-two-buses": (channel(address(1)) + channel(address(1, bus=1), "b"), OCCUPIED),
    "port-twice-with-a-console": (channel(address(1)) + console(address(1)), OCCUPIED),
    "port-31": (channel(address(31)), "virtio serial controller 0 does not have port 31"),
    "port-4-of-4": (
        controller("ports='4'") + channel(address(4)),
        "virtio serial controller 0 does not have port 4",
    ),
    "index-twice": (controller("") + controller(""), "Multiple 'virtio-serial' controllers with index '0'"),
    "one-port": (
        controller("ports='1'") + channel(address()),
        "Unable to find a free port on virtio-serial controller 0",
    ),
    "spicevmc": ("<channel type='spicevmc'><target type='virtio'/></channel><graphics type='vnc'/>", NO_SPICE),
    "spiceport": (channel("<source channel='org.example.a'/>", kind="spiceport"), NO_SPICE),
    "redirdev": ("<redirdev bus='usb' type='spicevmc'/><graphics type='egl-headless'/>", NO_SPICE),
    "serial": (f"<serial type='spiceport'>{SPICEPORT}</serial>", NO_SPICE),
    "serial-spicevmc": ("<serial type='spicevmc'/>", "spicevmc device type only supports virtio"),
    "parallel": (f"<parallel type='spiceport'>{SPICEPORT}</parallel>", NO_SPICE),
    "console": (f"<console type='spiceport'>{SPICEPORT}<target type='virtio'/></console>", NO_SPICE),
    "console-alone": (f"<console type='spiceport'>{SPICEPORT}</console>", NO_SPICE),
    "console-spicevmc": (
        "<serial type='null'/><console type='spicevmc'/>",
        "spicevmc device type only supports virtio",
    ),
    "smartcard": ("<smartcard mode='passthrough' type='spicevmc'/>", NO_SPICE),
    "rng": ("<rng model='virtio'><backend model='egd' type='spicevmc'/></rng>", NO_SPICE),
    "audio": ("<audio id='1' type='spice'/>", "Spice audio is not supported without spice graphics"),
    "audio-missing": ("<sound model='ich9'><audio id='2'/></sound>", "no audio device with ID 2"),
    "audio-missing-vnc": ("<graphics type='vnc'><audio id='2'/></graphics>", "no audio device with ID 2"),
    "tcp-without-a-host": (
        channel("<source mode='bind' service='9'/>", kind="tcp"),
        "Missing source host attribute for char device",
    ),
    "unknown-type": (
        channel(kind="unixx"),
        "unknown type presented to host for character device: unixx",
    ),
    "port-in-hex": (channel(address("0x1")), "Invalid value for attribute 'port' in element 'address': '0x1'"),
    "port-with-a-blank": (channel(address("1 ")), "Invalid value for attribute 'port' in element 'address': '1 '"),
    "isapc": (BARE + channel(), NO_PCI, "isapc"),
    "microvm": (BARE + channel(), NO_PCI, "microvm"),
    "microvm-controller": (BARE + controller(""), NO_PCI, "microvm"),
    "microvm-second-controller": (BARE + MMIO + channel(address(1, controller=1)), NO_PCI, "microvm"),
    "none": (BARE, NO_MACHINE, "none"),
}

DOES_NOT_START = {
    "two-consoles-on-port-0": (console(address(0)) * 2, PORT_0_TWICE),
    "bus-1": (channel(address(1, bus=1)), "Bus 'virtio-serial0.1' not found"),
    "no-ports": (controller("ports='0'"), "Maximum number of serial ports not specified"),
    "512-ports": (controller("ports='512'"), "maximum ports supported: 511"),
    "console-on-pci": (console("<address type='pci' slot='0x05'/>"), INVALID_ADDRESS),
    "isapc-on-mmio": (BARE + MMIO + channel(), "No 'virtio-bus' bus found", "isapc"),
}

STARTS = {
    "vdagent-without-spice": (channel(kind="qemu-vdagent"), "started"),
    "2-ports": (controller("ports='2'") + channel(), "started"),
    "511-ports": (controller("ports='511'") + channel(), "started"),
    "console-without-a-port": (console(address()) + channel(), "started"),
    "bus-without-a-port": (channel(address(bus=3)), "started"),
    "microvm-on-mmio": (BARE + MMIO + channel(), "started", "microvm"),
}

# What is in the file, what is in the stored definition, and what is not.
CHANGED = {
    "console-of-a-serial": (
        f"<serial type='null'/><console type='spiceport'>{SPICEPORT}</console>",
        "<console type='null'>",
        "spiceport",
    ),
    "sound-without-a-reference": ("<sound model='ich9'/>", "<audio id='1' type='none'/>", "spice"),
    "qxl-without-spice": ("<video><model type='qxl'/></video>", "<model type='qxl'", "<graphics"),
    "port-zero": (channel(address(0)), address(1), address(0)),
    "pci-address": (channel("<address type='pci' slot='0x05'/>", kind="pty"), address(1), "slot='0x05'"),
    "one-port-only": (controller("ports='1'") + channel(), address(1, controller=1), address(1)),
    "missing-controller": (
        channel(address(1, controller=3)),
        "<controller type='virtio-serial' index='3'",
        "type='virtio-serial' index='0'",
    ),
    "unnumbered-controller": (
        "<controller type='virtio-serial' ports='9'/>" + controller("ports='8'"),
        "<controller type='virtio-serial' index='1' ports='9'>",
        "index='0' ports='9'",
    ),
    "state": (channel().replace("/></channel>", " state='connected'/></channel>"), TARGET.format("a"), "state="),
    "no-type": (
        channel(name="org.qemu.guest_agent.0").replace(" type='null'", ""),
        "<channel type='pty'>",
        "<channel>",
    ),
    "alias": (channel("<alias name='channel0'/>"), TARGET.format("a"), "<alias"),
    "user-alias": (channel("<alias name='ua-a'/>"), "<alias name='ua-a'/>", "<alias name='channel"),
    "pty": (
        "<serial type='pty' tty='/dev/pts/7'><source path='/dev/pts/7'/></serial>",
        "<serial type='pty'>",
        "/dev/pts",
    ),
    "terminal": ("<serial type='dev'><source path='/dev/pts/7'/></serial>", "<source path='/dev/pts/7'/>", "tty="),
    "unknown-attribute": (channel().replace("type='null'", "type='null' colour='red'"), TARGET.format("a"), "colour"),
    "unknown-element": (
        channel("<source mode='bind' path='/srv/a'><permissions><mode>0777</mode></permissions></source>", kind="unix"),
        TARGET.format("a"),
        "permissions",
    ),
    "unknown-elements": (
        channel("<source mode='bind' path='/srv/a'><label>a</label></source><boot order='1'/><sauce/>", kind="unix"),
        "<source mode='bind' path='/srv/a'/>",
        "label",
    ),
    "vnc-password": ("<graphics type='vnc' passwd='letmein'/>", "<graphics type='vnc'", "letmein"),
}
