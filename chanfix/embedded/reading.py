"""From a region to a document: its text with holes, in a domain of its own where it is a device without one."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import partial

from chanfix.embedded.holes import holes_in
from chanfix.embedded.regions import Outer, Region
from chanfix.embedded.styles import read
from chanfix.errors import InputError
from chanfix.named_tuple import NamedTuple
from chanfix.position import Position
from chanfix.template import read_document
from chanfix.template.construct import Construct, Role
from chanfix.xml.bounds import refuse_size
from chanfix.xml.document import Document
from chanfix.xml.edit import Edit
from chanfix.xml.origin import Origin, Piece
from chanfix.xml.span import LineIndex, Span

__all__ = ["RegionOrigin", "idle_directives", "read_region", "written_back"]

# A fragment stands in a domain of which nothing else is known, as the devices of a stylesheet do.
_AROUND_DEVICE = (b"<domain type=''><devices>\n", b"</devices></domain>")
_AROUND_DEVICES = (b"<domain type=''>\n", b"</domain>")

# A suppression in the line above a region, in whatever marks a comment has there.
_DIRECTIVE = re.compile(
    rb"^[ \t>]*+(?:<!--|\#+|//+|/\*+|\*|--|;+|%+|\.\.|\{\#|rem\b)[ \t]*(?P<text>chanfix:[^\r\n]*)",
    re.IGNORECASE | re.MULTILINE,
)
# A parser names the line of the start tag that a wrong end tag should match.
_LINE = re.compile(r"\bline (\d{1,7})\b")
_END_OF_COMMENT = re.compile(rb"\s*(?:--+>?|\*/|\#\}).*", re.DOTALL)


class _Frame(NamedTuple):
    """What stands in front of a region's text and behind it in its document, and no place of the file has.

    With ``is_planned`` edits are made whether they can be written or not: whether they can shows in the end.
    """

    head: bytes = b""
    tail: bytes = b""
    pieces: tuple[Piece, ...] = ()
    holes: tuple[Construct, ...] = ()
    is_planned: bool = False


class RegionOrigin(Origin):
    """The file that a region stands in, its part of that, and what may be written into it."""

    def __init__(self, region: Region, frame: _Frame, pieces: Sequence[Piece]) -> None:
        outer = region.outer
        super().__init__(outer.data, outer.encoding, pieces)
        self.region = region
        self.frame = frame

    @property
    def lines(self) -> LineIndex:
        """The line index of the file, which all its regions share."""
        return self.region.outer.lines

    def edit(self, edit: Edit) -> Edit | None:
        """Return an edit of the document as one of the file; None where it cannot be written there."""
        region, head = self.region, len(self.frame.head)
        start, end = edit.span.start - head, edit.span.end - head
        if self.frame.is_planned:
            return edit
        if not region.is_literal or not 0 <= start <= end <= len(region.data):
            return None
        style, forbidden = region.container.style, region.container.forbidden
        if any(pattern and re.search(pattern, edit.new) for pattern in (style.forbidden, forbidden)):
            return None
        return Edit(Span(region.span.start + start, region.span.start + end), edit.new)


def read_region(region: Region, *, is_planned: bool = False) -> Document:
    """Return the document that a region is. Its places lead to the file. Raises ``InputError`` with a place there.

    With ``is_planned`` its edits are a plan: ``documents.with_domain`` refuses those that cannot be written.
    """
    return _document(region, _frame(region)._replace(is_planned=is_planned))


def written_back(document: Document) -> bytes:
    """Return the text of a region's document as it is to stand in the file: without what is around it."""
    origin = document.origin
    if not isinstance(origin, RegionOrigin):
        return document.data
    return document.data[len(origin.frame.head) : len(document.data) - len(origin.frame.tail)]


def _document(region: Region, frame: _Frame) -> Document:
    data = frame.head + region.data + frame.tail
    size = len(frame.head)
    pieces = [*frame.pieces, *(piece._replace(start=piece.start + size) for piece in region.pieces)]
    if frame.tail:
        pieces.append(Piece(size + len(region.data), Span(region.span.end, region.span.end), is_copy=False))
    origin = RegionOrigin(region, frame, pieces)
    holes = [*frame.holes, *(_moved(hole, size) for hole in region.holes)]
    if frame.tail:
        span = Span(len(data) - len(frame.tail), len(data))
        holes.append(Construct(span, Role.SILENT, instead=frame.tail))
    try:
        document = _parse(data, region.name, holes)
    except InputError as error:
        if error.position is not None:
            offset = LineIndex(data, region.outer.encoding).offset(error.position)
            error.position = _position(origin, offset)
        error.message = _LINE.sub(lambda match: f"line {_line(origin, data, int(match[1]))}", error.message)
        raise
    for reading in document.readings:
        reading.origin = origin
    document.reread = partial(_reread, region, frame)
    return document


