"""Edits of bytes, and the constructors that write in the local layout.

A constructor keeps what its surroundings do: the quote of an attribute, the indentation and newline of a neighbour.
Where a hole may bring the attribute that is to be changed, the edit is one of that hole, which nobody may make.
"""

from __future__ import annotations

import re
from enum import IntEnum

from chanfix.named_tuple import NamedTuple
from chanfix.xml.document import Document, Node
from chanfix.xml.holes import Unknown
from chanfix.xml.layout import NEWLINE, Layout, begins_line, indent_of, layout_beside, quote_near, start_of_blank
from chanfix.xml.span import Span

__all__ = [
    "Edit",
    "Fix",
    "Safety",
    "insert_after",
    "insert_before",
    "insert_first",
    "remove_attribute",
    "remove_comment",
    "remove_element",
    "rename_attribute",
    "rename_element",
    "replace_in_attribute",
    "set_attribute",
    "set_text",
    "take_element",
]

_BLANKS = re.compile(rb"[ \t]*")
_REST_OF_LINE = re.compile(rb"[ \t]*(?=\r|\n|\Z)")
# It begins on the line of what it follows, and may end on a later one.
_TRAILING_COMMENT = re.compile(rb"(?:[ \t]*<!--(?>.*?-->)|(?!))++(?=[ \t]*(?:\r|\n|\Z))", re.DOTALL)


class Safety(IntEnum):
    """What a fix may change for the user; filtering is one comparison.

    ``SAFE``: libvirt and the guest see the same, or the document was certainly broken. ``UNSAFE``: the guest's devices
    change. ``DISPLAY``: what is wrong is known, what was wanted is not; shown, never applied.
    """

    DISPLAY = 0
    UNSAFE = 1
    SAFE = 2


class Edit(NamedTuple):
    """Puts ``new`` in the place of the bytes of ``span``."""

    span: Span
    new: bytes


class Fix(NamedTuple):
    """Edits that land together or not at all; ``title`` is an imperative sentence without a full stop."""

    title: str
    safety: Safety
    edits: tuple[Edit, ...]


def set_attribute(node: Node, name: str, value: str, *, after: str | None = None) -> Edit:
    """Set an attribute: the value alone when it is there, else a new attribute behind ``after`` or the last one."""
    document = node.document
    place = node.attribute_place(name)
    if place is not None:
        return Edit(place.value, _escape(document, value, place.quote))
    if hole := node.attribute_hole:
        return Edit(hole, b"")
    behind = (node.attribute_place(after) if after else None) or next(reversed(node.attribute_places), None)
    element = node.place
    at = behind.span.end if behind else element.start_tag.start + 1 + len(element.name)
    quote = behind.quote if behind else quote_near(node)
    new = b" " + document.encode(name) + b"=" + quote + _escape(document, value, quote) + quote
    return Edit(Span(at, at), new)


def replace_in_attribute(node: Node, name: str, old: str, new: str) -> list[Edit]:
    """Replace a part of an attribute's value wherever it occurs outside of holes; every other byte stays as written."""
    place = node.attribute_place(name)
    if place is None:
        raise ValueError(f"{node!r} has no attribute {name}")
    document = node.document
    value, start = node.get(name) or "", place.value.start
    written = document.data[start : place.value.end]
    # What stands in a reference is not the value's: "0" is not in "&#10;".
    parts = re.finditer(rb"&[^;]*;|(%b)" % re.escape(document.encode(old)), written)
    spans = [Span(start + part.start(), start + part.end()) for part in parts if part[1]]
    if not isinstance(value, Unknown) and len(spans) < value.count(old):
        # Some of it is written with references: the whole value has to be written.
        return [set_attribute(node, name, value.replace(old, new))]
    new_part = _escape(document, new, place.quote)
    return [Edit(span, new_part) for span in spans if not document.holes_in(span)]


def remove_attribute(node: Node, name: str) -> Edit:
    """Remove an attribute that is there, and the white space before it."""
    place = node.attribute_place(name)
    if place is None and (hole := node.attribute_hole):
        return Edit(hole, b"")
    if place is None:
        raise ValueError(f"{node!r} has no attribute {name}")
    return Edit(place.with_space, b"")


def set_text(node: Node, text: str) -> Edit:
    """Replace all that stands between the tags of an element. Raises ``ValueError`` if it has one tag only."""
    place = node.place
    if place.is_self_closing:
        raise ValueError(f"{node!r} has no place for a text")
    written = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return Edit(place.content, node.document.encode(written))


def rename_element(node: Node, name: str) -> tuple[Edit, ...]:
    """Give an element another name, in its start tag and in its end tag."""
    place, new = node.place, node.document.encode(name)
    starts = [place.start_tag.start + 1]
    if not place.is_self_closing:
        starts.append(place.content.end + 2)
    return tuple(Edit(Span(start, start + len(place.name)), new) for start in starts)


def rename_attribute(node: Node, name: str, new: str) -> Edit:
    """Give an attribute that is there another name."""
    place = node.attribute_place(name)
    assert place is not None
    return Edit(Span(place.span.start, place.span.start + len(place.name)), node.document.encode(new))


