"""Which devices of the host a domain takes, so that two elements for one device can be told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from chanfix.domain import Domain
from chanfix.domain.addresses import PciAddress, pci_address
from chanfix.domain.hostdev import MediatedSource, ScsiSource, UsbSource
from chanfix.domain.path.sockets import bare
from chanfix.domain.values import Known, Maybe, Unknown, must_be
from chanfix.domain.views import host_devices
from chanfix.xml.document import Node

__all__ = ["host_sources", "vfio_devices"]

_Key: TypeAlias = tuple[str | int | None, ...]


def host_sources(domain: Domain) -> Iterator[tuple[_Key, Node]]:
    """Yield the elements that take a device of the host, each with what libvirt compares (``virDomainHostdevMatch``).

    Only sources that are known as a whole.
    """
    for device in host_devices(domain):
        if must_be(device.mode, "subsystem") and (key := _key(device.source)) is not None:
            yield key, device.node
    for interface in domain.devices_of("interface"):
        source = interface.child("source") if interface.get("type") == "hostdev" else None
        if source is not None and not source.is_conditional and (key := _key(pci_address(source))) is not None:
            yield key, interface


def vfio_devices(domain: Domain) -> list[Node]:
    """Return the PCI devices that the guest is given by VFIO: whole ones, mediated ones and network cards."""
    found = [
        device.node
        for device in host_devices(domain)
        if must_be(device.mode, "subsystem") and (must_be(device.type, "pci") or device.node.get("model") == "vfio-pci")
    ]
    return found + [node for node in domain.devices_of("interface") if node.get("type") == "hostdev"]


def _key(source: object) -> _Key | None:
    match source:
        case PciAddress(Known(domain), Known(bus), Known(slot), Known(function)):
            return "pci", domain, bus, slot, function
        case UsbSource():
            return _usb(source)
        case ScsiSource(Known(adapter), Known(bus), Known(target), Known(unit)):
            return "scsi", adapter, bus, target, unit
        case MediatedSource(Known(uuid)):
            return "mdev", bare(uuid)
        case _:
            return None


def _usb(source: UsbSource) -> _Key | None:
    """Return a USB source's key: by vendor and product, by the place on the host, or by both."""
    values: tuple[Maybe[int], ...] = tuple(source)
    if any(isinstance(value, Unknown) for value in values):
        return None
    known = tuple(value.value if isinstance(value, Known) else None for value in values)
    is_named = None not in known[:2] or None not in known[2:]
    return ("usb", *known) if is_named else None
