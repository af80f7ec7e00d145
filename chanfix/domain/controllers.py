"""A controller of any type as libvirt reads it (``src/conf/domain_conf.c:virDomainControllerDefParseXML``).

What virtio-serial needs of its controllers is in ``devices``.
"""

from __future__ import annotations

from chanfix.domain.addresses import DeviceAddress, address_of
from chanfix.domain.values import Known, Number, Text, Unknown, number
from chanfix.domain.view import View

__all__ = ["AnyController"]


class AnyController(View):
    """A ``<controller>``."""

    @property
    def type(self) -> Text:
        """``pci``, ``usb``, ``scsi``, ``sata``, ``ide``, ``virtio-serial``, ..."""
        return self._text("type")

    @property
    def index(self) -> Number:
        """The index among those of its type; None leaves it to libvirt, as -1 does."""
        written = self._text("index")
        return None if written == Known("-1") else number(written)

    @property
    def model(self) -> Text:
        """The model; None leaves it to libvirt."""
        return self._text("model")

    @property
    def ports(self) -> Number:
        """How many ports a USB or virtio-serial controller has."""
        return self._number("ports")

    @property
    def iothread(self) -> Number:
        """The I/O thread that serves the disks of a SCSI controller."""
        return self._number("iothread", "driver")

    @property
    def address(self) -> DeviceAddress | Unknown | None:
        """The address on the guest's bus."""
        return address_of(self.node)
