"""Where a text comes from that was made of another one: each of its bytes has a place there."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from chanfix.named_tuple import NamedTuple
from chanfix.xml.span import LineIndex, Span

if TYPE_CHECKING:
    from chanfix.xml.edit import Edit

__all__ = ["Origin", "Piece"]


class Piece(NamedTuple):
    """Bytes from ``start`` on, up to the next piece: copied from ``source`` byte for byte, or made of all of it."""

    start: int
    source: Span
    is_copy: bool


class Origin:
    """The text that another one was made of, and the pieces of that one in their order; the first starts at 0."""

    def __init__(self, data: bytes, encoding: str, pieces: Sequence[Piece]) -> None:
        self.data = data
        self.encoding = encoding
        self._pieces = pieces

    @property
    def lines(self) -> LineIndex:
        """The line index of the text that the other one was made of."""
        return self._lines

    @cached_property
    def _lines(self) -> LineIndex:
        return LineIndex(self.data, self.encoding)

    def span(self, made: Span) -> Span:
        """Return where a span of the made text comes from: from its first byte's place to its last one's."""
        first = self._piece_at(made.start)
        start = self._offset(first, made.start)
        if made.is_empty:
            return Span(start, start)
        last = self._piece_at(made.end - 1)
        end = last.source.end if not last.is_copy else self._offset(last, made.end - 1) + 1
        # Of text that a loop or a block has brought from further up, the beginning is what counts.
        if end <= start:
            end = first.source.end if not first.is_copy else start + 1
        return Span(start, end)

    def edit(self, edit: Edit) -> Edit | None:
        """Return an edit of the made text as one of this text; None where there is no such thing."""
        return None

    def _piece_at(self, offset: int) -> Piece:
        return self._pieces[max(0, bisect_right(self._pieces, offset, key=lambda piece: piece.start) - 1)]

    def _offset(self, piece: Piece, offset: int) -> int:
        """Return where a byte of a piece comes from; for one that is no copy, where that begins."""
        return piece.source.start + (offset - piece.start if piece.is_copy else 0)
