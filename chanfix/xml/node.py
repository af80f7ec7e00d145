"""One element of a document, with what a template makes uncertain about it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lxml import etree

from chanfix.xml.holes import Arm, Unknown, Where
from chanfix.xml.scan import AttributeSpan, ElementSpan, scan_attributes
from chanfix.xml.span import Span

if TYPE_CHECKING:
    from chanfix.xml.document import Document

__all__ = ["Node"]


# An element keeps its children that were asked for by name, but for one with very many.
_MOST_KEPT = 64


class Node:
    """One element of a document. Two nodes of one element are equal."""

    __slots__ = ("_element", "_firsts", "document")

    def __init__(self, element: etree._Element, document: Document) -> None:
        self._element = element
        self.document = document
        self._firsts: dict[object, Node] | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Node) and self._element is other._element

    def __hash__(self) -> int:
        return hash(self._element)

    def __repr__(self) -> str:
        return f"<Node {self.tag}>"

    @property
    def tag(self) -> str:
        """The element's name, with its namespace in braces in front if it has one."""
        return str(self._element.tag)

    @property
    def text(self) -> str:
        """All text inside the element, as XPath's ``string()`` has it: without comments."""
        element = self._element
        if self.document.mask and self.document.holes_in(self.place.content):
            return Unknown(self.document.text(self.place.content))
        if not len(element):
            return element.text or ""
        return str(element.xpath("string()"))

    @property
    def attributes(self) -> dict[str, str]:
        """The attributes that are written and their values, entities resolved."""
        return {str(name): self._known(str(name), str(value)) for name, value in self._element.attrib.items()}

    @property
    def parent(self) -> Node | None:
        """The element around this one."""
        parent = self._element.getparent()
        return None if parent is None else Node(parent, self.document)

    def get(self, name: str) -> str | None:
        """Return the value of an attribute, entities resolved; ``Unknown`` where a hole may change it or bring it."""
        value = self._element.get(name)
        if self.document.mask is None:
            return value
        if value is not None:
            return self._known(name, value)
        unknown = self.attribute_hole
        return Unknown(self.document.text(unknown)) if unknown else None

    def _known(self, name: str, value: str) -> str:
        """Return a value, or what is written in its place when a hole is in it or it may not be there at all."""
        if self.document.mask is None or (place := self.attribute_place(name)) is None:
            return value
        if self._arm != self.document.arm_at(place.span.start):
            return Unknown(self.document.text(place.span))
        return Unknown(self.document.text(place.value)) if self.document.holes_in(place.value) else value

    @property
    def attribute_hole(self) -> Span | None:
        """The first hole in the start tag that may bring attributes which are not written."""
        holes = self.document.holes_in(self.place.start_tag) if self.document.mask else ()
        return next((hole.span for hole in holes if hole.where is Where.TAG and hole.is_output), None)

    @property
    def _arm(self) -> Arm | None:
        return self.document.arm_at(self.place.span.start) if self.document.mask else None

    @property
    def arms(self) -> tuple[Arm, ...]:
        """The arms of a template's blocks that the element is in, the outermost first."""
        return self.document.mask.arms_at(self.place.span.start) if self.document.mask else ()

    @property
    def is_made_up(self) -> bool:
        """Return True if the element is not in the text and stands in the place of a hole, as around a patch."""
        if self.document.mask is None:
            return False
        start = self.place.start
        return bool(self.document.holes_in(Span(start, start + 1)))

    @property
    def has_unknown_children(self) -> bool:
        """Return True if a hole right inside the element may bring child elements, or is the name of one."""
        return self.document.mask is not None and self._element in self.document._open_elements

    @property
    def has_holes_beside_values(self) -> bool:
        """Return True if a hole in the element is more than a part of some attribute's value."""
        return self.document.mask is not None and any(
            hole.where not in (Where.VALUE, Where.ASIDE) for hole in self.document.holes_in(self.place.span)
        )

    @property
    def is_conditional(self) -> bool:
        """Return True if the element may be missing, or be there many times, while its parent is there."""
        parent = self.parent if self.document.mask else None
        return parent is not None and not self.is_there_with(parent)

    def is_there_with(self, other: Node) -> bool:
        """Return True if this element is there whenever the other one is: no block is around this one alone."""
        return self.arms == other.arms[: len(self.arms)]

    def excludes(self, other: Node) -> bool:
        """Return True if two elements are never there together: they stand in different arms of one block."""
        mask = self.document.mask
        return mask is not None and mask.are_apart(self._arm, other._arm)

    def children(self, *tags: str) -> list[Node]:
        """Return the child elements, or those of some names."""
        document = self.document
        return [Node(child, document) for child in self._element.iterchildren(*(tags or (etree.Element,)))]

    def child(self, tag: str) -> Node | None:
        """Return the first child element of that name."""
        if self._firsts is None:
            # lxml counts the children each time that it is asked how many there are.
            if len(self._element) > _MOST_KEPT:
                found = next(self._element.iterchildren(tag), None)
                return None if found is None else Node(found, self.document)
            # To look for one name takes lxml as long as to go through a few children.
            document = self.document
            self._firsts = {child.tag: Node(child, document) for child in self._element.iterchildren(reversed=True)}
        return self._firsts.get(tag)

    @property
    def ancestors(self) -> Iterator[Node]:
        """The elements around this one, the innermost first."""
        return (Node(around, self.document) for around in self._element.iterancestors())

    def descendants(self, *tags: str) -> Iterator[Node]:
        """Yield the elements of these names below this one, and this one."""
        for found in self._element.iter(*tags):
            yield Node(found, self.document)

    @property
    def place(self) -> ElementSpan:
        """Where the element stands."""
        return self.document._element_span(self._element)

    @property
    def comments(self) -> list[Span]:
        """Where the comments inside the element stand."""
        inside, comments = self.place.content, self.document.comments
        first = bisect_left(comments, Span(inside.start, inside.start))
        return comments[first : bisect_left(comments, Span(inside.end, inside.end))]

    @property
    def attribute_places(self) -> list[AttributeSpan]:
        """Where the attributes stand, namespace declarations among them, in the order in which they are written."""
        return list(scan_attributes(self.document.markup, self.place))

    def attribute_place(self, name: str) -> AttributeSpan | None:
        """Return where an attribute without a namespace stands."""
        wanted = name.encode(self.document.encoding)
        attributes = scan_attributes(self.document.markup, self.place)
        return next((found for found in attributes if found.name == wanted), None)
