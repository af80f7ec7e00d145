"""How a neighbourhood is written: the indentation, the newline and the quotes that an edit goes by."""

from __future__ import annotations

import re
from collections.abc import Iterable

from chanfix.named_tuple import NamedTuple
from chanfix.xml.document import Node
from chanfix.xml.scan import scan_attributes

__all__ = ["NEWLINE", "Layout", "begins_line", "indent_of", "layout_beside", "quote_near", "start_of_blank"]

NEWLINE = re.compile(rb"\r\n|\r|\n")
_NEWLINE_BEFORE = re.compile(rb"(?:\r\n|\r|\n)\Z")


class Layout(NamedTuple):
    """How a neighbourhood is written. An empty ``newline`` means: everything on one line."""

    newline: bytes
    indent: bytes
    unit: bytes
    quote: bytes
    closing: bytes


def layout_beside(sibling: Node) -> Layout:
    """Read the layout off an element and what is around it."""
    data = sibling.document.data
    place = sibling.place
    start = start_of_blank(data, place.span.start)
    newline = _NEWLINE_BEFORE.search(data, max(0, start - 2), start)
    quote = quote_near(sibling)
    closing = _closing_near(sibling)
    if newline is None and start == 0:
        newline = NEWLINE.search(data)
    if newline is None:
        return Layout(b"", b"", b"", quote, closing)
    indent = _indent_in_text(sibling)
    if indent is None:
        indent = data[start : place.span.start]
    return Layout(newline[0], indent, _unit(sibling, indent), quote, closing)


def _unit(sibling: Node, indent: bytes) -> bytes:
    """Return by how much one level is indented more than the next: seen inside ``sibling``, else outside of it."""
    data = sibling.document.data
    for child in sibling.children()[:1]:
        inner = indent_of(data, child)
        if inner is not None and len(inner) > len(indent) and inner.startswith(indent):
            return inner[len(indent) :]
    parent = sibling.parent
    outer = _indent_in_text(parent) if parent is not None else None
    if outer is not None and len(indent) > len(outer) and indent.startswith(outer):
        return indent[len(outer) :]
    return b"  "


def _indent_in_text(node: Node) -> bytes | None:
    """Return the white space before an element, or None when something else stands before it on its line.

    Of the root it is that before its end tag: what is in front of the root may not be in the text.
    """
    data, place = node.document.data, node.place
    if node.parent is None and not place.is_self_closing:
        end = place.content.end
        start = start_of_blank(data, end)
        if start > place.content.start and begins_line(data, start):
            return data[start:end]
    return indent_of(data, node)


def indent_of(data: bytes, node: Node) -> bytes | None:
    """Return the white space before an element, or None when something else stands before it on its line."""
    at = node.place.span.start
    start = start_of_blank(data, at)
    return data[start:at] if begins_line(data, start) else None


def quote_near(node: Node) -> bytes:
    """Return the quote of the nearest attribute: of the element, inside it, before it, then around it."""
    for near in _nearest(node):
        for attribute in scan_attributes(near.document.markup, near.place):
            return attribute.quote
    return b"'"


def _closing_near(node: Node) -> bytes:
    """Return how the nearest self-closing element closes: with a blank before the slash or without."""
    for near in _nearest(node):
        place = near.place
        if place.is_self_closing:
            tag = near.document.data[place.start_tag.start : place.start_tag.end]
            return b" />" if tag[-3:-2] == b" " else b"/>"
    return b"/>"


def _nearest(node: Node) -> Iterable[Node]:
    yield node
    yield from node.children()
    parent = node.parent
    while parent is not None:
        yield from reversed(parent.children())
        yield parent
        parent = parent.parent


def begins_line(data: bytes, at: int) -> bool:
    """Return True if a line begins at a byte."""
    return at == 0 or data[at - 1 : at] in (b"\n", b"\r")


def start_of_blank(data: bytes, at: int) -> int:
    """Return where the blanks in front of a byte begin."""
    while at > 0 and data[at - 1 : at] in (b" ", b"\t"):
        at -= 1
    return at
