"""Finds out where libvirt refuses a domain, which it does not tell: parts are taken away, and the rest is asked.

First everything goes without which the refusal stays the same. What is left is a small domain, and each part of it has
to do with the refusal. Of these parts, those are the places without which, or with another value of which, the domain
is accepted.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from chanfix.oracle.driver import Driver
from chanfix.oracle.near import near_values
from chanfix.oracle.parts import Piece, pieces_of
from chanfix.oracle.question import Question
from chanfix.oracle.verdict import Verdict
from chanfix.xml.edit import Edit
from chanfix.xml.span import Span

__all__ = ["Fault", "Search"]

# Of one document: so many questions, and so many seconds.
_QUESTIONS = 300
_SECONDS = 1.8
_FAULTS = 10
_RELATED = 3
# How much a name or a value counts that libvirt's words hold, and the longest one that is looked for.
_NAMED = 2
_CERTAIN = 3
_LONGEST_VALUE = 200
# Attributes that say what an element is: without one it is something else, with other faults.
_SYSTEM = ("domain", "os", "type")
# The length of the path of a device's own attribute.
_OF_A_DEVICE = 4
_MACHINE = (*_SYSTEM, "machine")
_FAMILIES = ("q35", "pc", "virt", "pseries", "s390-ccw-virtio")
_KINDS = frozenset({"bus", "device", "mode", "model", "type"})


class Fault(NamedTuple):
    """One refusal and its places. ``related`` are other parts that it needs.

    ``repair`` is an edit that ends it, ``rest`` the smallest domain that has it.

    With ``is_whole`` false the search was ended before its time.
    """

    verdict: Verdict
    place: Piece
    related: tuple[Piece, ...] = ()
    repair: Edit | None = None
    rest: bytes = b""
    is_whole: bool = True


class _Enough(Exception):  # noqa: N818
    """There were too many questions, or they took too long."""


class Search:
    """The search for the faults of one domain."""

    def __init__(
        self, question: Question, driver: Driver, *, questions: int = _QUESTIONS, seconds: float = _SECONDS
    ) -> None:
        self._question = question
        self._driver = driver
        self._left = questions
        self._deadline = time.monotonic() + seconds
        self._root = pieces_of(question.node)
        outer = list(self._root.children())
        self._large = [piece for one in outer for piece in (one.children() if one.node.tag == "devices" else (one,))]
        self._all: dict[Span, list[Piece]] = {}
        self._repairs: list[Edit] = []
        self.is_whole = True
        """False when there may be more faults than were found."""

    def faults(self, first: Verdict) -> list[Fault]:
        """Return the faults of a domain whose first refusal is known, in the order in which libvirt reports them."""
        found: list[Fault] = []
        verdict = first
        while not verdict.is_accepted:
            if len(found) == _FAULTS or verdict.has_ended:
                self.is_whole = verdict.has_ended and bool(found)
                break
            try:
                fault, small = self._fault(verdict)
                if any(fault.place.cut == other.place.cut and fault.verdict == other.verdict for other in found):
                    self.is_whole = False
                    break
                if any(small.is_brought_by(other.place) for other in found):
                    self.is_whole = False
                    break
                found.append(fault)
                verdict = self._repaired(fault)
            except _Enough:
                self.is_whole = False
                if not found:
                    found.append(Fault(verdict, self._root, is_whole=False))
                break
        return found

    def all_in(self, piece: Piece) -> list[Piece]:
        """Return the elements and attributes in an element, and the element."""
        found = self._all.get(piece.cut)
        if found is None:
            found = self._all[piece.cut] = [piece, *piece.attributes()]
            for child in piece.children():
                found += self.all_in(child)
        return found

    def _ask(self, edits: Iterable[Edit]) -> Verdict:
        if self._left <= 0 or time.monotonic() > self._deadline:
            raise _Enough
        self._left -= 1
        return self._driver.ask(self._question.text([*edits, *self._repairs]))

    def _repaired(self, fault: Fault) -> Verdict:
        """Take a fault out of the domain, and return what libvirt says of the rest."""
        place: Piece | None = fault.place
        if fault.repair is None and fault.place.attribute in _KINDS and len(fault.place.path) == _OF_A_DEVICE:
            place = self._around(fault.place)
        if place is None or (place.is_needed and fault.repair is None):
            raise _Enough
        self._repairs.append(fault.repair or self._machine(place) or place.removal())
        verdict = self._ask([])
        while verdict == fault.verdict and place is not None:
            place = self._around(place)
            if place is None or place.is_needed:
                break
            self._repairs[-1] = place.removal()
            verdict = self._ask([])
        return verdict

    def _machine(self, piece: Piece) -> Edit | None:
        """Return the edit that gives a domain the newest machine of the same family."""
        if piece.path != _MACHINE:
            return None
        family = next((family for family in _FAMILIES if family in piece.value), "")
        return piece.with_value(family) if family and family != piece.value else None

    def _around(self, piece: Piece) -> Piece | None:
        if not piece.is_element:
            return Piece(piece.node, piece.path[:-1], None, piece.node.place.span, len(piece.path) <= 2)
        parent = piece.node.parent
        if parent is None:
            return None
        return Piece(parent, piece.path[:-1], None, parent.place.span, len(piece.path) <= 3)

    def _fault(self, verdict: Verdict) -> tuple[Fault, _Smallest]:
        small = _Smallest(self, verdict)
        is_whole = True
        try:
            small.reduce()
        except _Enough:
            is_whole = False
        return small.fault(is_whole=is_whole), small


class _Smallest:
    """The domain without all that a refusal does not need."""

    def __init__(self, search: Search, verdict: Verdict) -> None:
        self._search = search
        self._verdict = verdict
        self._gone: list[Piece] = []
        self._kept: list[Piece] = [search._root]
        self._repairs: dict[Span, Edit] = {}
        self._message = verdict.message.lower()
        self._scores: dict[Span, int] = {}
        self._is_missing = "missing" in self._message
        self._words = frozenset(re.findall(r"[\w.:/-]+", self._message.replace("read-only", "readonly")))

    def _ask(self, *pieces: Piece, edits: Sequence[Edit] = ()) -> Verdict:
        return self._search._ask([*edits, *(piece.removal() for piece in [*self._gone, *pieces])])

    def reduce(self) -> None:
        """Take away what the refusal does not need: elements from the outside to the inside, then attributes."""
        self._guess()
        level = [self._search._root]
        while level:
            inner = [child for piece in level for child in piece.children()]
            level = self._left_of(inner)
        self._left_of([piece for element in self._kept for piece in element.attributes()])

    def _guess(self) -> None:
        """Take away at once all devices and other large parts that libvirt does not name, if the refusal stays."""
        large = [piece for piece in self._search._large if not piece.is_needed]
        named = {piece.cut: max(map(self._named, self._search.all_in(piece)), default=0) for piece in large}
        best = max(named.values(), default=0)
        for least in dict.fromkeys([best, _NAMED]):
            others = [piece for piece in large if named[piece.cut] < least]
            if 0 < least <= best and self._ask(*others) == self._verdict:
                self._gone += others
                return

    def _left_of(self, pieces: Sequence[Piece]) -> list[Piece]:
        """Take away as many of these pieces as can go, keep the others, and return them."""
        gone = {piece.cut for piece in self._gone}
        pieces = [piece for piece in pieces if piece.cut not in gone]
        free = [piece for piece in pieces if not piece.is_needed]
        telling = [piece for piece in free if self._named(piece) or piece.attribute in _KINDS]
        try:
            if 1 < len(telling) < len(free):
                self._without([piece for piece in free if piece not in telling])
                self._without(telling)
            else:
                self._without(free)
        finally:
            gone = {piece.cut for piece in self._gone}
            left = [piece for piece in pieces if piece.cut not in gone]
            self._kept += left
        return left

    def _without(self, pieces: Sequence[Piece]) -> None:
        """Take away as many of these pieces as can go. Of two that can go in turn the first stays."""
        if not pieces:
            return
        if self._ask(*pieces) == self._verdict:
            self._gone += pieces
        elif len(pieces) > 1:
            middle = len(pieces) // 2
            self._without(pieces[middle:])
            self._without(pieces[:middle])

    def fault(self, *, is_whole: bool) -> Fault:
        """Return the refusal with its places."""
        proven: list[Piece] = []
        try:
            proven = self._proven()
        except _Enough:
            is_whole = False
        places = {place.cut: place for place in map(self._narrowed, proven)}
        free = [piece for piece in self._kept[1:] if not piece.is_needed]
        # What libvirt names is at fault, though another fault shows without it.
        places |= {piece.cut: piece for piece in free if self._named(piece) >= _CERTAIN}
        ranked = _ranked(places.values())
        if not ranked:
            ranked = _ranked(piece for piece in self._kept[1:] if self._named(piece) >= _NAMED)
        if not ranked:
            ranked = _ranked(piece for piece in free if piece.is_element) or [self._search._root]
        place = ranked[-1]
        related = [piece for piece in ranked[:-1] if not _is_inside(place, piece)][-_RELATED:]
        related = related or self._elsewhere(place)
        if place.cut not in {piece.cut for piece in proven} and proven:
            self._repairs.setdefault(place.cut, _ranked(proven)[-1].removal())
        rest = self._search._question.text([*(piece.removal() for piece in self._gone), *self._search._repairs])
        return Fault(self._verdict, place, tuple(related), self._repairs.get(place.cut), rest, is_whole)

    def _elsewhere(self, place: Piece) -> list[Piece]:
        """Return the part that libvirt names in another element of the domain or another device."""
        length = _OF_A_DEVICE - 1
        whole = next((piece for piece in self._kept if len(piece.path) == length and _is_inside(place, piece)), place)
        found = [
            piece
            for piece in self._kept
            if self._named(piece) >= _NAMED
            and not piece.is_needed
            and not _is_inside(piece, whole)
            and not _is_inside(place, piece)
            and piece.cut != whole.cut
        ]
        return sorted(found, key=self._named)[-1:]

    def _proven(self) -> list[Piece]:
        """Return the innermost parts without which the small domain is accepted, or with another value of which."""
        found: list[Piece] = []
        for piece in sorted(self._kept[1:], key=lambda piece: -len(piece.path)):
            if piece.is_needed or any(_is_inside(other, piece) for other in found):
                continue
            if self._ask(piece).is_accepted:
                found.append(piece)
        if not found:
            for piece in self._kept:
                if piece.is_element:
                    continue
                if self._has_other_value(piece) or (
                    not piece.is_needed and self._search._ask([piece.removal()]).is_accepted
                ):
                    found.append(piece)
        return found

    def _narrowed(self, piece: Piece) -> Piece:
        """Return the part of an element that is at fault, as far as that is known: the one that libvirt names, or the
        only one there is.
        """
        if not piece.is_element:
            return piece
        inner = self._inner(piece)
        named = [
            other for other in inner if self._named(other) >= _NAMED and (other.is_element or not self._is_missing)
        ]
        place = piece
        if named:
            place = max(named, key=lambda other: (self._named(other), len(other.path), other.cut.start))
        elif not self._is_missing:
            leaves = [other for other in inner if not self._inner(other)]
            leaves = [leaf for leaf in leaves if leaf.is_element or leaf.is_text or leaf.attribute in _KINDS]
            if len(leaves) == 1 and all(
                _is_inside(leaves[0], other) for other in inner if other.is_element and other != leaves[0]
            ):
                [place] = leaves
        # Without that part alone there would be another fault.
        self._repairs[place.cut] = piece.removal()
        return place

    def _inner(self, piece: Piece) -> list[Piece]:
        return [other for other in self._kept if _is_inside(other, piece) and not other.is_text]

    def _has_other_value(self, piece: Piece) -> bool:
        for value in near_values(piece):
            edit = piece.with_value(value)
            if self._ask(edits=[edit]).is_accepted:
                self._repairs[piece.cut] = edit
                return True
        return False

    def is_brought_by(self, place: Piece) -> bool:
        """Return True if this refusal is there only because another fault was taken out."""
        gone = [piece for piece in self._gone if not piece.cut.overlaps(place.cut)]
        return self._search._driver.ask(self._search._question.text([piece.removal() for piece in gone])).is_accepted

    def _named(self, piece: Piece) -> int:
        """Return how well the refusal names a piece: by its name, by its value."""
        if piece.cut not in self._scores:
            self._scores[piece.cut] = self._score(piece)
        found = self._scores[piece.cut]
        # An element with other parts in it may be named for their sake.
        return found + 1 if found and piece.is_element and not self._inner(piece) else found

    def _score(self, piece: Piece) -> int:
        named = _NAMED if piece.name.lower() in self._words and not piece.is_text else 0
        if self._is_contradicted(piece):
            return 0
        if piece.is_element:
            return named
        value = piece.value.strip().lower()
        if value and len(value) < _LONGEST_VALUE:
            is_telling = len(value) > 2 and not value.isdecimal()
            if f"'{value}'" in self._message or (is_telling and value in self._words):
                named += _NAMED
        return named + 1 if named and piece.node.tag.lower() in self._words else named

    def _is_contradicted(self, piece: Piece) -> bool:
        """Return True if the refusal speaks of an element with another value than this one has, as of index='1'."""
        for name, value in piece.node.attributes.items():
            if f"{name.lower()}='" not in self._message:
                continue
            stated = set(re.findall(rf"(?<![\w-]){re.escape(name.lower())}='([^']*)'", self._message))
            if stated and value.lower() not in stated:
                return True
        return False


def _ranked(pieces: Iterable[Piece]) -> list[Piece]:
    """Return the pieces in the order of the text: of two that do not go together the one behind is the fault.

    What every domain has comes first.
    """
    return sorted(pieces, key=lambda piece: (not piece.is_needed and piece.path[:3] != _SYSTEM, piece.cut.start))


def _is_inside(piece: Piece, other: Piece) -> bool:
    """Return True if a piece is a part of an element."""
    return other.is_element and piece.cut != other.cut and other.holds(piece)
