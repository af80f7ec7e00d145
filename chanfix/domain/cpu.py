"""The CPUs of a domain as libvirt reads them.

The sources are ``src/conf/cpu_conf.c:virCPUDefParseXML``, ``src/conf/numa_conf.c:virDomainNumaDefParseXML`` and
``src/conf/domain_conf.c:virDomainVcpuParse``.
"""

from __future__ import annotations

from chanfix.domain.values import CpuSet, Known, Number, Text, Unknown, cpu_set, kibibytes, number, or_default
from chanfix.domain.view import View
from chanfix.xml.document import Node

__all__ = ["Cpu", "CpuFeature", "NumaCell", "Topology", "Vcpus"]


class Vcpus(View):
    """The number of virtual CPUs of a ``<domain>``."""

    @property
    def maximum(self) -> Known[int] | Unknown:
        """The text of ``<vcpu>``."""
        return or_default(number(self._content("vcpu")), 1)

    @property
    def written_current(self) -> Number:
        """How many are there at boot, as it is written."""
        return self._number("current", "vcpu")

    @property
    def current(self) -> Known[int] | Unknown:
        """How many are there at boot."""
        return self.written_current or self.maximum

    @property
    def cpus(self) -> CpuSet:
        """The CPUs of the host that they may run on; None is any."""
        return self._cpu_set("cpuset", "vcpu")


class Topology(View):
    """The ``<topology>`` of a ``<cpu>``."""

    @property
    def sockets(self) -> Number:
        """The sockets."""
        return self._number("sockets")

    @property
    def dies(self) -> Known[int] | Unknown:
        """The dies of a socket."""
        return or_default(self._number("dies"), 1)

    @property
    def clusters(self) -> Known[int] | Unknown:
        """The clusters of a die, known since libvirt 10.1."""
        return or_default(self._number("clusters"), 1)

    @property
    def cores(self) -> Number:
        """The cores of a die or a cluster."""
        return self._number("cores")

    @property
    def threads(self) -> Number:
        """The threads of a core."""
        return self._number("threads")


class CpuFeature(View):
    """A ``<feature>`` of a ``<cpu>``."""

    @property
    def name(self) -> Text:
        """The name."""
        return self._text("name")

    @property
    def policy(self) -> Known[str] | Unknown:
        """``force``, ``require``, ``optional``, ``disable`` or ``forbid``."""
        return or_default(self._text("policy"), "require")


class NumaCell(View):
    """A ``<cell>`` of ``<numa>``."""

    @property
    def id(self) -> Number:
        """The number of the cell; None gives it that of its place."""
        return self._number("id")

    @property
    def cpus(self) -> CpuSet:
        """The virtual CPUs in it; those that are in no cell libvirt puts into the first."""
        return cpu_set(self._text("cpus"))

    @property
    def memory(self) -> Number:
        """Its memory in KiB."""
        return kibibytes(self._text("memory"), self._text("unit"))

    @property
    def access(self) -> Text:
        """``shared`` or ``private``; None is as the whole domain's."""
        return self._text("memAccess")


class Cpu(View):
    """A ``<cpu>``."""

    @property
    def mode(self) -> Text:
        """The mode; a model without one is ``custom``, and without both libvirt takes QEMU's own CPU."""
        written = self._text("mode")
        return Known("custom") if written is None and self.model is not None else written

    @property
    def match(self) -> Text:
        """How near the host must be to a custom model, by default ``exact``."""
        written = self._text("match")
        return Known("exact") if written is None and self.mode == Known("custom") else written

    @property
    def check(self) -> Text:
        """How the CPU is compared with the host's at start; None leaves it to libvirt."""
        return self._text("check")

    @property
    def migratable(self) -> Text:
        """``on`` or ``off``."""
        return self._text("migratable")

    @property
    def model(self) -> Text:
        """The model, as it is written: blanks around it belong to it."""
        return self._content("model")

    @property
    def topology(self) -> Topology | Unknown | None:
        """The topology; None leaves it to QEMU."""
        found = self._find("topology")
        return Topology(found) if isinstance(found, Node) else found

    @property
    def features(self) -> list[CpuFeature]:
        """The features that are asked for or forbidden."""
        return [CpuFeature(node) for node in self._all("feature")]

    @property
    def numa_cells(self) -> list[NumaCell]:
        """The NUMA cells."""
        return [NumaCell(node) for node in self._all("cell", "numa")]
