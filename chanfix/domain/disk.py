"""A disk as libvirt's QEMU driver reads it (``src/conf/domain_conf.c:virDomainDiskDefParseXML``)."""

from __future__ import annotations

from chanfix.domain.addresses import DeviceAddress, address_of
from chanfix.domain.values import Flag, Known, Number, Text, Unknown, flag, or_default
from chanfix.domain.view import View

__all__ = ["BUSES", "Disk"]

# The attribute of <source> that says where the data is (virDomainStorageSourceParse).
_SOURCES = {"file": "file", "block": "dev", "dir": "dir", "network": "name", "volume": "volume", "vhostuser": "path"}
# The bus of a disk that names none, by the beginning of its target's name (virDomainDiskDefPostParse).
BUSES = {"fd": "fdc", "hd": "ide", "sd": "scsi", "ubd": "uml", "vd": "virtio", "xvd": "xen"}
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Disk(View):
    """A ``<disk>``."""

    @property
    def type(self) -> Known[str] | Unknown:
        """Where the data is: ``file``, ``block``, ``network``, ..."""
        return or_default(self._text("type"), "file")

    @property
    def device(self) -> Known[str] | Unknown:
        """What the guest sees: ``disk``, ``cdrom``, ``floppy`` or ``lun``."""
        return or_default(self._text("device"), "disk")

    @property
    def source(self) -> Text:
        """The path, or the name on a server or in a pool, by type; None for an empty drive."""
        match self.type:
            case Known(kind):
                return self._text(_SOURCES[kind], "source") if kind in _SOURCES else None
            case unknown:
                return unknown

    @property
    def source_index(self) -> Number:
        """The number that libvirt gave the source in a running domain."""
        return self._number("index", "source")

    @property
    def protocol(self) -> Text:
        """The protocol of a source on a server."""
        return self._text("protocol", "source")

    @property
    def pool(self) -> Text:
        """The storage pool of a volume."""
        return self._text("pool", "source")

    @property
    def startup_policy(self) -> Text:
        """What to do at start when the source is not there."""
        return self._text("startupPolicy", "source")

    @property
    def format(self) -> Known[str] | Unknown:
        """The format; QEMU's driver reads a disk without one as ``raw`` (``qemuDomainDeviceDiskDefPostParse``)."""
        return or_default(self._text("type", "driver"), "raw")

    @property
    def cache(self) -> Text:
        """The cache mode; None leaves it to QEMU, as ``default`` does."""
        written = self._text("cache", "driver")
        return None if written == Known("default") else written

    @property
    def io(self) -> Text:
        """How QEMU does its I/O: ``native``, ``threads`` or ``io_uring``."""
        return self._text("io", "driver")

    @property
    def iothread(self) -> Number:
        """The I/O thread that serves the disk."""
        return self._number("iothread", "driver")

    @property
    def target(self) -> Text:
        """The name that orders the disks, such as ``vda``."""
        return self._text("dev", "target")

    @property
    def target_prefix(self) -> str:
        """The letters of the target that stand for a bus, such as ``sd``; none where the name is not a disk's."""
        return _prefix(self.target.value) if isinstance(self.target, Known) else ""

    @property
    def target_index(self) -> Number:
        """The place of the target among those of its bus: 0 for ``sda``, 26 for ``sdaa`` (``virDiskNameToIndex``)."""
        match self.target:
            case Known(name):
                letters = name.removeprefix(_prefix(name)).rstrip("0123456789")
                if not _prefix(name) or not letters or letters.strip(_LETTERS) or len(letters) > 5:
                    return Unknown(name)
                index = 0
                for letter in letters:
                    index = index * 26 + _LETTERS.index(letter) + 1
                return Known(index - 1)
            case other:
                return other

    @property
    def bus(self) -> Text:
        """The bus; where none is written the target's name decides."""
        written = self._text("bus", "target")
        if written is not None:
            return written
        if self.device == Known("floppy"):
            return Known("fdc")
        match self.target:
            case Known(name):
                return Known(BUSES[_prefix(name)]) if _prefix(name) else None
            case other:
                return other

    @property
    def is_readonly(self) -> Flag:
        """Whether the guest can only read; a CD-ROM is never written."""
        if self.device == Known("cdrom"):
            return Known(True)
        return self._has("readonly")

    @property
    def removable(self) -> Flag:
        """Whether a USB disk says that it can be taken out."""
        return flag(self._text("removable", "target"))

    @property
    def boot_order(self) -> Number:
        """The place in the order of boot devices."""
        return self._number("order", "boot")

    @property
    def address(self) -> DeviceAddress | Unknown | None:
        """The address on the bus."""
        return address_of(self.node)


def _prefix(target: str) -> str:
    return next((prefix for prefix in BUSES if target.startswith(prefix)), "")
