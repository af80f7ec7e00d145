"""The smallest domain that libvirt refuses for one reason: all goes without which the refusal stays the same."""

from __future__ import annotations

from collections.abc import Sequence

from chanfix.oracle.attempts import Attempts
from chanfix.oracle.naming import NAMED, Naming
from chanfix.oracle.parts import KINDS, Piece
from chanfix.oracle.verdict import Verdict
from chanfix.xml.edit import Edit

__all__ = ["Smallest"]


class Smallest:
    """A domain that is taken apart. ``kept`` are the parts that the refusal needs, and what every domain has."""

    def __init__(self, attempts: Attempts, verdict: Verdict) -> None:
        self._attempts = attempts
        self._verdict = verdict
        self._naming = Naming(verdict.message)
        self._gone: list[Piece] = []
        self.kept: list[Piece] = [attempts.root]

    @property
    def is_missing(self) -> bool:
        """True if the refusal speaks of something that is not there."""
        return self._naming.is_missing

    def ask(self, *pieces: Piece, edits: Sequence[Edit] = ()) -> Verdict:
        """Return what libvirt says of the small domain without more parts, with edits made."""
        return self._attempts.ask([*edits, *(piece.removal() for piece in [*self._gone, *pieces])])

    def ask_around(self, *edits: Edit) -> Verdict:
        """Return what libvirt says with edits made of the devices that were kept, with all that is in them.

        What is left of one in the small domain may be no device any more.
        """
        gone = [large for large in self._attempts.large if not any(large.holds(piece) for piece in self.kept)]
        return self._attempts.ask([*edits, *(piece.removal() for piece in gone if not piece.is_needed)])

    def reduce(self) -> None:
        """Take away what the refusal does not need: elements from the outside to the inside, then attributes.

        Raises ``EnoughError``; then ``kept`` has more than that.
        """
        self._guess()
        level = [self._attempts.root]
        while level:
            level = self._left_of([child for piece in level for child in piece.children()])
        self._left_of([piece for element in self.kept for piece in element.attributes()])

    def named(self, piece: Piece) -> int:
        """Return how well the refusal names a part. An element may be named for the sake of one that is in it."""
        score = self._naming.score(piece)
        if not score or not piece.is_element or any(map(self._naming.score, self.inside(piece))):
            return score
        return score + 1

    def inside(self, piece: Piece) -> list[Piece]:
        """Return the elements and attributes that were kept in an element."""
        return [other for other in self.kept if other.is_inside(piece) and not other.is_text]

    def is_brought_by(self, repaired: Piece) -> bool:
        """Return True if this refusal is there only because a part with another fault was taken out."""
        gone = [piece.removal() for piece in self._gone if not piece.cut.overlaps(repaired.cut)]
        return self._attempts.ask(gone, is_repaired=False).is_accepted

    def _guess(self) -> None:
        """Take away at once all large parts that libvirt does not name, if the refusal stays."""
        large = [piece for piece in self._attempts.large if not piece.is_needed]
        scores = {piece.cut: max(map(self._naming.score, self._attempts.all_in(piece)), default=0) for piece in large}
        best = max(scores.values(), default=0)
        for least in dict.fromkeys([best, NAMED]):
            # libvirt reports the first of a kind, which may be named less well than a later one.
            kinds = {piece.node.tag for piece in large if scores[piece.cut] >= least}
            others = [piece for piece in large if piece.node.tag not in kinds]
            if 0 < least <= best and self.ask(*others) == self._verdict:
                self._gone += others
                return

    def _left_of(self, pieces: Sequence[Piece]) -> list[Piece]:
        """Take away as many of these parts as can go, keep the others, and return them."""
        gone = {piece.cut for piece in self._gone}
        pieces = [piece for piece in pieces if piece.cut not in gone]
        free = [piece for piece in pieces if not piece.is_needed]
        telling = [piece for piece in free if self._naming.score(piece) or piece.attribute in KINDS]
        try:
            if 0 < len(telling) < len(free):
                self._without([piece for piece in free if piece not in telling])
                self._without(telling)
            else:
                self._without(free)
        finally:
            gone = {piece.cut for piece in self._gone}
            left = [piece for piece in pieces if piece.cut not in gone]
            self.kept += left
        return left

    def _without(self, pieces: Sequence[Piece]) -> None:
        """Take away as many of these parts as can go. Of two that can go in turn the first stays."""
        if not pieces:
            return
        if self.ask(*pieces) == self._verdict:
            self._gone += pieces
        elif len(pieces) > 1:
            middle = len(pieces) // 2
            self._without(pieces[middle:])
            self._without(pieces[:middle])
