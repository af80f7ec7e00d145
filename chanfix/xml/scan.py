"""One pass over the bytes of a well-formed text: where its elements, attributes and comments stand.

The text must have been accepted by a parser and must hold no DOCTYPE. Then markup starts at ``<`` and nowhere else,
and the expressions below cannot be misled.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from chanfix.errors import InternalError
from chanfix.named_tuple import NamedTuple
from chanfix.xml.span import Span

__all__ = ["AttributeSpan", "ElementSpan", "Scan", "scan", "scan_attributes"]

_SLASH = ord("/")
# Compiled when the first document is to be scanned: most runs scan none.
_MARKUP = rb"""(?sx)<(?:
        !--(?P<comment>.*?)-->
      | !\[CDATA\[.*?\]\]>
      | \?.*?\?>
      | /(?P<end>[^\s>]++)\s*+>
      | (?P<start>[^\s/>!?]++)[^>"']*+(?:(?:"[^"]*+"|'[^']*+')[^>"']*+)*+>
    )"""
# A long run of white space is tried once, at its beginning, and not at each of its bytes.
_ATTRIBUTE = re.compile(rb"""(?<!\s)\s++(?P<name>[^\s=]++)\s*+=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)')""")


class ElementSpan(NamedTuple):
    """Where an element stands. A self-closing element has an empty end tag right behind its start tag.

    The start tag goes from ``start`` to ``inner``, the end tag from ``outer`` to ``end``.
    """

    name: bytes
    start: int
    inner: int
    outer: int
    end: int

    @property
    def start_tag(self) -> Span:
        """The start tag."""
        return Span(self.start, self.inner)

    @property
    def end_tag(self) -> Span:
        """The end tag."""
        return Span(self.outer, self.end)

    @property
    def span(self) -> Span:
        """The element from the first byte of its start tag to the last of its end tag."""
        return Span(self.start, self.end)

    @property
    def content(self) -> Span:
        """Everything between the two tags."""
        return Span(self.inner, self.outer)

    @property
    def is_self_closing(self) -> bool:
        """Return True if the element is written as one tag."""
        return self.outer == self.end


_NOT_CLOSED = ElementSpan(b"", 0, 0, 0, 0)


class AttributeSpan(NamedTuple):
    """Where an attribute stands: its name, its value without the quotes, and the white space before it."""

    name: bytes
    span: Span
    value: Span
    with_space: Span
    quote: bytes


class Scan(NamedTuple):
    """The elements in the order of their start tags, and the comments (with their marks) in the order of the text."""

    elements: list[ElementSpan]
    comments: list[Span]


def scan(data: bytes) -> Scan:
    """Walk well-formed ``data`` once. Raises ``InternalError`` where tags do not pair up, which no parser accepts."""
    elements: list[ElementSpan] = []
    comments: list[Span] = []
    # Of each open element its place among the elements, its name, and where its start tag begins and ends.
    opened: list[tuple[int, bytes, int, int]] = []
    # What calling the class comes to without its Python function in between, which is a quarter of the time here.
    make = tuple.__new__
    for match in re.finditer(_MARKUP, data):
        start, end = match.span()
        kind = match.lastgroup
        if kind == "start":
            name = match["start"]
            if data[end - 2] == _SLASH:
                elements.append(make(ElementSpan, (name, start, end, end, end)))
            else:
                opened.append((len(elements), name, start, end))
                elements.append(_NOT_CLOSED)
        elif kind == "end":
            index, name, begin, inner = opened.pop() if opened else (0, b"", 0, 0)
            if name != match["end"]:
                raise InternalError(f"the end tag at byte {start} closes nothing")
            elements[index] = make(ElementSpan, (name, begin, inner, start, end))
        elif kind == "comment":
            comments.append(Span(start, end))
    if opened:
        raise InternalError(f"the element at byte {opened[-1][2]} is never closed")
    return Scan(elements, comments)


def scan_attributes(data: bytes, element: ElementSpan) -> Iterator[AttributeSpan]:
    """Yield the attributes of one start tag in the order in which they are written."""
    start = element.start_tag.start + 1 + len(element.name)
    for match in _ATTRIBUTE.finditer(data, start, element.start_tag.end):
        quoted = "double" if match["double"] is not None else "single"
        yield AttributeSpan(
            name=match["name"],
            span=Span(match.start("name"), match.end()),
            value=Span(*match.span(quoted)),
            with_space=Span(*match.span()),
            quote=b'"' if quoted == "double" else b"'",
        )
