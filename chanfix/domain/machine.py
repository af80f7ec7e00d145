"""Architectures and machine types, in libvirt's own families (``src/qemu/qemu_domain.c:qemuDomainMachineIs*``).

A domain without an architecture gets the host's: then only a machine type that no other architecture has tells one.
"""

from __future__ import annotations

from chanfix.domain import Domain
from chanfix.domain.boot import OperatingSystem
from chanfix.domain.machines import read_machine
from chanfix.domain.values import Known, Unknown
from chanfix.named_tuple import NamedTuple
from chanfix.xml.document import Node

__all__ = ["Machine", "MachineUse", "machine_of", "machine_use_of"]

_X86 = frozenset({"i686", "x86_64"})
_ARM = frozenset({"aarch64", "armv6l", "armv7l"})
_PPC64 = frozenset({"ppc64", "ppc64le"})
_RISCV = frozenset({"riscv32", "riscv64"})
_S390 = frozenset({"s390", "s390x"})

# The beginnings of versioned types, and the names of the types that have no version.
_I440FX = ("pc-0.", "pc-1.", "pc-i440", "rhel")
# Types that QEMU has for x86 only.
_PLAIN_X86 = frozenset({"isapc", "microvm"})
# Families that one architecture has, and the architecture that their domains are for when they name none.
_ARCH_OF_FAMILY = dict.fromkeys(("pc", "q35", "pc-i440fx", "pc-q35", "isapc"), "x86_64")
_ARCH_OF_FAMILY |= {"pseries": "ppc64", "s390-ccw-virtio": "s390x"}


class Machine(NamedTuple):
    """The architecture and the machine type of a domain, each None where it is not known."""

    arch: str | None
    type: str | None

    @property
    def is_x86(self) -> bool:
        """Return True for a PC of 32 or 64 bits; False where that is not known."""
        return self.arch in _X86 or (self.arch is None and self._has_x86_type)

    @property
    def is_q35(self) -> bool:
        """Return True for the PC with PCI Express (``qemuDomainMachineIsQ35``)."""
        return self.is_x86 and _is_of(self.type, "q35", "pc-q35")

    @property
    def is_i440fx(self) -> bool:
        """Return True for the PC with PCI (``qemuDomainMachineIsI440FX``)."""
        return self.is_x86 and (self.type == "pc" or (self.type or "").startswith(_I440FX))

    @property
    def is_microvm(self) -> bool:
        """Return True for the PC without PCI."""
        return self.is_x86 and self.type == "microvm"

    @property
    def is_isapc(self) -> bool:
        """Return True for the PC with ISA alone."""
        return self.is_x86 and self.type == "isapc"

    @property
    def is_arm_virt(self) -> bool:
        """Return True for the virtual machine of ARM (``qemuDomainMachineIsARMVirt``)."""
        return self.arch in _ARM and _is_of(self.type, "virt", "virt-")

    @property
    def is_riscv_virt(self) -> bool:
        """Return True for the virtual machine of RISC-V (``qemuDomainMachineIsRISCVVirt``)."""
        return self.arch in _RISCV and _is_of(self.type, "virt", "virt-")

    @property
    def is_pseries(self) -> bool:
        """Return True for the virtual machine of POWER (``qemuDomainMachineIsPSeries``)."""
        return self.arch in _PPC64 and _is_of(self.type, "pseries", "pseries-")

    @property
    def is_s390_ccw(self) -> bool:
        """Return True for the virtual machine of s390x, which is the only one there."""
        return self.arch in _S390

    @property
    def is_aarch64(self) -> bool:
        """Return True for ARM of 64 bits."""
        return self.arch == "aarch64"

    @property
    def has_ide(self) -> bool | None:
        """Return whether libvirt takes IDE devices on it (``qemuDomainMachineHasBuiltinIDE``); None if not known.

        The list is longer in newer versions, but the machine types that are False here never had it.
        """
        if self.is_i440fx:
            return True
        without = (
            *(self.is_q35, self.is_microvm, self.is_isapc, self.is_arm_virt, self.is_riscv_virt),
            *(self.is_pseries, self.is_s390_ccw),
        )
        return False if any(without) else None

    @property
    def root_bus(self) -> str | None:
        """The model of the PCI controller with index 0 (``qemuDomainDefAddDefaultDevices``); None if not known."""
        if self.is_q35 or self.is_arm_virt or self.is_riscv_virt:
            return "pcie-root"
        return "pci-root" if self.is_i440fx or self.is_pseries else None

    @property
    def _has_x86_type(self) -> bool:
        name = self.type or ""
        return name in ("pc", "q35") or name in _PLAIN_X86 or name.startswith((*_I440FX, "pc-q35"))


class MachineUse(NamedTuple):
    """The ``<type>`` of a domain's ``<os>``, its machine type, and the architecture; None where that is not known."""

    node: Node
    name: str
    arch: str | None


def machine_of(domain: Domain) -> Machine:
    """Return what is known of a domain's machine: nothing where a template fills it in or may bring it."""
    node = domain.node.child("os")
    if node is None or node.is_conditional:
        return Machine(None, None)
    system = OperatingSystem(node)
    arch, machine = system.arch, system.machine
    if isinstance(arch, Unknown):
        return Machine(None, None)
    return Machine(
        arch.value if isinstance(arch, Known) else None, machine.value if isinstance(machine, Known) else None
    )


def machine_use_of(domain: Domain) -> MachineUse | None:
    """Return the machine type of a QEMU domain; None of others, and where none is written or a template fills it in."""
    node_of_system = domain.node.child("os")
    if node_of_system is None or domain.is_of_other_driver:
        return None
    system = OperatingSystem(node_of_system)
    match system.machine, system.node.child("type"):
        case Known(name), Node() as node:
            parts = read_machine(name)
            of_family = _ARCH_OF_FAMILY.get(parts.family if parts else name)
            arch = system.arch.value if isinstance(system.arch, Known) else of_family if system.arch is None else None
            return MachineUse(node, name, arch)
        case _:
            return None


def _is_of(machine: str | None, name: str, beginning: str) -> bool:
    return machine is not None and (machine == name or machine.startswith(beginning))
