"""Refusals that say more about this machine, or about the way it is asked, than about the document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from chanfix.domain.libvirt_schema import accepts, installed_schema
from chanfix.oracle.question import Question
from chanfix.oracle.verdict import Verdict

if TYPE_CHECKING:
    from chanfix.domain.targets import Target

__all__ = ["compared", "is_about_asking", "is_about_machine"]

# libvirt's codes do not tell these apart. The driver is started with LC_ALL=C.UTF-8, so its words are not translated.
_OF_MACHINE = re.compile(
    r"(?i)this QEMU|the QEMU (binary|executable)"
    r"|Cannot check QEMU binary"
    r"|TPM version '[\d.]+' is not supported"
    r"|nable to find .*firmware"
    r"|not supported by hypervisor"
    r"|(host|machine) does(n't| not) (support|have)"
    r"|(spice|vnc|sdl|egl-headless|dbus) graphics are not supported"
    r"|video type '.*' is not supported"
)
# A machine that another QEMU has, by the pattern of the names of QEMU's versions and of distributions.
_MACHINE = re.compile(r"does not support machine type '(pc|pc-i440fx|pc-q35|virt|pseries|s390-ccw-virtio)-[\w.-]+'")
_MACHINE_OF = re.compile(r"qemu-system-(?P<arch>\w+)' does not support machine type '(?P<machine>[^']+)'")
# The driver runs as an ordinary user (``qemuValidateDomainDef*``, where it looks at ``driver->privileged``).
_INVALID = "Invalid value for attribute"
_OF_SESSION = "session mode"


def is_about_machine(verdict: Verdict, question: Question) -> bool:
    """Return True if another machine would take the document: something is not installed here, or not built in."""
    if _OF_MACHINE.search(verdict.message) or _MACHINE.search(verdict.message):
        return True
    # A value that its own schema has, and the driver was built without.
    schema = installed_schema() if _INVALID in verdict.message else None
    return schema is not None and accepts(schema, question.node) is True


def compared(verdict: Verdict, targets: Sequence[Target]) -> str:
    """Return which targets are known to have a machine type that the QEMU here has not; empty for anything else."""
    match = _MACHINE_OF.search(verdict.message)
    if match is None:
        return ""
    having = [target.name for target in targets if match["machine"] in (target.machines(match["arch"]) or ())]
    return f"the QEMU of {', '.join(having)} has this machine type" if having else ""


def is_about_asking(verdict: Verdict, question: Question) -> bool:
    """Return True if libvirt refuses only because of the way it is asked: without root, or without KVM."""
    return _OF_SESSION in verdict.message or (question.is_without_kvm and "KVM" in verdict.message)
