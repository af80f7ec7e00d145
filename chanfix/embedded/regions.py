"""Regions: the stretches of a file that are whole domains, stylesheets for them, or devices of one.

They are found by what they are, in whatever text they stand: from a start tag that only libvirt's XML has to the end
tag that matches. A device counts where nothing else stands beside it, as in an example or in a string of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from chanfix.embedded.container import Container, Kind, with_rest
from chanfix.embedded.heredocs import find_heredocs
from chanfix.embedded.languages import Language
from chanfix.embedded.styles import STYLES, Reading, read
from chanfix.template.construct import Construct, Role
from chanfix.xml.origin import Piece
from chanfix.xml.span import LineIndex, Span

__all__ = ["MOST_REGIONS", "Outer", "Region", "find_regions", "holes_in"]

MOST_REGIONS = 1000
"""So many regions of a file are read."""

# libvirt's virDomainVirtType (``src/conf/domain_conf.c``); a domain of any other type is another tool's.
DOMAIN_TYPES = frozenset(
    (
        *(b"qemu", b"kvm", b"kqemu", b"hvf", b"test", b"hyperv", b"bhyve", b"lxc", b"openvz", b"parallels", b"phyp"),
        *(b"uml", b"vbox", b"vmware", b"vz", b"xen"),
    )
)
_NAMES = rb"domainsnapshot|domain|channel|controller|devices|(?:[\w.-]+:)?(?:stylesheet|transform)"
_TOKEN = re.compile(
    rb"""(?P<comment><!--)|(?P<uncomment>-->)|</(?P<end>%s)\s*>
    |<(?P<start>%s)(?=[\s/>])(?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+(?P<close>/?>)?"""
    % (_NAMES, _NAMES),
    re.VERBOSE,
)
_TYPE = re.compile(rb"""\btype\s*=\s*["'`]?(?:\xe2\x80.|\xc2.)?(?P<type>[\w-]*)(?P<more>[^\s"'>]?)""")
_FRAGMENTS = (b"channel", b"controller", b"devices")
# What may stand between devices and before and behind them.
_NOTHING = re.compile(rb"(?:\s++|<!--.*?-->|<\?xml[^>]*\?>|\.\.\.|\xe2\x80\xa6)*+", re.DOTALL)
_ELLIPSIS = re.compile(rb"(?<![\w./])(?:\[?\.{3,}\]?|\[?\xe2\x80\xa6\]?)(?![\w./])")
# What begins each line of a comment or of a quotation.
_MARK = re.compile(rb"[ \t]*(?P<mark>\#+|//+[!/]?|--|;+|\*|>|%+|\|)[ \t]*")
_CHANGED = re.compile(rb"^[+-]\s*<", re.MULTILINE)
_STYLESHEET = b"XSL/Transform"
_FILLER = b"\x01"


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
    for itself in the file. ``opening`` is where the container of the region begins, None for all but the first in it.
    ``name`` is the file's where the file itself may be a template.
    """

    outer: Outer
    span: Span
    data: bytes
    pieces: Sequence[Piece]
    holes: Sequence[Construct]
    container: Container
    is_fragment: bool = False
    is_literal: bool = True
    opening: int | None = None
    name: str = ""


class _Found(NamedTuple):
    name: bytes
    span: Span

    @property
    def is_fragment(self) -> bool:
        return self.name in _FRAGMENTS


def find_regions(outer: Outer, language: Language) -> Iterator[Region]:
    """Yield the regions of a file, in its order."""
    for container in _containers(outer.data, language.name):
        start, end = container.span
        raw = outer.data[start:end]
        if b"<" in raw or b"003" in raw:
            yield from _regions(outer, container, read(raw, start, container.style))


def _containers(data: bytes, language: str) -> list[Container]:
    # Each family of languages is learnt when the first file of it comes by.
    match language:
        case "markdown" | "restructuredtext" | "asciidoc" | "org" | "text":
            from chanfix.embedded.lines import find_examples

            return with_rest(list(find_examples(data, language)), len(data))
        case "yaml":
            from chanfix.embedded.lines import find_blocks

            return with_rest(list(find_blocks(data)), len(data))
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


def _regions(outer: Outer, container: Container, reading: Reading) -> Iterator[Region]:
    text = _without_holes(reading)
    found = list(_find(text))
    if any(one.is_fragment for one in found) and (container.kind is Kind.REST or not _is_alone(text, found)):
        found = [one for one in found if not one.is_fragment]
    opening: int | None = container.opening
    for one in found:
        if _CHANGED.search(text, *one.span):
            continue
        data, pieces, holes = reading.part(one.span)
        span = _span_of(pieces, len(data))
        marks = _marks_of_lines(outer.data, span) if container.kind in (Kind.REST, Kind.FENCE) else []
        holes = holes_in(data, container, [*holes, *marks])
        is_literal = len(pieces) == 1 and not marks
        yield Region(outer, span, data, pieces, holes, container, one.is_fragment, is_literal, opening)
        opening = None


def holes_in(data: bytes, container: Container, holes: Sequence[Construct]) -> list[Construct]:
    """Return the holes of a region; in a document three dots stand for what is left out."""
    if container.kind not in (Kind.REST, Kind.FENCE):
        return list(holes)
    dots = [Construct(Span(*match.span()), Role.OUTPUT) for match in _ELLIPSIS.finditer(data)]
    return sorted([*holes, *dots], key=lambda hole: hole.span)


def _without_holes(reading: Reading) -> bytes:
    """Return the text with nothing in its holes that looks like a tag or a quote."""
    if not reading.holes:
        return reading.data
    parts, done = [], 0
    for hole in reading.holes:
        parts += [reading.data[done : hole.span.start], _FILLER * (hole.span.end - hole.span.start)]
        done = hole.span.end
    return b"".join([*parts, reading.data[done:]])


def _find(text: bytes) -> Iterator[_Found]:
    """Yield what is of libvirt, in the order of the text. What never ends is nothing."""
    name, start, depth, is_comment = b"", 0, 0, False
    for token in _TOKEN.finditer(text):
        if token["comment"] or token["uncomment"]:
            is_comment = bool(name and token["comment"])
        elif is_comment:
            continue
        elif opened := token["start"]:
            # A domain holds no other: one that begins in one shows that the first has no end.
            is_new = not name or (opened == b"domain" and name in (b"domain", *_FRAGMENTS))
            if is_new and _begins(opened, token[0]):
                name, start, depth = opened, token.start(), 0
            if opened == name:
                depth += 1
            if token["close"] == b"/>" and opened == name:
                depth -= 1
        elif token["end"] == name:
            depth -= 1
        if name and depth == 0:
            if _is_ours(name, text[start : token.end()]):
                yield _Found(name, Span(start, token.end()))
            name = b""


def _begins(name: bytes, tag: bytes) -> bool:
    """Return True if a start tag may be one of libvirt's."""
    if name in (b"domainsnapshot", b"channel", b"devices"):
        return True
    if name not in (b"domain", b"controller"):
        return _STYLESHEET in tag
    written = _TYPE.search(tag)
    if written is None:
        return False
    is_known = written["type"] in DOMAIN_TYPES if name == b"domain" else written["type"] == b"virtio-serial"
    return is_known or (name == b"domain" and bool(written["more"]) and not written["type"])


def _is_ours(name: bytes, text: bytes) -> bool:
    if name == b"channel":
        return b"<target" in text
    return name != b"devices" or b"<channel" in text


def _is_alone(text: bytes, found: Sequence[_Found]) -> bool:
    """Return True if nothing stands beside what was found."""
    done = 0
    for one in (*found, _Found(b"", Span(len(text), len(text)))):
        rest = _NOTHING.match(text, done, one.span.start)
        if rest is None or rest.end() != one.span.start:
            return False
        done = one.span.end
    return True


def _span_of(pieces: Sequence[Piece], size: int) -> Span:
    """Return the bytes of the file from the first to the last byte of a text."""
    last = pieces[-1]
    return Span(pieces[0].source.start, last.source.start + size - last.start if last.is_copy else last.source.end)


def _marks_of_lines(data: bytes, span: Span) -> list[Construct]:
    """Return the marks that begin all lines of a region but the first, as those of a comment or a quotation."""
    line = data.rfind(b"\n", 0, span.start) + 1
    mark = _MARK.fullmatch(data, line, span.start)
    if mark is None:
        return []
    again = re.compile(rb"[ \t]*" + re.escape(mark["mark"]) + rb"[ \t]?|[ \t]*(?=\r?\n)")
    marks: list[Construct] = []
    at = data.find(b"\n", *span) + 1
    while at:
        match = again.match(data, at, span.end)
        if match is None:
            return []
        marks.append(Construct(Span(match.start() - span.start, match.end() - span.start), Role.SILENT))
        at = data.find(b"\n", at, span.end) + 1
    return [mark for mark in marks if not mark.span.is_empty]
