"""The cases of the rules about disks, addresses, booting and devices of the host, and what libvirt says of each."""

from typing import NamedTuple

from by_version import ByVersion

from chanfix.domain.versions import Version

DOMAIN = """\
<domain type='qemu'>
  <name>claim</name>
  <memory unit='MiB'>64</memory>
  <os{firmware}><type arch='{arch}' machine='{machine}'>hvm</type>{os}</os>
  <features>{features}</features>
  <devices>{devices}</devices>
</domain>
"""


class Claim(NamedTuple):
    """The parts of a domain, and the words with which libvirt refuses it; None where it defines it."""

    words: str | ByVersion | None
    devices: str = ""
    machine: str = "q35"
    arch: str = "x86_64"
    os: str = ""
    features: str = "<acpi/>"
    firmware: str = ""

    @property
    def text(self) -> str:
        """The domain."""
        return DOMAIN.format(**self._asdict())


def disk(target="vda", bus="virtio", driver="type='raw'", rest="", device="disk"):
    return (
        f"<disk type='file' device='{device}'><driver name='qemu' {driver}/><source file='/srv/a'/>"
        f"<target dev='{target}' bus='{bus}'/>{rest}</disk>"
    )


def pci(slot=5, bus=0, function=0, domain=0):
    return f"<address type='pci' domain='{domain}' bus='{bus}' slot='{slot}' function='{function}'/>"


def drive(unit=0, controller=0, bus=0, target=0):
    return f"<address type='drive' controller='{controller}' bus='{bus}' target='{target}' unit='{unit}'/>"


def interface(rest=""):
    return f"<interface type='user'><model type='virtio'/>{rest}</interface>"


def root(model, index=0):
    return f"<controller type='pci' index='{index}' model='{model}'/>"


def floppy(rest=""):
    return f"<disk type='file' device='floppy'><target dev='fda' bus='fdc'/>{rest}</disk>"


def tablet(rest):
    return f"<input type='tablet' bus='usb'>{rest}</input>"


def scsi_host_device(unit, rest=""):
    source = f"<source><adapter name='scsi_host0'/><address bus='0' target='0' unit='{unit}'/></source>"
    return f"<hostdev mode='subsystem' type='scsi'>{source}{rest}</hostdev>"


def host_pci(slot):
    source = f"<source><address domain='0' bus='1' slot='{slot}' function='0'/></source>"
    return f"<hostdev mode='subsystem' type='pci' managed='yes'>{source}</hostdev>"


def host_usb(source):
    return f"<hostdev mode='subsystem' type='usb'><source>{source}</source></hostdev>"


def mediated(uuid):
    source = f"<source><address uuid='{uuid}'/></source>"
    return f"<hostdev mode='subsystem' type='mdev' model='vfio-pci'>{source}</hostdev>"


XHCI = "<controller type='usb' index='0' model='qemu-xhci'/>"
VIRTIO_SCSI = "<controller type='scsi' index='0' model='virtio-scsi'/>"
USB_1 = "<address type='usb' bus='0' port='1'/>"
CCW = "<address type='ccw' cssid='0xfe' ssid='0' devno='5'/>"
UHCI = "<controller type='usb' index='0' model='piix3-uhci'/>"
EHCI = (
    "<controller type='usb' index='0' model='ich9-ehci1'/>"
    "<controller type='usb' index='0' model='ich9-uhci1'><master startport='0'/></controller>"
)
HUB = "<hub type='usb'><address type='usb' bus='0' port='1'/></hub>"
ROOT_PORT = root("pcie-root") + "<controller type='pci' index='1' model='pcie-root-port'/>"
BRIDGE = root("pci-root") + "<controller type='pci' index='1' model='pci-bridge'/>"
# libvirt adds a balloon and a USB controller, which need PCI.
BARE = "<memballoon model='none'/><controller type='usb' model='none'/>"
IDE_CDROM = "<disk type='file' device='cdrom'><target dev='hda' bus='ide'/></disk>"
PCI_TWICE = "Attempted double use of PCI Address {}"
DRIVE_TWICE = "Found duplicate drive address for disk with target name '{}'"
NATIVE = "io='native' needs either no disk cache or directsync cache mode"

