"""Questions about one domain with parts of it taken away: counted, and ended when there were too many."""

from __future__ import annotations

import time
from collections.abc import Iterable

from chanfix.oracle.driver import Driver
from chanfix.oracle.parts import Piece, pieces_of
from chanfix.oracle.question import Question
from chanfix.oracle.verdict import Verdict
from chanfix.xml.edit import Edit
from chanfix.xml.span import Span

__all__ = ["Attempts", "EnoughError"]


class EnoughError(Exception):
    """There were too many questions about one domain, or they took too long."""


class Attempts:
    """The questions about one domain: so many, and for so many seconds.

    ``repairs`` are edits that take out the faults found so far. They count in every later question.
    """

    def __init__(self, question: Question, driver: Driver, *, questions: int, seconds: float) -> None:
        self._question = question
        self._driver = driver
        self._left = questions
        self._deadline = time.monotonic() + seconds
        self._all: dict[Span, list[Piece]] = {}
        self._known: dict[bytes, Verdict] = {}
        self.repairs: list[Edit] = []
        self.root = pieces_of(question.node)
        outer = list(self.root.children())
        self.large = [piece for one in outer for piece in (one.children() if one.node.tag == "devices" else (one,))]
        """The devices, and what stands beside them."""

    def all_in(self, piece: Piece) -> list[Piece]:
        """Return an element with the elements and attributes in it."""
        found = self._all.get(piece.cut)
        if found is None:
            found = self._all[piece.cut] = [piece, *piece.attributes()]
            for child in piece.children():
                found += self.all_in(child)
        return found

    def ask(self, edits: Iterable[Edit], *, is_repaired: bool = True) -> Verdict:
        """Return what libvirt says of the domain with edits made. Raises ``EnoughError`` when that is one too many."""
        text = self._question.text([*edits, *self.repairs] if is_repaired else edits)
        if (known := self._known.get(text)) is not None:
            return known
        if self._left <= 0 or time.monotonic() > self._deadline:
            raise EnoughError
        self._left -= 1
        verdict = self._known[text] = self._driver.ask(text)
        return verdict
