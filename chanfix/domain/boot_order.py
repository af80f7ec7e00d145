"""The order of boot devices, which a domain has in its ``<os>`` or at its devices."""

from __future__ import annotations

from chanfix.domain import Domain
from chanfix.xml.document import Node

__all__ = ["boot_elements"]

# The devices that can have a <boot> (virDomainDeviceInfoParseXML, of which these are the callers that allow it).
_BOOTABLE = ("disk", "interface", "hostdev", "redirdev")


def boot_elements(domain: Domain) -> list[Node]:
    """Return the ``<boot>`` elements of devices, in the order of the text; of two in one device the first counts."""
    firsts = (device.child("boot") for device in domain.devices if device.tag in _BOOTABLE)
    return [boot for boot in firsts if boot is not None]
