"""A device of the host that a guest is given (``src/conf/domain_conf.c:virDomainHostdevDefParseXML``)."""

from __future__ import annotations

from typing import TypeAlias

from chanfix.domain.addresses import DeviceAddress, PciAddress, address_of, pci_address
from chanfix.domain.values import Known, Number, Text, Unknown, or_default
from chanfix.domain.view import View
from chanfix.named_tuple import NamedTuple
from chanfix.xml.document import Node

__all__ = ["HostDevice", "HostSource", "MediatedSource", "ScsiSource", "UsbSource"]


class UsbSource(NamedTuple):
    """A USB device, by vendor and product or by its place on the host (``virDomainHostdevSubsysUSBDefParseXML``)."""

    vendor: Number
    product: Number
    bus: Number
    device: Number


class ScsiSource(NamedTuple):
    """A SCSI device behind an adapter of the host (``virDomainHostdevSubsysSCSIHostDefParseXML``)."""

    adapter: Text
    bus: Number
    target: Number
    unit: Number


class MediatedSource(NamedTuple):
    """A part of a device, by its UUID."""

    uuid: Text


HostSource: TypeAlias = PciAddress | UsbSource | ScsiSource | MediatedSource


class HostDevice(View):
    """A ``<hostdev>``."""

    @property
    def mode(self) -> Known[str] | Unknown:
        """``subsystem``, or ``capabilities`` for containers."""
        return or_default(self._text("mode"), "subsystem")

    @property
    def type(self) -> Text:
        """``pci``, ``usb``, ``scsi``, ``scsi_host`` or ``mdev``."""
        return self._text("type")

    @property
    def is_managed(self) -> Known[bool] | Unknown:
        """Whether libvirt takes a PCI device from the host's driver and gives it back."""
        return or_default(self._flag("managed"), False)

    @property
    def source(self) -> HostSource | Unknown | None:
        """The device of the host; None where none is named, or one of another type."""
        found = self._find("source")
        match self.type, found:
            case (Known("pci"), Node()):
                return pci_address(found)
            case (Known("usb"), Node()):
                ids = (self._number("id", "source", name, base=0) for name in ("vendor", "product"))
                return UsbSource(*ids, *(self._number(name, "source", "address", base=0) for name in ("bus", "device")))
            case (Known("scsi"), Node()):
                numbers = (self._number(name, "source", "address") for name in ("bus", "target", "unit"))
                return ScsiSource(self._text("name", "source", "adapter"), *numbers)
            case (Known("mdev"), Node()):
                return MediatedSource(self._text("uuid", "source", "address"))
            case (Unknown() as unknown, _) | (_, Unknown() as unknown):
                return unknown
            case _:
                return None

    @property
    def startup_policy(self) -> Text:
        """What to do at start when a USB device is not there."""
        return self._text("startupPolicy", "source")

    @property
    def boot_order(self) -> Number:
        """The place in the order of boot devices."""
        return self._number("order", "boot")

    @property
    def address(self) -> DeviceAddress | Unknown | None:
        """The address on the guest's bus."""
        return address_of(self.node)
