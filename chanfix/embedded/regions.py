"""Regions: the stretches of a file that are whole domains, stylesheets for them, or devices of one.

They are found by what they are, in whatever text they stand: from a start tag that only libvirt's XML has to the end
tag that matches. A device counts where nothing else stands beside it, as in an example or in a string of its own.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from chanfix.embedded.container import Container, Kind, with_rest
from chanfix.embedded.heredocs import find_heredocs
from chanfix.embedded.holes import holes_in
from chanfix.embedded.languages import Language
from chanfix.embedded.styles import LITERAL, STYLES, Reading, read
from chanfix.embedded.tokens import are_alone, find_xml
from chanfix.named_tuple import NamedTuple
from chanfix.template.construct import Construct
from chanfix.xml.origin import Piece
from chanfix.xml.span import LineIndex, Span

__all__ = ["MOST_REGIONS", "Outer", "Region", "find_regions"]

MOST_REGIONS = 1000
"""So many regions of a file are read."""

_MOST_HOLES = 50_000
# The end tag of libvirt's XML, or a controller, which may have none. No language writes letters in another way.
_END = re.compile(rb"/(?:[\w.-]{1,99}:)?(?:domain|channel|devices|stylesheet|transform)|controller")
# What begins each line of a comment or of a quotation.
_MARK = re.compile(rb"[ \t]*(?P<mark>\#+|//+[!/]?|--|;+|\*|>|%+|\||:)[ \t]*")
_CHANGED = re.compile(rb"^[+-]\s*<", re.MULTILINE)
_FILLER = b"\x01"
# What ends a scalar of YAML that has no quotes, or makes a key of it.
_NOT_PLAIN = rb":(?:\s|\Z)|\s#"


class Outer:
    """A file that XML stands in. ``lines`` is made when a place in it is asked for."""

    def __init__(self, data: bytes, encoding: str = "utf-8") -> None:
        self.data = data
        self.encoding = encoding

    @cached_property
    def lines(self) -> LineIndex:
        """The line index of the file."""
        return LineIndex(self.data, self.encoding)


class Region(NamedTuple):
    """XML in another file: its bytes there, the text as its reader has it, and where each byte of that stands.

    ``is_fragment`` is true for devices without their domain. ``is_literal`` is true where every byte of the text stands
    for itself in the file. ``openings`` are where the containers of the region begin, if it is the first in them.
    ``prompt`` is the mark of a shell at the beginning of the lines of an example, ``name`` is the file's where the file
    itself may be a template.
    """

    outer: Outer
    span: Span
    data: bytes
    pieces: Sequence[Piece]
    holes: Sequence[Construct]
    container: Container
    is_fragment: bool = False
    is_literal: bool = True
    openings: tuple[int, ...] = ()
    prompt: Span | None = None
    name: str = ""


def find_regions(outer: Outer, language: Language) -> Iterator[Region]:
    """Yield the regions of a file, in its order."""
    for container in _containers(outer.data, language.name):
        start, end = container.span
        raw = outer.data[start:end]
        if container.kind is not Kind.OTHER and _END.search(raw):
            yield from _regions(outer, container, read(raw, start, container.style))


def _containers(data: bytes, language: str) -> list[Container]:
    # Each family of languages is learnt when the first file of it comes by.
    match language:
        case "markdown" | "restructuredtext" | "asciidoc" | "org" | "text":
            from chanfix.embedded.lines import find_examples

            examples = (one for example in find_examples(data, language) for one in _inside(data, example))
            return with_rest(_with_heredocs(data, examples), len(data))
        case "yaml":
            from chanfix.embedded.lines import find_blocks

            found = with_rest(_with_heredocs(data, find_blocks(data)), len(data))
            return [one._replace(forbidden=_NOT_PLAIN) if one.kind is Kind.REST else one for one in found]
        case "make":
            found = with_rest(find_heredocs(data, language), len(data))
            return [one._replace(style=STYLES["make"]) if one.kind is Kind.REST else one for one in found]
    from chanfix.embedded.strings import find_strings

    around = with_rest(find_heredocs(data, language), len(data))
    found = [one for one in around if one.kind is not Kind.REST]
    for one in around:
        if one.kind is Kind.REST:
            found += find_strings(data, language, *one.span)
    return with_rest(found, len(data))


def _inside(data: bytes, example: Container) -> list[Container]:
    """Return an example, or if it is a program, its strings and what is around them."""
    start, end = example.span
    text = data[start:end]
    # What begins with a tag is XML, whatever it is called.
    if not example.program or text.lstrip().startswith(b"<"):
        return [example]
    around: int | None = example.opening
    found = []
    for one in _containers(text, example.program):
        span = Span(start + one.span.start, start + one.span.end)
        is_rest = one.kind is Kind.REST
        found.append(one._replace(span=span, opening=start + one.opening, around=None if is_rest else around))
        around = around if is_rest else None
    return found


def _with_heredocs(data: bytes, containers: Iterable[Container]) -> list[Container]:
    """Return containers with the here-documents of the commands in them as containers of their own."""
    found: list[Container] = []
    for container in containers:
        start, end = container.span
        text = data[start:end]
        around: int | None = container.opening
        inner = find_heredocs(text, "commands") if b"<<" in text and container.style is LITERAL else []
        for one in inner if container.kind is not Kind.OTHER else ():
            span, opening = Span(start + one.span.start, start + one.span.end), start + one.opening
            found.append(container._replace(span=Span(container.span.start, opening)))
            found.append(one._replace(span=span, opening=opening, around=around))
            around = None
            container = container._replace(span=Span(span.end, end), opening=span.end)
        found.append(container)
    return found


def _regions(outer: Outer, container: Container, reading: Reading) -> Iterator[Region]:
    text = _without_holes(reading)
    found = list(find_xml(text))
    if any(one.is_fragment for one in found) and (container.kind is Kind.REST or not are_alone(text, found)):
        found = [one for one in found if not one.is_fragment]
    openings: tuple[int, ...] = (container.opening,)
    if container.around is not None:
        openings = container.opening, container.around
    for one in found:
        if _CHANGED.search(text, *one.span):
            continue
        data, pieces, holes = reading.part(one.span)
        span = _span_of(pieces, len(data))
        prompt, mark = None, None
        if len(pieces) == 1 and (mark := _mark(outer.data, container, span)):
            data, pieces = _without_marks(outer.data, span, mark)
        if len(pieces) > 1 and mark:
            holes = _moved(holes, pieces)
            prompt = _prompt(outer.data, container, mark)
        holes = holes_in(data, container, holes)
        if len(holes) > _MOST_HOLES:
            continue
        is_literal = len(pieces) == 1
        yield Region(outer, span, data, pieces, holes, container, one.is_fragment, is_literal, openings, prompt)
        openings = ()


def _without_holes(reading: Reading) -> bytes:
    """Return the text with nothing in its holes that looks like a tag or a quote."""
    if not reading.holes:
        return reading.data
    parts, done = [], 0
    for hole in reading.holes:
        parts += [reading.data[done : hole.span.start], _FILLER * (hole.span.end - hole.span.start)]
        done = hole.span.end
    return b"".join([*parts, reading.data[done:]])


def _span_of(pieces: Sequence[Piece], size: int) -> Span:
    """Return the bytes of the file from the first to the last byte of a text."""
    last = pieces[-1]
    return Span(pieces[0].source.start, last.source.start + size - last.start if last.is_copy else last.source.end)


def _mark(data: bytes, container: Container, span: Span) -> Span | None:
    """Return the mark in front of a region, as that of a comment, of a quotation, or of Kotlin's margin in a string."""
    found = _MARK.fullmatch(data, data.rfind(b"\n", 0, span.start) + 1, span.start)
    if found is None or container.kind is Kind.BLOCK or (container.kind is Kind.STRING and found["mark"] != b"|"):
        return None
    return Span(*found.span("mark"))