def _position(origin: Origin, offset: int) -> Position:
    """Return the place in the file of a byte of a region's text, or of the end of that."""
    return origin.lines.position(origin.span(Span(offset, offset + 1)).start)


def _line(origin: Origin, data: bytes, number: int) -> int:
    """Return the line of the file in which a line of a region's text begins."""
    lines = data.splitlines(keepends=True)
    return _position(origin, sum(map(len, lines[: number - 1]))).line


def _parse(data: bytes, name: str, holes: Sequence[Construct]) -> Document:
    if not holes:
        return read_document(data, name)
    from chanfix.template.reading import read_template

    refuse_size(data)
    return read_template(data, name, known=holes)


def _reread(region: Region, frame: _Frame, data: bytes) -> Document:
    """Read the text of a region again after an edit, in the file with that edit."""
    text = data[len(frame.head) : len(data) - len(frame.tail)]
    start, end = region.span
    outer = Outer(region.outer.data[:start] + text + region.outer.data[end:], region.outer.encoding)
    reading = read(text, start, region.container.style)
    span = Span(start, start + len(text))
    holes = holes_in(text, region.container, reading.holes)
    return _document(region._replace(outer=outer, span=span, data=text, pieces=reading.pieces, holes=holes), frame)


def _moved(hole: Construct, by: int) -> Construct:
    return hole._replace(span=Span(hole.span.start + by, hole.span.end + by))


def _frame(region: Region) -> _Frame:
    head, pieces, holes = b"", [], []
    if directive := _directive_above(region):
        text = region.outer.data[directive.start : directive.end]
        marks = b"<!-- ", b" -->\n"
        begin = len(marks[0])
        pieces = [
            Piece(0, Span(directive.start, directive.start), is_copy=False),
            Piece(begin, directive, is_copy=True),
            Piece(begin + len(text), Span(directive.end, directive.end), is_copy=False),
        ]
        head = text.join(marks)
        holes = [Construct(Span(0, len(head)), Role.SILENT, instead=head)]
    before, behind = b"", b""
    if region.is_fragment:
        before, behind = _AROUND_DEVICES if region.data.startswith(b"<devices") else _AROUND_DEVICE
        here = Span(region.span.start, region.span.start)
        pieces.append(Piece(len(head), here, is_copy=False))
        holes.append(Construct(Span(len(head), len(head) + len(before)), Role.OUTPUT, instead=before))
    return _Frame(head + before, behind, tuple(pieces), tuple(holes))


def idle_directives(data: bytes, regions: Sequence[Region]) -> Iterator[Span]:
    """Yield the suppressions of a file that are neither in a region nor in the line above one."""
    if b"chanfix:" not in data:
        return
    used = {_directive_above(region) for region in regions}
    starts = [region.span.start for region in regions]
    for match in _DIRECTIVE.finditer(data):
        span = _without_mark(match, 0)
        before = bisect_right(starts, span.start) - 1
        is_inside = before >= 0 and span.start < regions[before].span.end
        if not is_inside and span not in used and match["text"][len(b"chanfix:") :].lstrip().startswith(b"ignore"):
            yield span


def _directive_above(region: Region) -> Span | None:
    """Return the suppression in the line above a region, or above what opens one of its containers."""
    data = region.outer.data
    for place in (region.span.start, *region.openings):
        line_end = data.rfind(b"\n", 0, place)
        line = data.rfind(b"\n", 0, max(0, line_end)) + 1
        if line_end > 0 and (match := _DIRECTIVE.match(data[line:line_end])):
            return _without_mark(match, line)
    return None


def _without_mark(match: re.Match[bytes], line: int) -> Span:
    """Return the place of a suppression without the mark that ends the comment; ``line`` is where its text begins."""
    start = line + match.start("text")
    return Span(start, start + len(_END_OF_COMMENT.sub(b"", match["text"])))
