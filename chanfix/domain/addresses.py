"""The ``<address>`` of a device on its bus, with the numbers as libvirt reads them (``src/conf/device_conf.c``).

Addresses are values: two that are equal and known are one place. A number that is not written is 0, as for libvirt.
"""

from __future__ import annotations

from typing import TypeAlias

from chanfix.domain.values import Flag, Known, Number, Text, Unknown, flag, number, or_default, text
from chanfix.domain.view import View
from chanfix.named_tuple import NamedTuple
from chanfix.xml.document import Node

__all__ = [
    "CcwAddress",
    "DeviceAddress",
    "DriveAddress",
    "OtherAddress",
    "PciAddress",
    "UsbAddress",
    "VirtioSerialAddress",
    "address_of",
    "pci_address",
]

_Number: TypeAlias = Known[int] | Unknown
# A PCI address that is left to libvirt (virDeviceInfoPCIAddressIsWanted).
_NOWHERE = (Known(0),) * 4


class PciAddress(NamedTuple):
    """An address on a PCI bus (``virPCIDeviceAddressParseXML``); ``bus`` is the index of a controller."""

    domain: _Number
    bus: _Number
    slot: _Number
    function: _Number
    is_multifunction: Flag


class DriveAddress(NamedTuple):
    """The place of a disk on its controller (``virDomainDeviceDriveAddressParseXML``)."""

    controller: _Number
    bus: _Number
    target: _Number
    unit: _Number


class UsbAddress(NamedTuple):
    """The port of a USB device, with dots between the ports of hubs (``virDomainDeviceUSBAddressParseXML``)."""

    bus: _Number
    port: Text


class CcwAddress(NamedTuple):
    """An address on the channel subsystem of s390 (``virDomainDeviceCCWAddressParseXML``); None is left to libvirt."""

    cssid: Number
    ssid: Number
    devno: Number


class VirtioSerialAddress(NamedTuple):
    """A port of a virtio-serial controller (``virDomainDeviceVirtioSerialAddressParseXML``); libvirt numbers port 0."""

    controller: _Number
    bus: _Number
    port: _Number


class OtherAddress(NamedTuple):
    """An address of another type, of one that a template fills in, or of none."""

    type: Text


DeviceAddress: TypeAlias = PciAddress | DriveAddress | UsbAddress | CcwAddress | VirtioSerialAddress | OtherAddress


def address_of(device: Node) -> DeviceAddress | Unknown | None:
    """Return the address of a device; None where nothing is written: libvirt gives it one."""
    found = _Holder(device).address
    if not isinstance(found, Node):
        return found
    match text(found.get("type")):
        case Known("pci"):
            there = _pci(found)
            return None if there[:4] == _NOWHERE else there
        case Known("drive"):
            return DriveAddress(*(_part(found, name) for name in ("controller", "bus", "target", "unit")))
        case Known("usb"):
            return UsbAddress(_part(found, "bus"), text(found.get("port")))
        case Known("ccw"):
            return CcwAddress(*(number(text(found.get(name)), 0) for name in ("cssid", "ssid", "devno")))
        case Known("virtio-serial"):
            return VirtioSerialAddress(*(_part(found, name) for name in ("controller", "bus", "port")))
        case other:
            return OtherAddress(other)


def pci_address(holder: Node) -> PciAddress | Unknown | None:
    """Return the PCI address in an element whose addresses have no type, as the ``<source>`` of a host device."""
    found = _Holder(holder).address
    return _pci(found) if isinstance(found, Node) else found


class _Holder(View):
    @property
    def address(self) -> Node | Unknown | None:
        return self._find("address")


def _pci(address: Node) -> PciAddress:
    domain, bus, slot, function = (_part(address, name, 0) for name in ("domain", "bus", "slot", "function"))
    return PciAddress(domain, bus, slot, function, flag(text(address.get("multifunction"))))


def _part(address: Node, name: str, base: int = 10) -> _Number:
    return or_default(number(text(address.get(name)), base), 0)
