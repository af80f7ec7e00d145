"""What stands in a region and is not its XML: what a document leaves to its reader, and line ends for a program."""

from __future__ import annotations

import re
from collections.abc import Sequence

from chanfix.embedded.container import Container, Kind
from chanfix.template.construct import Construct, Role
from chanfix.xml.span import Span

__all__ = ["holes_in"]

# Three dots for what is left out; "<vm-name>" and "<NAME>" in a value, or as all of an element that ends with another
# name. A word in small letters there may be an element that lacks its "/", but for one in italics or bold in AsciiDoc.
_NAME = rb"(?:[A-Z][A-Z0-9]*|[A-Za-z][A-Za-z0-9]*(?:[ _-][A-Za-z0-9]+)+)"
_LEFT_OUT = re.compile(
    rb"""(?P<dots>(?<![\w./])(?:\[?\.{3,}\]?|\[?\xe2\x80\xa6\]?)(?![\w./]))
    |=\s*(?P<quote>["'])[^"'<>]*+(?P<value><[A-Za-z][^<>"'=/]*+>(?:[^<>"']*<[A-Za-z][^<>"'=/]*+>)*)[^"'<>]*(?P=quote)
    |(?<=>)[^<>]*+(?P<text><(?P<name>%s)>)(?=(?:[^\w<>][^<>]*)?</(?!(?P=name)\s*>))
    |(?<=[_*])(?P<stressed><[A-Za-z][^<>/]*>)(?=[_*])"""
    % _NAME,
    re.VERBOSE,
)
# AsciiDoc's numbers of remarks, at the end of a line; a comment's mark may hide them from other readers.
_CALLOUT = re.compile(rb"(?<=[ \t])(?:(?://|\#|--|;;)[ \t]*+)?(?:<(?:\d{1,2}|\.)>[ \t]*+|(?!))++(?=\r?$)", re.MULTILINE)
# A string of a shell script has "\n" for printf and the like.
_LINE_END = re.compile(rb">(?P<gap>(?:\s++|\\[nrt]|\\(?=\r?\n)|(?!))++)(?=<)")


def holes_in(data: bytes, container: Container, holes: Sequence[Construct]) -> list[Construct]:
    """Return the holes of a region: those that its language fills in, and what its reader knows not to be XML."""
    found = list(holes)
    if container.kind in (Kind.REST, Kind.FENCE):
        for match in _LEFT_OUT.finditer(data):
            group = next(name for name in ("dots", "value", "text", "stressed") if match[name])
            found.append(Construct(Span(*match.span(group)), Role.OUTPUT))
        found += [Construct(Span(*match.span()), Role.SILENT) for match in _CALLOUT.finditer(data)]
    if b"\\" in data:
        gaps = (Span(*match.span("gap")) for match in _LINE_END.finditer(data))
        found += [Construct(gap, Role.SILENT) for gap in gaps if b"\\" in data[gap.start : gap.end]]
    return sorted(found, key=lambda hole: hole.span)
