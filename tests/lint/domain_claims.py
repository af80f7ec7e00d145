"""The cases of the rules about disks, addresses, booting and devices of the host, and what libvirt says of each."""

from typing import NamedTuple

from by_version import ByVersion

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


def tablet(rest):
    return f"<input type='tablet' bus='usb'>{rest}</input>"


def scsi_host_device(unit, rest=""):
    source = f"<source><adapter name='scsi_host0'/><address bus='0' target='0' unit='{unit}'/></source>"
    return f"<hostdev mode='subsystem' type='scsi'>{source}{rest}</hostdev>"


XHCI = "<controller type='usb' index='0' model='qemu-xhci'/>"
VIRTIO_SCSI = "<controller type='scsi' index='0' model='virtio-scsi'/>"
USB_1 = "<address type='usb' bus='0' port='1'/>"
CCW = "<address type='ccw' cssid='0xfe' ssid='0' devno='5'/>"
IDE_CDROM = "<disk type='file' device='cdrom'><target dev='hda' bus='ide'/></disk>"
PCI_TWICE = "Attempted double use of PCI Address {}"
DRIVE_TWICE = "Found duplicate drive address for disk with target name '{}'"
NATIVE = "io='native' needs either no disk cache or directsync cache mode"

# Rule -> name of the case -> the case. What is refused is what the rule reports, and the others it does not.
CLAIMS = {
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
