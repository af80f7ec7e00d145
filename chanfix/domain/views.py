"""The typed views of a domain's parts that no rule of virtio-serial needs, made when they are asked for.

Devices of all ``<devices>`` elements count; of other parts it is the first that counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chanfix.domain import Domain
from chanfix.domain.boot import OperatingSystem
from chanfix.domain.controllers import AnyController
from chanfix.domain.disk import Disk
from chanfix.domain.interface import Interface
from chanfix.domain.memory import Memory, MemoryBacking

# The others are imported when a domain has such a part.
if TYPE_CHECKING:
    from chanfix.domain.clock import Clock
    from chanfix.domain.cpu import Cpu, Vcpus
    from chanfix.domain.display import Graphics, Video
    from chanfix.domain.features import Features
    from chanfix.domain.filesystem import Filesystem
    from chanfix.domain.hostdev import HostDevice
    from chanfix.domain.tuning import IoThreads, Tuning

__all__ = [
    "clock",
    "controllers",
    "cpu",
    "disks",
    "features",
    "filesystems",
    "graphics",
    "host_devices",
    "interfaces",
    "iothreads",
    "memory",
    "memory_backing",
    "operating_system",
    "tuning",
    "vcpus",
    "videos",
]


def disks(domain: Domain) -> list[Disk]:
    """Return the disks, CD-ROM drives and floppy drives."""
    return [Disk(node) for node in domain.devices_of("disk")]


def interfaces(domain: Domain) -> list[Interface]:
    """Return the network interfaces."""
    return [Interface(node) for node in domain.devices_of("interface")]


def graphics(domain: Domain) -> list[Graphics]:
    """Return the displays."""
    from chanfix.domain.display import Graphics

    return [Graphics(node) for node in domain.devices_of("graphics")]


def videos(domain: Domain) -> list[Video]:
    """Return the video devices."""
    from chanfix.domain.display import Video

    return [Video(node) for node in domain.devices_of("video")]


def host_devices(domain: Domain) -> list[HostDevice]:
    """Return the devices of the host that the guest is given."""
    from chanfix.domain.hostdev import HostDevice

    return [HostDevice(node) for node in domain.devices_of("hostdev")]


def controllers(domain: Domain) -> list[AnyController]:
    """Return the controllers of all types."""
    return [AnyController(node) for node in domain.devices_of("controller")]


def filesystems(domain: Domain) -> list[Filesystem]:
    """Return the folders of the host that the guest sees."""
    from chanfix.domain.filesystem import Filesystem

    return [Filesystem(node) for node in domain.devices_of("filesystem")]


def memory(domain: Domain) -> Memory:
    """Return the amounts of memory."""
    return Memory(domain.node)


def memory_backing(domain: Domain) -> MemoryBacking:
    """Return what is behind the memory."""
    return MemoryBacking(domain.node)


def vcpus(domain: Domain) -> Vcpus:
    """Return the number of virtual CPUs."""
    from chanfix.domain.cpu import Vcpus

    return Vcpus(domain.node)


def tuning(domain: Domain) -> Tuning:
    """Return the pins and the schedulers."""
    from chanfix.domain.tuning import Tuning

    return Tuning(domain.node)


def iothreads(domain: Domain) -> IoThreads:
    """Return the I/O threads."""
    from chanfix.domain.tuning import IoThreads

    return IoThreads(domain.node)


def cpu(domain: Domain) -> Cpu | None:
    """Return the CPU; None leaves it to QEMU."""
    from chanfix.domain.cpu import Cpu

    node = domain.node.child("cpu")
    return None if node is None else Cpu(node)


def operating_system(domain: Domain) -> OperatingSystem | None:
    """Return what the domain boots."""
    node = domain.node.child("os")
    return None if node is None else OperatingSystem(node)


def features(domain: Domain) -> Features | None:
    """Return what the hypervisor offers; None where nothing is written."""
    from chanfix.domain.features import Features

    node = domain.node.child("features")
    return None if node is None else Features(node)


def clock(domain: Domain) -> Clock | None:
    """Return the clock; None where nothing is written: it shows UTC then."""
    from chanfix.domain.clock import Clock

    node = domain.node.child("clock")
    return None if node is None else Clock(node)
