"""Which device is at which place on a bus: at the address that is written, or that libvirt makes of a disk's name.

Only places that are known count. What has an address and no place of its own, such as a balloon of the model ``none``,
is left out, as libvirt leaves it out (``src/qemu/qemu_domain_address.c:qemuDomainFillDevicePCIConnectFlags``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from chanfix.domain import Domain
from chanfix.domain.addresses import (
    CcwAddress,
    DeviceAddress,
    DriveAddress,
    PciAddress,
    UsbAddress,
    address_of,
)
from chanfix.domain.disk import Disk
from chanfix.domain.values import Known, Maybe, must_be, number, or_default, text
from chanfix.named_tuple import NamedTuple
from chanfix.xml.document import Node

__all__ = ["Occupant", "Place", "drive_place", "implied_place", "in_place_of_the_machine", "is_root", "occupants"]

# Devices that libvirt looks for on PCI; those of a disk, a host device and so on count by the address that they have.
_ON_PCI = frozenset(
    {
        *("controller", "crypto", "disk", "filesystem", "hostdev", "hub", "input", "interface", "iommu", "memballoon"),
        *("panic", "parallel", "rng", "serial", "shmem", "sound", "tpm", "video", "vsock", "watchdog"),
    }
)
# How many disks a bus of a controller takes where libvirt places them by name (virDomainDiskDefAssignAddress).
_PER_CONTROLLER = {"scsi": 7, "sata": 6, "ide": 4, "fdc": 2}
_PER_BUS = {"ide": 2}
# Domain, bus and slot of all that is part of a machine.
_SLOTS_OF_THE_MACHINE = ((0, 0, 1), (0, 0, 31))

# Of these libvirt reads no address (those that do not come to virDomainDeviceInfoParseXML).
_WITHOUT_ADDRESS = frozenset({"audio", "emulator", "graphics", "lease", "redirfilter"})


class Place(NamedTuple):
    """A place: the kind of bus (``pci``, ``usb``, ``ccw``, or a disk's bus), and the numbers of the address there."""

    kind: str
    numbers: tuple[int, ...]

    def __str__(self) -> str:
        """Return the place in words."""
        numbers = self.numbers
        match self.kind:
            case "pci":
                return "PCI address {:04x}:{:02x}:{:02x}.{:x}".format(*numbers)
            case "usb":
                return f"port {'.'.join(map(str, numbers[1:]))} of USB bus {numbers[0]}"
            case "ccw":
                return "CCW address {:x}.{:x}.{:04x}".format(*numbers)
            case bus:
                return f"{bus} controller {numbers[0]}, bus {numbers[1]}, target {numbers[2]}, unit {numbers[3]}"

    @property
    def is_of_disks(self) -> bool:
        """Return True for the place of a disk on a controller for disks."""
        return self.kind not in ("pci", "usb", "ccw")


class Occupant(NamedTuple):
    """A device and its place. ``address`` is the element that says so; None where the target's name does."""

    device: Node
    address: Node | None
    place: Place


def occupants(domain: Domain) -> Sequence[Occupant]:
    """Return the devices with a known place, in the order of the text."""
    found = []
    for device in domain.devices:
        if device.tag in _WITHOUT_ADDRESS:
            continue
        address = device.child("address")
        if address is None:
            place = implied_place(Disk(device)) if device.tag == "disk" else None
        else:
            place = _place_of(device, address)
        if place is not None:
            found.append(Occupant(device, address, place))
    return found


def implied_place(disk: Disk) -> Place | None:
    """Return the place that libvirt makes of a disk's name, whatever address it has; None if not known or on no bus."""
    match disk.bus, disk.target_index:
        case Known(bus), Known(index) if bus in _PER_CONTROLLER and not disk.node.has_unknown_children:
            return drive_place(bus, index)
        case _:
            return None


def drive_place(bus: str, index: int) -> Place:
    """Return the place of the disk with that index, 0 for the first, on ``ide``, ``sata``, ``scsi`` or ``fdc``."""
    controller, unit = divmod(index, _PER_CONTROLLER[bus])
    on_bus, unit = divmod(unit, _PER_BUS.get(bus, _PER_CONTROLLER[bus]))
    return Place(bus, (controller, on_bus, 0, unit))


def in_place_of_the_machine(domain: Domain, found: Sequence[Occupant]) -> dict[Occupant, str]:
    """Return the devices in the place of what is part of the machine, each with that part.

    libvirt keeps these places (``qemuDomainValidateDevicePCISlotsPIIX3``, ``qemuDomainValidateDevicePCISlotsQ35``).
    """
    on_pci = [one for one in found if one.place.kind == "pci" and one.place.numbers[:3] in _SLOTS_OF_THE_MACHINE]
    parts = _parts(domain) if on_pci else {}
    return {one: parts[one.place][0] for one in on_pci if one.place in parts and not _is(one.device, parts[one.place])}


# A part's name, and the type of its controller if it has one.
_Part = tuple[str, str | None]


def _parts(domain: Domain) -> dict[Place, _Part]:
    machine = domain.machine
    if machine.is_q35:
        return {
            _pci(31, 0): ("the ISA bridge", None),
            _pci(31, 2): ("the SATA controller", "sata"),
            _pci(31, 3): ("the SMBus controller", None),
        }
    if not machine.is_i440fx:
        return {}
    parts: dict[Place, _Part] = {_pci(1, 0): ("the ISA bridge", None), _pci(1, 3): ("the power management", None)}
    kinds = {(node.get("type"), node.get("index") or "0") for node in domain.devices_of("controller")}
    if ("ide", "0") in kinds or any(must_be(Disk(node).bus, "ide") for node in domain.devices_of("disk")):
        parts[_pci(1, 1)] = "the IDE controller", "ide"
    if all(kind != "usb" for kind, _ in kinds) and not domain.has_unknown_devices:
        parts[_pci(1, 2)] = "the USB controller", "usb"
    return parts


def _is(device: Node, part: _Part) -> bool:
    _, kind = part
    is_first = device.tag == "controller" and (device.get("index") or "0") == "0"
    return is_first and kind is not None and device.get("type") == kind


def _pci(slot: int, function: int) -> Place:
    return Place("pci", (0, 0, slot, function))


def _place_of(device: Node, address: Node) -> Place | None:
    """Return the place at the address of a device, as ``_place`` does; in most documents in fewer steps."""
    kind = address.get("type") if device.document.mask is None else None
    if kind == "pci":
        place = _pci_place(*map(address.get, ("domain", "bus", "slot", "function")))
        return place if place is not None and _is_on_pci(device) else None
    if kind == "drive":
        bus = Disk(device).bus if device.tag == "disk" else Known("scsi")
        numbers = map(address.get, ("controller", "bus", "target", "unit"))
        return _drive_place(bus.value, *numbers) if isinstance(bus, Known) else None
    return _place(device, address_of(device))


@lru_cache(maxsize=512)
def _pci_place(*written: str | None) -> Place | None:
    """Return the place of the four numbers as they are written; None if one is not known, or libvirt is to find it."""
    numbers = _numbers(written, 0)
    return Place("pci", numbers) if any(numbers) else None


@lru_cache(maxsize=512)
def _drive_place(bus: str, *written: str | None) -> Place | None:
    numbers = _numbers(written, 10)
    return Place(bus, numbers) if numbers else None


def _numbers(written: Iterable[str | None], base: int) -> tuple[int, ...]:
    """Return the numbers of an address; none where one of them is not known."""
    numbers = [or_default(number(text(each), base), 0) for each in written]
    known = tuple(each.value for each in numbers if isinstance(each, Known))
    return known if len(known) == len(numbers) else ()


def _place(device: Node, address: Maybe[object] | DeviceAddress) -> Place | None:
    match address:
        case PciAddress(Known(domain), Known(bus), Known(slot), Known(function)) if _is_on_pci(device):
            return Place("pci", (domain, bus, slot, function))
        case DriveAddress(Known(controller), Known(bus), Known(target), Known(unit)):
            kind = Disk(device).bus if device.tag == "disk" else Known("scsi")
            return Place(kind.value, (controller, bus, target, unit)) if isinstance(kind, Known) else None
        case UsbAddress(Known(bus), Known(port)):
            ports = port.split(".")
            return Place("usb", (bus, *map(int, ports))) if all(map(_is_port, ports)) else None
        case CcwAddress(Known(cssid), Known(ssid), Known(devno)):
            return Place("ccw", (cssid, ssid, devno))
        case _:
            return None


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 4


def _is_on_pci(device: Node) -> bool:
    tag = device.tag
    if tag not in _ON_PCI or (tag == "disk" and not must_be(Disk(device).bus, "virtio")):
        return False
    model = device.child("model") if tag == "video" else None
    written = device.get("model") if model is None else model.get("type")
    return written != "none" and not (tag == "controller" and is_root(device))


def is_root(controller: Node) -> bool:
    """Return True for the controller that is the machine's own bus; libvirt refuses an address there."""
    return controller.get("type") == "pci" and controller.get("model") in ("pci-root", "pcie-root")
