"""Edits of a domain's machine type."""

from __future__ import annotations

from chanfix.domain.machine import MachineUse
from chanfix.domain.machines import newest_alias
from chanfix.xml.edit import Fix, Safety, set_attribute

__all__ = ["take_newest"]


def take_newest(use: MachineUse) -> Fix | None:
    """Return the unsafe fix that takes the newest machine type of the same family, by the name that each QEMU has.

    None where the family has no such name.
    """
    alias = newest_alias(use.name)
    if alias is None:
        return None
    title = f"Take the newest machine type of its family: '{alias}'"
    return Fix(title, Safety.UNSAFE, (set_attribute(use.node, "machine", alias),))
