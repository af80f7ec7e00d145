"""The machine type that a domain asks for, where it is known and QEMU's driver is the one that reads it."""

from __future__ import annotations

from typing import NamedTuple

from chanfix.domain import Domain
from chanfix.domain.machines import read_machine
from chanfix.domain.values import Known
from chanfix.domain.views import operating_system
from chanfix.xml.document import Node

__all__ = ["MachineUse", "machine_use_of"]

_ARCHES = dict.fromkeys(("pc", "q35", "pc-i440fx", "pc-q35", "isapc"), "x86_64")
_ARCHES |= {"pseries": "ppc64", "s390-ccw-virtio": "s390x"}


class MachineUse(NamedTuple):
    """The ``<type>`` of a domain's ``<os>``, its machine type, and the architecture; None where that is not known."""

    node: Node
    name: str
    arch: str | None


def machine_use_of(domain: Domain) -> MachineUse | None:
    """Return the machine type of a QEMU domain; None of others, and where none is written or a template fills it in."""
    system = operating_system(domain)
    if system is None or domain.is_of_other_driver:
        return None
    match system.machine, system.node.child("type"):
        case Known(name), Node() as node:
            parts = read_machine(name)
            of_family = _ARCHES.get(parts.family if parts else name)
            arch = system.arch.value if isinstance(system.arch, Known) else of_family if system.arch is None else None
            return MachineUse(node, name, arch)
        case _:
            return None
