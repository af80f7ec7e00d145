"""A network interface as libvirt reads it (``src/conf/domain_conf.c:virDomainNetDefParseXML``)."""

from __future__ import annotations

from chanfix.domain.addresses import DeviceAddress, address_of
from chanfix.domain.values import Known, Number, Text, Unknown, or_default
from chanfix.domain.view import View

__all__ = ["Interface"]

_SOURCES = {"network": "network", "bridge": "bridge", "direct": "dev", "vhostuser": "path", "internal": "name"}


class Interface(View):
    """An ``<interface>``."""

    @property
    def type(self) -> Known[str] | Unknown:
        """What it is connected to: ``network``, ``bridge``, ``direct``, ``user``, ..."""
        return or_default(self._text("type"), "user")

    @property
    def mac(self) -> Text:
        """The MAC address in small letters; None leaves it to libvirt, which makes up another at each define."""
        return _lower(self._text("address", "mac"))

    @property
    def model(self) -> Text:
        """The model of the card in small letters; None leaves it to libvirt, and with it to the machine type."""
        return _lower(self._text("type", "model"))

    @property
    def source(self) -> Text:
        """The network, bridge, device or path that it is connected to, by type."""
        match self.type:
            case Known(kind):
                return self._text(_SOURCES[kind], "source") if kind in _SOURCES else None
            case unknown:
                return unknown

    @property
    def target(self) -> Text:
        """The name of the device on the host; ``vnet0`` and the like are libvirt's own, and dropped on define."""
        return self._text("dev", "target")

    @property
    def boot_order(self) -> Number:
        """The place in the order of boot devices."""
        return self._number("order", "boot")

    @property
    def address(self) -> DeviceAddress | Unknown | None:
        """The address on the guest's bus."""
        return address_of(self.node)


def _lower(value: Text) -> Text:
    return Known(value.value.lower()) if isinstance(value, Known) else value
