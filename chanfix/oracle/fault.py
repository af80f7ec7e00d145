"""The places of one refusal: which of the parts that it needs are at fault."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from chanfix.named_tuple import NamedTuple
from chanfix.oracle.attempts import Attempts, EnoughError
from chanfix.oracle.naming import CERTAIN, NAMED
from chanfix.oracle.near import near_values
from chanfix.oracle.parts import KINDS, SYSTEM, Piece
from chanfix.oracle.smallest import Smallest
from chanfix.oracle.verdict import Verdict
from chanfix.xml.edit import Edit
from chanfix.xml.span import Span

__all__ = ["OF_A_DEVICE", "Fault", "find_fault"]

OF_A_DEVICE = 4
"""The length of the path of a device's own attribute."""
_RELATED = 3


class Fault(NamedTuple):
    """One refusal and its place. ``related`` are other parts that it needs, ``repair`` is an edit that ends it.

    ``is_other_value``: the repair gives it another value.
    """

    verdict: Verdict
    place: Piece
    related: tuple[Piece, ...] = ()
    repair: Edit | None = None
    is_other_value: bool = False


def find_fault(attempts: Attempts, verdict: Verdict) -> tuple[Fault, Smallest]:
    """Return the places of a refusal, and the smallest domain that has it."""
    small = Smallest(attempts, verdict)
    # What is found by then is better than nothing.
    with suppress(EnoughError):
        small.reduce()
    return _Choice(attempts, small).fault(verdict), small


class _Choice:
    """The choice of the places among the parts that a refusal needs."""

    def __init__(self, attempts: Attempts, small: Smallest) -> None:
        self._attempts = attempts
        self._small = small
        self._repairs: dict[Span, Edit] = {}
        self._valued: set[Span] = set()

    def fault(self, verdict: Verdict) -> Fault:
        small, kept = self._small, self._small.kept[1:]
        proven: list[Piece] = []
        with suppress(EnoughError):
            self._prove(kept, proven)
        places = {place.cut: place for place in map(self._narrowed, proven)}
        free = [piece for piece in kept if not piece.is_needed]
        # What libvirt names is at fault, though another fault shows without it.
        places |= {piece.cut: piece for piece in free if small.named(piece) >= CERTAIN}
        ranked = (
            _ranked(places.values())
            or _ranked(piece for piece in free if small.named(piece) >= NAMED)
            or _ranked(piece for piece in free if piece.is_element)
            or _ranked(piece for piece in kept if small.named(piece) >= NAMED)
            or [self._attempts.root]
        )
        place = ranked[-1]
        related = [piece for piece in ranked[:-1] if not (place.is_inside(piece) or _says_what(piece, place))]
        related = [piece for piece in related if not any(other.is_inside(piece) for other in related)]
        related = related[-_RELATED:] or self._elsewhere(place)
        if proven and place.cut not in {piece.cut for piece in proven}:
            self._repairs.setdefault(place.cut, _ranked(proven)[-1].removal())
        is_other_value = place.cut in self._valued
        return Fault(verdict, place, tuple(related), self._repairs.get(place.cut), is_other_value)

    def _prove(self, kept: list[Piece], proven: list[Piece]) -> None:
        """Collect the innermost parts without which the small domain is accepted, or with another value of which."""
        for piece in sorted(kept, key=lambda piece: -len(piece.path)):
            if piece.is_needed or any(other.is_inside(piece) for other in proven):
                continue
            if self._small.ask(piece).is_accepted:
                proven.append(piece)
        if proven:
            return
        for piece in sorted(kept, key=lambda piece: -len(piece.path)):
            if piece.is_needed or any(other.is_inside(piece) for other in proven):
                continue
            if self._small.ask_around(piece.removal()).is_accepted:
                proven.append(piece)
        for piece in kept if not proven else ():
            if not piece.is_element and self._has_other_value(piece):
                proven.append(piece)

    def _has_other_value(self, piece: Piece) -> bool:
        for value in near_values(piece):
            edit = piece.with_value(value)
            if self._small.ask(edits=[edit]).is_accepted:
                self._repairs[piece.cut] = edit
                self._valued.add(piece.cut)
                return True
        return False

    def _narrowed(self, piece: Piece) -> Piece:
        """Return the part of an element that is at fault: the one that libvirt names, or the only one there is."""
        if not piece.is_element:
            return piece
        small, inner = self._small, self._small.inside(piece)
        named = [other for other in inner if small.named(other) >= NAMED and (other.is_element or not small.is_missing)]
        place = piece
        if named:
            place = max(named, key=lambda other: (small.named(other), len(other.path), other.cut.start))
        else:
            kinds = frozenset() if small.is_missing else KINDS
            elements = [other for other in inner if other.is_element]
            leaves = [one for one in elements if not any(other.is_element for other in small.inside(one))]
            leaves += [other for other in inner if other.attribute in kinds]
            leaves = [one for one in leaves if not any(other.is_inside(one) for other in leaves)]
            if len(leaves) == 1 and all(leaves[0] in (other, *small.inside(other)) for other in elements):
                # What is missing is not missing in a part that libvirt names to say where.
                is_context = small.is_missing and any(small.named(other) for other in small.inside(leaves[0]))
                place = piece if is_context else leaves[0]
        # Without that part alone there would be another fault.
        self._repairs[place.cut] = piece.removal()
        return place

    def _elsewhere(self, place: Piece) -> list[Piece]:
        """Return the part that libvirt names in another device, or beside the devices."""
        small = self._small
        whole = next((one for one in small.kept if len(one.path) == OF_A_DEVICE - 1 and place.is_inside(one)), place)
        found = [
            piece
            for piece in small.kept
            if not (piece.is_needed or piece.is_inside(whole) or place.is_inside(piece) or piece.cut == whole.cut)
            and small.named(piece) >= NAMED
        ]
        return sorted(found, key=small.named)[-1:]


def _says_what(piece: Piece, place: Piece) -> bool:
    """Return True if a part only says what the element with the place is."""
    return piece.attribute == "type" and piece.node == place.node


def _ranked(pieces: Iterable[Piece]) -> list[Piece]:
    """Return the parts in the order of the text: of two that do not go together the one behind is the fault.

    What every domain has comes first.
    """
    return sorted(pieces, key=lambda piece: (not piece.is_needed and piece.path[:3] != SYSTEM, piece.cut.start))