REPEATED = "Hostdev already exists in the domain configuration"
PRODUCT = "<vendor id='0x1234'/><product id='0xbeef'/>"
NO_IDE = "IDE controllers are unsupported for this QEMU binary or machine type"

MIXED = "per-device boot elements cannot be used together with os/boot elements"
PFLASH = "<loader readonly='yes' type='pflash'>/srv/code.fd</loader>"
SECURE = "<loader readonly='yes' secure='yes' type='pflash'>/srv/code.fd</loader>"
NO_ACPI = ByVersion("defined", Version(9), Version(11, 3), "does not support ACPI")

# Rule -> name of the case -> the case. What is refused is what the rule reports, and the others it does not.
CLAIMS = {
    "hostdev-repeated": {
        "pci": Claim(REPEATED, host_pci(1) + host_pci("0x01")),
        "interface": Claim(
            REPEATED,
            "<interface type='hostdev'><source><address type='pci' bus='1' slot='1'/></source></interface>"
            + host_pci(1),
        ),
        "usb-by-name": Claim(REPEATED, host_usb(PRODUCT) * 2),
        "usb-by-place": Claim(REPEATED, host_usb("<address bus='1' device='2'/>") * 2),
        "scsi": Claim(REPEATED, VIRTIO_SCSI + scsi_host_device(1) * 2),
        "mediated": Claim(
            REPEATED,
            mediated("8f1bbf0a-4a2c-4d3a-9d1f-0b6f6d5c3d11") + mediated("8F1BBF0A4a2c4d3a9d1f0b6f6d5c3d11"),
        ),
        "two-slots": Claim(None, host_pci(1) + host_pci(2)),
        "two-places": Claim(
            None,
            host_usb(PRODUCT + "<address bus='1' device='2'/>") + host_usb(PRODUCT + "<address bus='1' device='3'/>"),
        ),
        "name-and-place": Claim(None, host_usb(PRODUCT) + host_usb("<address bus='1' device='2'/>")),
        "two-units": Claim(None, VIRTIO_SCSI + scsi_host_device(1) + scsi_host_device(2)),
    },
    "boot-mixed": {
        "disk": Claim(MIXED, disk(rest="<boot order='1'/>"), os="<boot dev='hd'/>"),
        "interface": Claim(MIXED, interface("<boot order='2'/>"), os="<boot dev='hd'/><boot dev='network'/>"),
        "redirected-device": Claim(
            MIXED,
            "<redirdev bus='usb' type='tcp'><source mode='connect' host='localhost' service='4000'/>"
            "<boot order='1'/></redirdev>",
            os="<boot dev='hd'/>",
        ),
        "menu": Claim(None, disk(rest="<boot order='1'/>"), os="<bootmenu enable='yes'/>"),
        "controller": Claim(None, XHCI.replace("/>", "><boot order='1'/></controller>"), os="<boot dev='hd'/>"),
    },
    "boot-order-repeated": {
        "twice": Claim(
            "boot order '1' used for more than one device",
            disk(rest="<boot order='1'/>") + interface("<boot order='01'/>"),
        ),
        "zero": Claim("Zero is not permitted", interface("<boot order='0'/>")),
        "gaps": Claim(None, disk(rest="<boot order='7'/>") + interface("<boot order='3'/>")),
    },
    "acpi-firmware": {
        "x86-loader": Claim("UEFI requires ACPI on this architecture", os=PFLASH, features=""),
        "x86-loader-on-pc": Claim("UEFI requires ACPI on this architecture", machine="pc", os=PFLASH, features=""),
        "x86-chosen": Claim("UEFI requires ACPI on this architecture", features="", firmware=" firmware='efi'"),
        "aarch64": Claim("ACPI requires UEFI on this architecture", "", "virt", "aarch64"),
        "s390x": Claim(NO_ACPI, "", "s390-ccw-virtio", "s390x"),
        "x86-with-acpi": Claim(None, os=PFLASH),
        "x86-rom": Claim(None, os="<loader type='rom'>/srv/bios.bin</loader>", features=""),
        "x86-loader-without-a-type": Claim(None, os="<loader>/srv/bios.bin</loader>", features=""),
        "aarch64-with-uefi": Claim(None, "", "virt", "aarch64", os=PFLASH),
        "aarch64-without-acpi": Claim(None, "", "virt", "aarch64", os=PFLASH, features=""),
        "riscv": Claim(None, "", "virt", "riscv64"),
        "power": Claim(NO_ACPI, "", "pseries", "ppc64"),
        "power-without-acpi": Claim(None, "", "pseries", "ppc64", features=""),
    },
    "secure-boot-without-smm": {
        "none": Claim("Secure boot requires SMM feature enabled", os=SECURE),
        "off": Claim("Secure boot requires SMM feature enabled", os=SECURE, features="<acpi/><smm state='off'/>"),
        "rom": Claim("Secure boot requires SMM feature enabled", os="<loader type='rom' secure='yes'>/srv/x</loader>"),
        "pc": Claim(
            "Secure boot is supported with q35 machine types only",
            "",
            "pc",
            os=SECURE,
            features="<acpi/><smm state='on'/>",
        ),
        "on": Claim(None, os=SECURE, features="<acpi/><smm state='on'/>"),
        "without-a-state": Claim(None, os=SECURE, features="<acpi/><smm/>"),
        "on-and-then-off": Claim(
            "Secure boot requires SMM feature enabled",
            os=SECURE,
            features="<acpi/><smm state='on'/><smm state='off'/>",
        ),
        "off-and-then-on": Claim(None, os=SECURE, features="<acpi/><smm state='off'/><smm state='on'/>"),
        "chosen": Claim(None, os="<loader secure='yes'/>", firmware=" firmware='efi'"),
    },
    "bus-unsupported": {
        "ide-on-q35": Claim(NO_IDE, IDE_CDROM),
        "ide-by-name": Claim(NO_IDE, IDE_CDROM.replace(" bus='ide'", "")),
        "ide-controller": Claim(NO_IDE, "<controller type='ide' index='0'/>"),
        "controller-without-a-type": Claim(NO_IDE, "<controller index='0'/>"),
        "ide-on-microvm": Claim(NO_IDE, IDE_CDROM + BARE, "microvm"),
        "ide-on-isapc": Claim(NO_IDE, IDE_CDROM + BARE, "isapc"),
        "ide-on-arm": Claim(NO_IDE, IDE_CDROM, "virt", "aarch64", features=""),
        "ide-on-riscv": Claim(NO_IDE, IDE_CDROM, "virt", "riscv64", features=""),
        "ide-on-power": Claim(NO_IDE, IDE_CDROM, "pseries", "ppc64", features=""),
        "ide-on-s390x": Claim(NO_IDE, IDE_CDROM, "s390-ccw-virtio", "s390x", features=""),
        "sata-on-s390x": Claim(
            *("SATA is not supported with this QEMU binary", disk("sda", "sata"), "s390-ccw-virtio", "s390x"),
            features="",
        ),
        "ide-on-pc": Claim(None, IDE_CDROM, "pc"),
        "sata-on-arm": Claim(None, disk("sda", "sata"), "virt", "aarch64", features=""),
        "scsi-on-s390x": Claim(None, disk("sda", "scsi"), "s390-ccw-virtio", "s390x", features=""),
    },
    "address-impossible": {
        "slot": Claim("Invalid PCI address slot='0x20', must be <= 0x1F", interface(pci(32)), "pc"),
        "function": Claim("Invalid PCI address function=0x8, must be <= 7", interface(pci(function=8)), "pc"),
        "bus": Claim("Invalid PCI address bus='0x100', must be <= 0xFF", interface(pci(bus=256)), "pc"),
        "domain": Claim("Only PCI domain 0 is available", interface(pci(domain=1)), "pc"),
        "slot-of-a-root-port": Claim("slot must be <= 0", ROOT_PORT + interface(pci(1, 1))),
        "slot-of-a-bridge": Claim("slot must be >= 1", BRIDGE + interface(pci(0, 1, 1)), "pc"),
        "address-of-the-root": Claim(
            "pci-root and pcie-root controllers should not have an address",
            f"<controller type='pci' index='0' model='pcie-root'>{pci(2)}</controller>",
        ),
        "own-bus": Claim(
            "index must be larger than bus",
            f"<controller type='pci' index='1' model='pci-bridge'>{pci(3, 1)}</controller>",
            "pc",
        ),
        "usb-port": Claim("requested USB port 5 not present on USB bus 0", XHCI + tablet(USB_1.replace("'1'", "'5'"))),
        "usb-port-of-piix3": Claim(
            "requested USB port 3 not present on USB bus 0", UHCI + tablet(USB_1.replace("'1'", "'3'")), "pc"
        ),
        "usb-port-of-a-hub": Claim(
            "requested USB port 1.9 not present on USB bus 0",
            XHCI + HUB + tablet(USB_1.replace("'1'", "'1.9'")),
        ),
        "usb-hub": Claim("there is no hub at port 1", XHCI + tablet(USB_1.replace("'1'", "'1.1'"))),
        "usb-bus-without-a-port": Claim(
            "USB bus 1 requested but no controller with that index is present",
            XHCI + tablet("<address type='usb' bus='1'/>"),
        ),
        "usb-bus": Claim("Missing USB bus 1", XHCI + tablet(USB_1.replace("'0'", "'1'"))),
        "sata-bus": Claim("bus must be 0 for sata controller", disk("sda", "sata", rest=drive(bus=1))),
        "sata-target": Claim("target must be 0 for sata controller", disk("sda", "sata", rest=drive(target=1))),
        "ide-controller": Claim(
            "Only 1 IDE controller is supported", disk("hda", "ide", rest=drive(controller=1)), "pc"
        ),
        "ide-target": Claim("target must be 0 for ide controller", disk("hda", "ide", rest=drive(target=1)), "pc"),
        "scsi-bus": Claim("SCSI controller only supports 1 bus", disk("sda", "scsi", rest=drive(bus=1))),
        "floppy-bus": Claim("Only 1 fdc bus is supported", floppy(drive(bus=1)), "pc"),
        "floppy-controller": Claim("Only 1 fdc controller is supported", floppy(drive(controller=1)), "pc"),
        "floppy-target": Claim("target must be 0 for controller fdc", floppy(drive(target=1)), "pc"),
        "ccw": Claim(
            "Invalid specification for virtio ccw address: cssid='0xfe' ssid='0x4' devno='0x0005'",
            *(interface(CCW.replace("ssid='0'", "ssid='4'")), "s390-ccw-virtio", "s390x"),
            features="",
        ),
        "last-ones": Claim(None, interface(pci(31, function=7)) + BRIDGE + interface(pci(31, 1, 7)), "pc"),
        "bus-that-libvirt-adds": Claim(None, interface(pci(0, 9))),
        "usb-ports-by-number": Claim(
            None,
            XHCI.replace("/>", " ports='15'/>") + tablet(USB_1.replace("'1'", "'15'")),
        ),
        "usb-hub-behind": Claim(None, XHCI + tablet(USB_1.replace("'1'", "'1.8'")) + HUB),
        "usb-port-of-a-companion": Claim(None, EHCI + tablet(USB_1.replace("'1'", "'6'"))),
        "last-unit": Claim(None, disk("sda", "sata", rest=drive(31, 4)) + disk("sdb", "scsi", rest=drive(6, 3))),
        "domain-of-the-host": Claim(
            None,
            "<hostdev mode='subsystem' type='pci' managed='yes'><source>"
            "<address domain='1' bus='65' slot='0' function='0'/></source></hostdev>",
        ),
    },
    "pci-root-mismatch": {
        "pci-on-q35": Claim("must be model='pcie-root' for this machine type", root("pci-root")),
        "pcie-on-pc": Claim("must be model='pci-root' for this machine type", root("pcie-root"), "pc"),
        "bridge": Claim("must be model='pci-root' for this machine type", root("pci-bridge"), "pc"),
        "without-a-model": Claim("but model='(null)' was found instead", "<controller type='pci' index='0'/>"),
        "without-an-index": Claim("but model='pci-root' was found instead", root("pci-root").replace("index='0'", "")),
        "index": Claim("pci-root and pcie-root controllers should have index 0", root("pcie-root", 1)),
        "port-without-an-index": Claim(
            "but model='pcie-root-port' was found instead",
            root("pcie-root-port").replace("index='0'", "") + root("pcie-root-port", 1),
        ),
        "port-without-an-index-and-root": Claim(
            None, root("pcie-root-port").replace("index='0'", "") + root("pcie-root")
        ),
        "pci-on-arm": Claim(
            "must be model='pcie-root' for this machine type", root("pci-root"), "virt", "aarch64", features=""
        ),
        "pcie-on-power": Claim(
            "must be model='pci-root' for this machine type", root("pcie-root"), "pseries", "ppc64", features=""
        ),
        "pcie-on-q35": Claim(None, root("pcie-root")),
        "pci-on-pc": Claim(None, root("pci-root"), "pc"),
        "pci-on-isapc": Claim(None, root("pci-root") + BARE, "isapc"),
        "several-on-power": Claim(None, root("pci-root") + root("pci-root", 1), "pseries", "ppc64", features=""),
    },
    "address-collision": {
        "pci": Claim(PCI_TWICE.format("0000:00:05.0"), interface(pci()) * 2, "pc"),
        "pci-in-hex": Claim(PCI_TWICE.format("0000:01:00.0"), interface(pci(0, 1)) + interface(pci("0x0", "0x1"))),
        "pci-of-the-machine": Claim(PCI_TWICE.format("0000:00:1f.3"), interface(pci(31, function=3))),
        "pci-of-the-first-sata": Claim(
            PCI_TWICE.format("0000:00:1f.2"),
            f"<controller type='sata' index='1'>{pci(31, function=2)}</controller>",
        ),
        "pci-of-ide": Claim(PCI_TWICE.format("0000:00:01.1"), interface(pci(1, function=1)) + IDE_CDROM, "pc"),
        "pci-of-usb": Claim(PCI_TWICE.format("0000:00:01.2"), interface(pci(1, function=2)), "pc"),
        "pci-of-the-bridge": Claim(PCI_TWICE.format("0000:00:01.0"), interface(pci(1)), "pc"),
        "pci-of-power-management": Claim(PCI_TWICE.format("0000:00:01.3"), interface(pci(1, function=3)), "pc"),
        "two-names": Claim(DRIVE_TWICE.format("hda"), disk("hda", "sata") + disk("sda", "sata")),
        "two-names-on-ide": Claim(DRIVE_TWICE.format("hda"), disk("hda", "ide") + disk("vda", "ide"), "pc"),
        "two-addresses": Claim(
            DRIVE_TWICE.format("sda"), disk("sda", "sata", rest=drive(1)) + disk("sdb", "sata", rest=drive(1))
        ),
        "name-and-address": Claim(DRIVE_TWICE.format("sda"), disk("sda", "sata", rest=drive(1)) + disk("sdb", "sata")),
        "second-scsi-controller": Claim(
            DRIVE_TWICE.format("sda"),
            VIRTIO_SCSI + disk("sdh", "scsi") + disk("sda", "scsi", rest=drive(controller=1)),
        ),
        "second-ide-bus": Claim(
            DRIVE_TWICE.format("hda"), disk("hdc", "ide") + disk("hda", "ide", rest=drive(bus=1)), "pc"
        ),
        "second-sata-controller": Claim(
            DRIVE_TWICE.format("sda"), disk("sdg", "sata") + disk("sda", "sata", rest=drive(controller=1))
        ),
        "scsi-host-device-and-name": Claim(
            "using disk target name 'sda' conflicts with SCSI host device address",
            VIRTIO_SCSI + disk("sda", "scsi") + scsi_host_device(1, drive()),
        ),
        "scsi-host-devices": Claim(
            "in use by another SCSI host device",
            VIRTIO_SCSI + scsi_host_device(1, drive()) + scsi_host_device(2, drive()),
        ),
        "usb": Claim("Duplicate USB address bus 0 port 1", XHCI + tablet(USB_1) + tablet(USB_1.replace("'1'", "'01'"))),
        "ccw": Claim(
            "The CCW devno 'fe.0.0005' is in use already", interface(CCW) * 2, "s390-ccw-virtio", "s390x", features=""
        ),
        "functions": Claim(None, interface(pci(function=1)) + interface(pci()), "pc"),
        "balloon-of-no-model": Claim(None, f"<memballoon model='none'>{pci()}</memballoon>" + interface(pci()), "pc"),
        "usb-of-no-model": Claim(
            None, f"<controller type='usb' model='none'>{pci()}</controller>" + interface(pci()), "pc"
        ),
        "video-of-no-model": Claim(None, f"<video><model type='none'/>{pci()}</video>" + interface(pci()), "pc"),
        "place-of-ide-without-ide": Claim(None, interface(pci(1, function=1)), "pc"),
        "place-of-usb-without-usb": Claim(
            None, "<controller type='usb' model='none'/>" + interface(pci(1, function=2)), "pc"
        ),
        "left-to-libvirt": Claim(None, interface(pci(0)) * 2, "pc"),
        "two-buses-of-disks": Claim(None, disk("sda", "scsi") + disk("hda", "sata")),
        "unit-7-of-scsi": Claim(None, VIRTIO_SCSI + disk("sdh", "scsi") + disk("sda", "scsi", rest=drive(7))),
        "usb-disks": Claim(None, XHCI + disk("sda", "usb") + disk("hda", "usb")),
    },
    "disk-target-repeated": {
        "one-bus": Claim("target 'vda' duplicated for disk sources '/srv/a' and '/srv/a'", disk() * 2),
        "two-buses": Claim("target 'sda' duplicated for disk sources", disk("sda", "sata") + disk("sda", "scsi")),
        "two-names": Claim(None, disk() + disk("vdb") + disk("sda", "sata")),
    },
    "disk-io-native": {
        "no-cache-mode": Claim(NATIVE, disk(driver="type='raw' io='native'")),
        "default": Claim(NATIVE, disk(driver="type='raw' io='native' cache='default'")),
        "writeback": Claim(NATIVE, disk(driver="type='raw' io='native' cache='writeback'")),
        "writethrough": Claim(NATIVE, disk(driver="type='raw' io='native' cache='writethrough'")),
        "unsafe": Claim(NATIVE, disk(driver="type='raw' io='native' cache='unsafe'")),
        "none": Claim(None, disk(driver="type='raw' io='native' cache='none'")),
        "directsync": Claim(None, disk(driver="type='raw' io='native' cache='directsync'")),
        "io_uring": Claim(None, disk(driver="type='raw' io='io_uring'")),
    },
}
