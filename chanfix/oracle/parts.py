"""The parts of a domain that can be taken away: its elements and their attributes, each with the bytes to cut."""

from __future__ import annotations

from collections.abc import Iterator

from chanfix.lint.rule import At, Part
from chanfix.named_tuple import NamedTuple
from chanfix.xml.document import Node
from chanfix.xml.edit import Edit, set_attribute
from chanfix.xml.span import Span

__all__ = ["KINDS", "SYSTEM", "Piece", "pieces_of"]

KINDS = frozenset({"bus", "device", "mode", "model", "type"})
"""Attributes that say what an element is: without one it is something else, with other faults."""
SYSTEM = ("domain", "os", "type")
"""The path of the element that every domain has, with its architecture and machine."""

# What every domain needs. Without it there is another refusal, which says nothing of the first one.
_NEEDED = {("domain",), ("domain", "name"), ("domain", "memory"), ("domain", "os"), SYSTEM, ("domain", "devices")}
_NEEDED_ATTRIBUTES = {("domain", "type"), (*SYSTEM, "arch")}


class Piece(NamedTuple):
    """An element, one of its attributes, or the text of an element.

    ``path`` are the names from the root to it; ``cut`` are the bytes that go when it is taken away. ``is_needed`` is
    true for what every domain has.
    """

    node: Node
    path: tuple[str, ...]
    attribute: str | None
    cut: Span
    is_needed: bool = False
    is_text: bool = False

    @property
    def at(self) -> At:
        """The place of the piece for a finding: the value of an attribute, the text, or the start tag."""
        if self.is_text:
            return At(self.node, part=Part.TEXT)
        return At(self.node, self.attribute)

    @property
    def name(self) -> str:
        """The name of the element or the attribute."""
        return self.attribute or self.node.tag

    @property
    def value(self) -> str:
        """The value of an attribute, or the text of an element."""
        return (self.node.get(self.attribute) or "") if self.attribute else self.node.text

    @property
    def is_element(self) -> bool:
        """Return True if the piece is a whole element."""
        return self.attribute is None and not self.is_text

    def removal(self) -> Edit:
        """Return the edit that takes the piece away."""
        return Edit(self.cut, b"")

    def with_value(self, value: str) -> Edit:
        """Return the edit that gives an attribute or a text another value."""
        if self.attribute is not None:
            return set_attribute(self.node, self.attribute, value)
        text = value.replace("&", "&amp;").replace("<", "&lt;")
        return Edit(self.node.place.content, self.node.document.encode(text))

    @property
    def device(self) -> Node | None:
        """The device that the piece is or is in."""
        if self.path[1:2] != ("devices",) or len(self.path) <= 2:
            return None
        node: Node | None = self.node
        while node is not None and (node.parent is None or node.parent.tag != "devices"):
            node = node.parent
        return node

    @property
    def around(self) -> Piece | None:
        """The element around an element, or the one that has an attribute or a text; None for the root."""
        node = self.node.parent if self.is_element else self.node
        return None if node is None else _element(node, self.path[:-1])

    def is_inside(self, other: Piece) -> bool:
        """Return True if a piece is a part of an element."""
        return other.is_element and self.cut != other.cut and other.holds(self)

    def holds(self, other: Piece) -> bool:
        """Return True if another piece goes when this one does."""
        return self.cut.start <= other.cut.start and other.cut.end <= self.cut.end

    def attributes(self) -> list[Piece]:
        """Return the attributes of an element, in the order in which they are written, and its text as the last."""
        node, document = self.node, self.node.document
        found = []
        for place in node.attribute_places:
            name = place.name.decode(document.encoding, "replace")
            if name == "xmlns" or name.startswith("xmlns:") or ":" in name:
                continue
            path = (*self.path, name)
            found.append(Piece(node, path, name, place.with_space, path in _NEEDED_ATTRIBUTES))
        content = node.place.content
        if not node.children() and node.text.strip() and not content.is_empty:
            # An element without its text is another thing than no element.
            found.append(Piece(node, (*self.path, "text()"), None, content, is_needed=True, is_text=True))
        return found

    def children(self) -> Iterator[Piece]:
        """Yield the elements right inside an element."""
        for child in self.node.children():
            yield _element(child, (*self.path, child.tag))


def pieces_of(domain: Node) -> Piece:
    """Return a domain as a piece, which the others are in."""
    return _element(domain, (domain.tag,))


def _element(node: Node, path: tuple[str, ...]) -> Piece:
    return Piece(node, path, None, node.place.span, path in _NEEDED)
