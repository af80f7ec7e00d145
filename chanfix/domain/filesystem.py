"""A folder of the host that a guest sees (``src/conf/domain_conf.c:virDomainFSDefParseXML``)."""

from __future__ import annotations

from chanfix.domain.addresses import DeviceAddress, address_of
from chanfix.domain.values import Known, Text, Unknown, or_default
from chanfix.domain.view import View

__all__ = ["Filesystem"]

_SOURCES = {"mount": "dir", "bind": "dir", "block": "dev", "file": "file", "template": "name", "volume": "volume"}


class Filesystem(View):
    """A ``<filesystem>``."""

    @property
    def type(self) -> Known[str] | Unknown:
        """``mount``, ``template``, ``file``, ``block``, ..."""
        return or_default(self._text("type"), "mount")

    @property
    def access_mode(self) -> Text:
        """How the rights on the host are those in the guest: ``passthrough``, ``mapped``, ``squash``."""
        return self._text("accessmode")

    @property
    def driver(self) -> Text:
        """``virtiofs``, ``path``, ``handle``, ...; None is 9p in QEMU."""
        return self._text("type", "driver")

    @property
    def source(self) -> Text:
        """The folder or device of the host, by type."""
        match self.type:
            case Known(kind):
                return self._text(_SOURCES[kind], "source") if kind in _SOURCES else None
            case unknown:
                return unknown

    @property
    def target(self) -> Text:
        """The tag in the guest."""
        return self._text("dir", "target")

    @property
    def is_readonly(self) -> Known[bool] | Unknown:
        """Whether the guest can only read."""
        return self._has("readonly")

    @property
    def address(self) -> DeviceAddress | Unknown | None:
        """The address on the guest's bus."""
        return address_of(self.node)
