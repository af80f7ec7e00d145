"""Which distribution a domain was written on, where its text tells that."""

from __future__ import annotations

from chanfix.domain import Domain
from chanfix.domain.host_paths import OF_RHEL, owner_of_emulator
from chanfix.domain.machines import read_machine
from chanfix.domain.values import Known, text

__all__ = ["is_of_another_than_rhel"]

_RHEL = "rhel-"


def is_of_another_than_rhel(domain: Domain) -> bool:
    """Return True if the emulator or the machine type is that of a distribution that is not of RHEL's kin.

    ``/usr/bin/qemu-system-x86_64`` is nobody's own. False where the text does not tell, or a template decides.
    """
    for emulator in domain.devices_of("emulator"):
        path = text(emulator.text.strip())
        owner = owner_of_emulator(path.value) if isinstance(path, Known) and not emulator.is_conditional else None
        if owner not in (None, OF_RHEL):
            return True
    use = domain.machine_use
    machine = read_machine(use.name) if use else None
    if machine is None or not machine.suffix:
        return False
    from chanfix.domain.targets import targets  # few machine types have a suffix

    owners = [target.name for target in targets() if target.knows_suffix(machine.suffix)]
    return bool(owners) and not any(name.startswith(_RHEL) for name in owners)
