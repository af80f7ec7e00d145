"""Addresses that no device can have: numbers past the end of a bus, and buses that are not there.

What is written here is refused by libvirt's QEMU driver, whatever QEMU it finds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from chanfix.domain import Domain
from chanfix.domain.addresses import UsbAddress, address_of
from chanfix.domain.controllers import AnyController
from chanfix.domain.occupied import Occupant, Place, is_root
from chanfix.domain.values import Known, Number
from chanfix.domain.views import controllers
from chanfix.named_tuple import NamedTuple
from chanfix.xml.document import Node

__all__ = ["Fault", "faults"]

# virDomainUSBAddressControllerModelToPorts; those of xhci have as many as "ports" says, and else 4.
_USB_PORTS = {
    **dict.fromkeys(("piix3-uhci", "piix4-uhci", "vt82c686b-uhci"), 2),
    **dict.fromkeys(("ehci", "ich9-ehci1"), 6),
    "pci-ohci": 3,
}
_XHCI = ("nec-xhci", "qemu-xhci")
_XHCI_PORTS = 4
_HUB_PORTS = 8
# Types of controllers that are neither; any other may be one that a template fills in.
_NEITHER = frozenset({"ccid", "fdc", "ide", "sata", "scsi", "virtio-serial"})
_OTHERS = {"pci": _NEITHER | {"usb"}, "usb": _NEITHER | {"pci"}}
# virDomainPCIAddressBusSetModel: the first and the last slot, where that is not what every bus has.
_ONE_SLOT = ("pcie-root-port", "pcie-switch-downstream-port")
_FROM_SLOT_1 = ("pci-bridge", "pcie-to-pci-bridge")
_WITH_LIMITS = tuple(model.encode() for model in (*_ONE_SLOT, *_FROM_SLOT_1))


class Fault(NamedTuple):
    """A number of an address that cannot be: its attribute, None for the whole address, and the fact."""

    address: Node
    attribute: str | None
    sentence: str


_Indexed: TypeAlias = dict[int, AnyController]


def faults(domain: Domain, found: Sequence[Occupant]) -> Iterator[Fault]:
    """Yield the first fault of each address; ``found`` are the domain's occupants."""
    kinds = {one.place.kind for one in found if one.address is not None}
    pci = _by_index(domain, "pci") if "pci" in kinds and domain.document.holds_any(_WITH_LIMITS) else None
    addressed = [(device, address) for device in domain.devices if (address := device.child("address")) is not None]
    on_usb = [device for device, address in addressed if address.get("type") == "usb"]
    usb = _by_index(domain, "usb") if on_usb else None
    hubs = {one.place for one in found if one.device.tag == "hub"}
    check: dict[str, Callable[[Place], tuple[str, str] | None]] = {
        "pci": lambda place: _pci(place, pci),
        "usb": lambda place: _usb(place, usb, hubs, domain),
        "ccw": _ccw,
    }
    for one in found:
        if one.address is None:
            continue
        fault = check.get(one.place.kind, _drive)(one.place)
        if fault is not None:
            yield Fault(one.address, *fault)
        elif one.place.kind == "pci" and one.device.get("type") == "pci" and one.device.tag == "controller":
            yield from _own_bus(one)
    yield from _without_a_port(on_usb, usb) if usb is not None else ()
    for controller in domain.devices_of("controller"):
        address = controller.child("address")
        if is_root(controller) and address is not None and address.get("type") == "pci":
            yield Fault(address, None, f"'{controller.get('model')}' is the machine's own bus and has no address")


def _without_a_port(devices: Sequence[Node], usb: _Indexed) -> Iterator[Fault]:
    """Yield the addresses that name a USB bus which is not there, and no port."""
    for device in devices:
        match device.child("address"), address_of(device):
            case Node() as address, UsbAddress(Known(bus), None) if bus and bus not in usb:
                yield Fault(address, "bus", _no_bus(bus))


