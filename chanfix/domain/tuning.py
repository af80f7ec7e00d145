"""Which CPUs of the host a domain's threads run on: pins and schedulers of ``<cputune>``, and the I/O threads.

The sources are ``virDomainVcpuPinDefParseXML``, ``virDomainIOThreadPinDefParseXML``, ``virDomainSchedulerParse`` and
``virDomainIOThreadIDDefParseXML`` in ``src/conf/domain_conf.c``.
"""

from __future__ import annotations

from bisect import bisect_left

from chanfix.domain.values import CpuSet, Known, Number, Text, Unknown, number, or_default, text
from chanfix.domain.view import View
from chanfix.named_tuple import NamedTuple

__all__ = ["IoThreadIds", "IoThreads", "Pin", "Scheduler", "Tuning"]


class Pin(View):
    """A ``<vcpupin>`` or an ``<iothreadpin>``."""

    @property
    def thread(self) -> Number:
        """The virtual CPU or the I/O thread."""
        return self._number("vcpu" if self.node.tag == "vcpupin" else "iothread")

    @property
    def cpus(self) -> CpuSet:
        """The CPUs of the host."""
        return self._cpu_set("cpuset")


class Scheduler(View):
    """A ``<vcpusched>`` or an ``<iothreadsched>``."""

    @property
    def threads(self) -> CpuSet:
        """The virtual CPUs or the I/O threads."""
        return self._cpu_set("vcpus" if self.node.tag == "vcpusched" else "iothreads")

    @property
    def scheduler(self) -> Text:
        """``batch``, ``idle``, ``fifo`` or ``rr``."""
        return self._text("scheduler")


class Tuning(View):
    """The ``<cputune>`` of a ``<domain>``."""

    @property
    def vcpu_pins(self) -> list[Pin]:
        """The pins of virtual CPUs."""
        return [Pin(node) for node in self._all("vcpupin", "cputune")]

    @property
    def iothread_pins(self) -> list[Pin]:
        """The pins of I/O threads."""
        return [Pin(node) for node in self._all("iothreadpin", "cputune")]

    @property
    def emulator_cpus(self) -> CpuSet:
        """The CPUs of the host that QEMU itself runs on."""
        return self._cpu_set("cpuset", "cputune", "emulatorpin")

    @property
    def schedulers(self) -> list[Scheduler]:
        """The schedulers of virtual CPUs and of I/O threads."""
        return [Scheduler(node) for tag in ("vcpusched", "iothreadsched") for node in self._all(tag, "cputune")]


class IoThreads(View):
    """The I/O threads of a ``<domain>``: libvirt adds to those with an id until the count is reached."""

    @property
    def count(self) -> Known[int] | Unknown:
        """How many there are: those with an id, where they are more than ``<iothreads>`` says."""
        asked = or_default(number(self._content("iothreads")), 0)
        with_ids = len(self._all("iothread", "iothreadids"))
        return Known(max(asked.value, with_ids)) if isinstance(asked, Known) else asked

    @property
    def ids(self) -> list[Number]:
        """The ids that are written; the other threads get the lowest that are left, from 1 on."""
        return [number(text(node.get("id"))) for node in self._all("iothread", "iothreadids")]

    def all_ids(self) -> IoThreadIds | None:
        """Return the ids of all threads; None where a template or an id that is none leaves them open."""
        count, ids = self.count, self.ids
        nodes = self._all("iothread", "iothreadids")
        known = [each.value for each in ids if isinstance(each, Known)]
        if not isinstance(count, Known) or len(known) < len(ids) or any(node.is_conditional for node in nodes):
            return None
        return (
            None if isinstance(self._find("iothreadids"), Unknown) else IoThreadIds(tuple(sorted(known)), count.value)
        )


class IoThreadIds(NamedTuple):
    """The ids of I/O threads: those that are written, in order, and the lowest others up to a number of threads."""

    written: tuple[int, ...]
    threads: int

    def has(self, number: int) -> bool:
        """Return True if there is a thread of that id."""
        if number < 1:
            return False
        at = bisect_left(self.written, number)
        is_written = self.written[at : at + 1] == (number,)
        return is_written or number - at <= self.threads - len(self.written)