def remove_element(node: Node) -> Edit:
    """Remove an element, and its own lines when nothing else stands on them. Comments stay, also those inside it."""
    data = node.document.data
    whole = take_element(node)
    before, behind = data[whole.span.start : node.place.span.start], data[node.place.span.end : whole.span.end]
    comments = [data[comment.start : comment.end] for comment in node.comments]
    return Edit(whole.span, b"".join(before + comment + behind for comment in comments))


def take_element(node: Node) -> Edit:
    """Remove an element that is put in elsewhere, with all that is in it, and its own lines as ``remove_element``."""
    span = node.place.span
    return Edit(_own_lines(node.document.data, span) or span, b"")


def remove_comment(document: Document, comment: Span) -> Edit:
    """Remove a comment, and its own lines when nothing else stands on them, or the blanks between it and the rest."""
    data = document.data
    start = start_of_blank(data, comment.start)
    if lines := _own_lines(data, comment):
        return Edit(lines, b"")
    if _end_of_blank(data, comment.end) is not None:
        return Edit(Span(start, comment.end), b"")
    blanks = _BLANKS.match(data, comment.end) if begins_line(data, start) else None
    return Edit(Span(comment.start, blanks.end() if blanks else comment.end), b"")


def _own_lines(data: bytes, span: Span) -> Span | None:
    """Return the lines that a span has for itself, the last line's end included."""
    start = start_of_blank(data, span.start)
    end = _end_of_blank(data, span.end)
    if begins_line(data, start) and end is not None and (newline := NEWLINE.match(data, end)):
        return Span(start, newline.end())
    return None


def insert_after(sibling: Node, element: Node) -> Edit:
    """Insert a copy of ``element`` behind ``sibling`` and the comment that follows on the same line."""
    document = sibling.document
    layout = layout_beside(sibling)
    at = _behind_comment(document.data, sibling.place.span.end, layout)
    return Edit(Span(at, at), layout.newline + layout.indent + _write(document, element, layout, layout.indent))


def insert_before(sibling: Node, element: Node) -> Edit:
    """Insert a copy of ``element`` in front of ``sibling``."""
    document = sibling.document
    layout = layout_beside(sibling)
    at = sibling.place.span.start
    return Edit(Span(at, at), _write(document, element, layout, layout.indent) + layout.newline + layout.indent)


def insert_first(parent: Node, element: Node) -> list[Edit]:
    """Insert a copy of ``element`` as the first child of ``parent``, which may be self-closing.

    A comment that follows on the line of the start tag is about the parent, and stays there.
    """
    document = parent.document
    place = parent.place
    outer = layout_beside(parent)
    inner = outer.indent + outer.unit
    written = outer.newline + inner + _write(document, element, outer, inner)
    if not place.is_self_closing:
        at = _behind_comment(document.data, place.start_tag.end, outer)
        if place.content.is_empty:
            written += outer.newline + outer.indent
        return [Edit(Span(at, at), written)]
    tag = document.data[place.start_tag.start : place.start_tag.end]
    slash = Span(place.start_tag.start + len(tag[:-2].rstrip()), place.start_tag.end)
    return [Edit(slash, b">" + written + outer.newline + outer.indent + _end_tag(place.name))]


def _behind_comment(data: bytes, at: int, layout: Layout) -> int:
    """Return where a new line may begin behind a tag: not between the tag and the comment that ends its line."""
    comment = _TRAILING_COMMENT.match(data, at) if layout.newline else None
    return comment.end() if comment else at


def _end_tag(name: bytes) -> bytes:
    return b"</" + name + b">"


def _write(document: Document, element: Node, layout: Layout, indent: bytes) -> bytes:
    """Write an element that holds elements only, in a layout; its first line is not indented.

    One of the same document is copied as it stands, comments and all, and only its indentation changes.
    """
    if element.document is document:
        return _with_indentation(element, indent)
    name = document.encode(element.tag)
    tag = b"<" + name
    for attribute, value in element.attributes.items():
        tag += b" " + document.encode(attribute) + b"="
        tag += layout.quote + _escape(document, value, layout.quote) + layout.quote
    children = element.children()
    if not children:
        return tag + layout.closing
    inner = indent + layout.unit
    lines = [layout.newline + inner + _write(document, child, layout, inner) for child in children]
    return tag + b">" + b"".join(lines) + layout.newline + indent + _end_tag(name)


def _with_indentation(element: Node, indent: bytes) -> bytes:
    data = element.document.data
    span = element.place.span
    old = indent_of(data, element) or b""
    lines = data[span.start : span.end].splitlines(keepends=True)
    return lines[0] + b"".join(
        indent + line[len(old) :] if line.startswith(old) and line.strip() else line for line in lines[1:]
    )


def _escape(document: Document, value: str, quote: bytes) -> bytes:
    """Escape a value for an attribute; white space that a parser would normalise becomes references."""
    value = value.replace("&", "&amp;").replace("<", "&lt;")
    value = value.replace('"', "&quot;") if quote == b'"' else value.replace("'", "&apos;")
    value = value.replace("\t", "&#9;").replace("\n", "&#10;").replace("\r", "&#13;")
    return document.encode(value)


def _end_of_blank(data: bytes, at: int) -> int | None:
    """Return where the blanks behind ``at`` end, if the line ends there too."""
    rest = _REST_OF_LINE.match(data, at)
    return rest.end() if rest else None