def _by_index(domain: Domain, kind: str) -> _Indexed | None:
    """Return the controllers of a type; None where not all of them, or of their indexes, are known."""
    found: _Indexed = {}
    if domain.has_unknown_devices:
        return None
    for controller in controllers(domain):
        if controller.node.get("type") in _OTHERS[kind]:
            continue
        match controller.type, controller.index:
            case Known(written), Known(index) if written == kind and not controller.node.is_conditional:
                # Companions have the index of their master, which is who has the ports.
                if controller.node.child("master") is None:
                    found.setdefault(index, controller)
            case Known(written), _ if written != kind:
                pass
            case _:
                return None
    return found


def _pci(place: Place, declared: _Indexed | None) -> tuple[str, str] | None:
    domain, bus, slot, function = place.numbers
    if domain:
        return "domain", f"there is no PCI domain {domain}; a guest has domain 0 alone"
    limits = (("bus", bus, 255), ("slot", slot, 31), ("function", function, 7))
    for name, number, most in limits:
        if number > most:
            return name, f"there is no PCI {name} {number}; the last one is {most}"
    controller = declared.get(bus) if declared else None
    match controller and controller.model:
        case Known(model) if model in _ONE_SLOT and slot:
            return "slot", f"there is no slot {slot} on bus {bus}, a '{model}'; it has slot 0 alone"
        case Known(model) if model in _FROM_SLOT_1 and not slot:
            return "slot", f"there is no slot 0 on bus {bus}, a '{model}'; its slots are 1 to 31"
    return None


def _own_bus(one: Occupant) -> Iterator[Fault]:
    bus = one.place.numbers[1]
    match AnyController(one.device).index:
        case Known(index) if index <= bus and one.address is not None:
            yield Fault(one.address, "bus", f"controller {index} is on bus {bus}; expected a bus below its own index")


def _usb(place: Place, declared: _Indexed | None, hubs: set[Place], domain: Domain) -> tuple[str, str] | None:
    bus, *path = place.numbers
    if declared is None or not path:
        return None
    controller = declared.get(bus)
    if controller is None and bus:
        return "bus", _no_bus(bus)
    port = ".".join(map(str, path))
    if len(path) > 1:
        upstream = Place("usb", (bus, *path[:-1]))
        if upstream not in hubs:
            return "port", f"there is no port {port}: no hub is at port {'.'.join(map(str, path[:-1]))}"
        return ("port", f"there is no port {port}; a hub has {_HUB_PORTS}") if path[-1] > _HUB_PORTS else None
    most = _ports(controller, domain) if controller is not None else None
    if isinstance(most, Known) and path[0] > most.value:
        return "port", f"there is no port {port} on USB bus {bus}; it has {most.value}"
    return None


def _no_bus(bus: int) -> str:
    return f"there is no USB bus {bus}: no controller has that index"


def _ports(controller: AnyController, domain: Domain) -> Number:
    match controller.model:
        case None if domain.machine.is_i440fx:
            # The one that libvirt chooses (qemuDomainControllerDefPostParse).
            return Known(_USB_PORTS["piix3-uhci"])
        case Known(model) if model in _XHCI:
            return Known(_XHCI_PORTS) if controller.ports is None else controller.ports
        case Known(model) if model in _USB_PORTS:
            return Known(_USB_PORTS[model])
        case _:
            return None


def _ccw(place: Place) -> tuple[str, str] | None:
    # virDomainDeviceCCWAddressIsValid
    names = ("cssid", "ssid", "devno")
    for name, number, most in zip(names, place.numbers, (0xFE, 3, 0xFFFF), strict=True):
        if number > most:
            return name, f"there is no {name} {number:#x}; the last one is {most:#x}"
    return None


def _drive(place: Place) -> tuple[str, str] | None:
    # qemuValidateDomainDeviceDefDiskFrontend: what these buses have one of.
    single = {
        "fdc": ("controller", "bus", "target"),
        "ide": ("controller", "target"),
        "sata": ("bus", "target"),
        "scsi": ("bus",),
    }
    numbers = dict(zip(("controller", "bus", "target", "unit"), place.numbers, strict=True))
    for name in single.get(place.kind, ()):
        if numbers[name]:
            return name, f"there is no {name} {numbers[name]} for {place.kind}; it has {name} 0 alone"
    return None