def _prompt(data: bytes, container: Container, mark: Span) -> Span | None:
    """Return the mark that begins the lines of an example alone, not those of the document around it."""
    if container.kind is not Kind.FENCE or data[mark.start : mark.end] != b">":
        return None
    line = data.rfind(b"\n", 0, container.opening) + 1
    return None if data[line : container.opening + 1].lstrip().startswith(b">") else mark


def _without_marks(data: bytes, span: Span, mark: Span) -> tuple[bytes, list[Piece]]:
    """Return a region without the marks that begin all its lines."""
    again = re.compile(rb"[ \t]*" + re.escape(data[mark.start : mark.end]) + rb"[ \t]?|[ \t]*(?=\r?\n)")
    parts: list[bytes] = []
    pieces: list[Piece] = []
    size, at = 0, span.start
    while True:
        end = data.find(b"\n", at, span.end) + 1 or span.end
        pieces.append(Piece(size, Span(at, at), is_copy=True))
        parts.append(data[at:end])
        size += end - at
        if end == span.end:
            return b"".join(parts), pieces
        match = again.match(data, end, span.end)
        if match is None:
            return data[span.start : span.end], [Piece(0, Span(span.start, span.start), is_copy=True)]
        at = match.end()


def _moved(holes: Sequence[Construct], pieces: Sequence[Piece]) -> list[Construct]:
    """Return the holes of a text that was one piece as those of the text that is left."""
    starts = [piece.source.start for piece in pieces]
    ends = [piece.start for piece in pieces[1:]]

    def moved(offset: int) -> int:
        number = bisect_right(starts, starts[0] + offset) - 1
        moved = pieces[number].start + offset - (starts[number] - starts[0])
        return min(moved, ends[number]) if number < len(ends) else moved

    return [hole._replace(span=Span(moved(hole.span.start), moved(hole.span.end))) for hole in holes]
