"""How much memory a domain has and what is behind it; amounts are in KiB.

The sources are ``virDomainDefParseMemory`` and ``virDomainDefPostParseMemory`` in ``src/conf/domain_conf.c``.
"""

from __future__ import annotations

from chanfix.domain.values import Flag, Known, Number, Text, Unknown, kibibytes
from chanfix.domain.view import View

__all__ = ["HugePages", "Memory", "MemoryBacking"]


class Memory(View):
    """The amounts that a ``<domain>`` names."""

    @property
    def written(self) -> Number:
        """The memory that ``<memory>`` says."""
        return self._kibibytes("memory")

    @property
    def total(self) -> Number:
        """The memory that libvirt counts: where NUMA cells have some, their sum, with that of memory devices."""
        from chanfix.domain.cpu import NumaCell

        cells = [NumaCell(node).memory for node in self._all("cell", "cpu", "numa")]
        devices = [node.child("target") for node in self._all("memory", "devices")]
        sizes = [_DeviceTarget(target).size for target in devices if target is not None]
        if not any(cells):
            return self.written
        parts = [part for part in (*cells, *sizes) if part is not None]
        unknown = next((part for part in parts if isinstance(part, Unknown)), None)
        return unknown or Known(sum(part.value for part in parts if isinstance(part, Known)))

    @property
    def written_current(self) -> Number:
        """The memory that ``<currentMemory>`` says."""
        return self._kibibytes("currentMemory")

    @property
    def current(self) -> Number:
        """The memory that the balloon leaves: all of it where nothing, 0 or more than all is written."""
        match self.written_current, self.total:
            case Unknown() as unknown, _:
                return unknown
            case Known(current), Known(total) if 0 < current < total:
                return Known(current)
            case _, total:
                return total

    @property
    def maximum(self) -> Number:
        """The memory with all that may be plugged in."""
        return self._kibibytes("maxMemory")

    @property
    def slots(self) -> Number:
        """How many memory devices may be plugged in."""
        return self._number("slots", "maxMemory")


class _DeviceTarget(View):
    @property
    def size(self) -> Number:
        return self._kibibytes("size")


class HugePages(View):
    """A ``<page>`` of ``<hugepages>``."""

    @property
    def size(self) -> Number:
        """The size of a page."""
        return kibibytes(self._text("size"), self._text("unit"))

    @property
    def nodeset(self) -> Text:
        """The NUMA cells that it is for; None is all."""
        return self._text("nodeset")


class MemoryBacking(View):
    """The ``<memoryBacking>`` of a ``<domain>``."""

    @property
    def source(self) -> Text:
        """``anonymous``, ``file`` or ``memfd``."""
        return self._text("type", "memoryBacking", "source")

    @property
    def access(self) -> Text:
        """``shared`` or ``private``; None is private."""
        return self._text("mode", "memoryBacking", "access")

    @property
    def allocation(self) -> Text:
        """``immediate`` or ``ondemand``."""
        return self._text("mode", "memoryBacking", "allocation")

    @property
    def has_hugepages(self) -> Flag:
        """Whether it is in huge pages."""
        return self._has("memoryBacking", "hugepages")

    @property
    def hugepages(self) -> list[HugePages]:
        """The pages that are asked for; none asks for the host's own size."""
        return [HugePages(page) for page in self._all("page", "memoryBacking", "hugepages")]

    @property
    def is_locked(self) -> Known[bool] | Unknown:
        """Whether the host may not swap it out."""
        return self._has("memoryBacking", "locked")
