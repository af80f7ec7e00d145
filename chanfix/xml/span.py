"""Byte ranges and the human coordinates that are derived from them."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from chanfix.named_tuple import NamedTuple
from chanfix.position import Position

__all__ = ["LineIndex", "Span"]

# So many bytes are decoded again rather than kept in mind.
_FAR = 1000


class Span(NamedTuple):
    """A half-open range of byte offsets into the original bytes."""

    start: int
    end: int

    @property
    def is_empty(self) -> bool:
        """Return True if the span holds no byte: a place between two bytes."""
        return self.start == self.end

    def overlaps(self, other: Span) -> bool:
        """Return True if two spans share a byte, or stand at the same place when one of them is empty."""
        if self.is_empty or other.is_empty:
            return self.start <= other.end and other.start <= self.end
        return self.start < other.end and other.start < self.end


class LineIndex:
    """Turns byte offsets of one text into positions.

    A line ends at LF, CR LF or CR, as XML 1.0 section 2.11 has it. A byte order mark takes up no column.
    """

    def __init__(self, data: bytes, encoding: str) -> None:
        self.data = data
        self.encoding = encoding
        # Of bytes, unlike text, these are all the ends that ``splitlines`` knows.
        self._starts = [0, *accumulate(map(len, data.splitlines(keepends=True)))]
        if data and not data.endswith((b"\r", b"\n")):
            self._starts.pop()
        self._first_column = 3 if data.startswith(b"\xef\xbb\xbf") else 0
        # A whole document may be one line with thousands of findings in it: then counting goes on from bytes that were
        # asked for before, which are kept for one line. The characters up to each are in the second list.
        self._counted: tuple[int, list[int], list[int]] = (-1, [], [])
        self._span = (0, Span(0, 0))

    def position(self, offset: int) -> Position:
        """Return where the byte at ``offset`` stands; the end of the text is a place too."""
        line = bisect_right(self._starts, offset)
        start = self._starts[line - 1]
        if line == 1:
            start = min(self._first_column, offset)
        return Position(line, self._characters(start, offset) + 1)

    def _characters(self, start: int, offset: int) -> int:
        """Return how many characters there are between the start of a line and a byte in it."""
        if self.encoding != "utf-8" or offset - start < _FAR:
            return len(self.data[start:offset].decode(self.encoding, errors="replace"))
        if self._counted[0] != start:
            self._counted = (start, [start], [0])
        _, offsets, numbers = self._counted
        near = bisect_right(offsets, offset)
        number = numbers[near - 1] + len(self.data[offsets[near - 1] : offset].decode(errors="replace"))
        # Inside of a character nothing can be counted on from.
        if offset - offsets[near - 1] >= _FAR and self.start_of_character(offset) == offset:
            offsets.insert(near, offset)
            numbers.insert(near, number)
        return number

    def offset(self, position: Position) -> int:
        """Return the byte where a position is; beyond the end of its line, the line's end."""
        line = self.line_span(position.line)
        text = self.text(line)[: position.column - 1]
        if "\ufffd" not in text:
            return line.start + len(text.encode(self.encoding))
        # It may stand for bytes that are no text, one or some of them.
        offsets = range(line.start, line.end + 1)
        behind = bisect_right(offsets, position.column, key=lambda offset: self.position(offset).column)
        return offsets[max(0, behind - 1)]

    def line_at(self, offset: int) -> Span:
        """Return the bytes of the line that a byte is in, the line's end included."""
        line = bisect_right(self._starts, offset)
        return Span(self._starts[line - 1], self._starts[line] if line < len(self._starts) else len(self.data))

    def line_span(self, line: int) -> Span:
        """Return the bytes of a line (from 1) without its end."""
        if self._span[0] != line:
            start = self._first_column if line == 1 else self._starts[line - 1]
            end = self._starts[line] if line < len(self._starts) else len(self.data)
            self._span = (line, Span(start, start + len(self.data[start:end].rstrip(b"\r\n"))))
        return self._span[1]

    def line_text(self, line: int) -> str:
        """Return the text of a line (from 1) without its end."""
        return self.text(self.line_span(line))

    def text(self, span: Span) -> str:
        """Return the text of a span."""
        return self.data[span.start : span.end].decode(self.encoding, errors="replace")

    def start_of_character(self, offset: int) -> int:
        """Return where the character begins that the byte at ``offset`` is in."""
        while self.encoding == "utf-8" and offset > 0 and b"\x80" <= self.data[offset : offset + 1] < b"\xc0":
            offset -= 1
        return offset
