"""Free names for disks: those that no other disk has, and whose place on the bus is free."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

from chanfix.domain import Domain
from chanfix.domain.occupied import Occupant, Place, drive_place
from chanfix.domain.values import Known
from chanfix.domain.views import disks

__all__ = ["FreeNames", "name_of"]

# Buses of which a machine has one controller at most, and how many disks that takes.
_MOST = {"ide": 4, "fdc": 2}
_ON_DRIVE_BUSES = frozenset({"ide", "fdc", "sata", "scsi"})
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class FreeNames:
    """Gives out names, each once. Linear in the number of disks, for all names together."""

    def __init__(self, domain: Domain, occupied: Sequence[Occupant]) -> None:
        written = [disk.target for disk in disks(domain)]
        self._are_known = not domain.has_unknown_devices and all(isinstance(name, Known) for name in written)
        self._names = {name.value for name in written if isinstance(name, Known)}
        self._places: set[Place] = {occupant.place for occupant in occupied}
        self._next: dict[str, int] = {}

    def take(self, prefix: str, bus: str) -> str | None:
        """Return the first free name with a prefix such as ``sd`` for a disk without an address; None for none.

        A template may bring other disks, or fill in their names: then no name is known to be free.
        """
        if not self._are_known or not prefix:
            return None
        for index in count(self._next.get(prefix, 0)):
            if index >= _MOST.get(bus, 10_000):
                return None
            name = prefix + name_of(index)
            place = drive_place(bus, index) if bus in _ON_DRIVE_BUSES else None
            if name not in self._names and (place is None or place not in self._places):
                self._next[prefix] = index + 1
                self._places |= {place} if place is not None else set()
                return name
        return None

    def is_free(self, place: Place) -> bool:
        """Return True if nothing has that place, and no disk has been given it; from now on it is taken."""
        is_free = self._are_known and place not in self._places
        self._places.add(place)
        return is_free


def name_of(index: int) -> str:
    """Return the letters of a disk's index, from 0: ``a`` to ``z``, ``aa`` and so on (``virIndexToDiskName``)."""
    letters = ""
    index += 1
    while index:
        index, letter = divmod(index - 1, 26)
        letters = _LETTERS[letter] + letters
    return letters
