"""What the typed views of elements have in common: they read attributes and texts as values."""

from __future__ import annotations

from chanfix.domain.values import CpuSet, Flag, Known, Number, Text, Unknown, cpu_set, flag, kibibytes, number, text
from chanfix.xml.document import Node

__all__ = ["View"]


class View:
    """A view of one element. Of several children with one name the first counts, as it does for libvirt.

    ``path`` names the children down to the one that is meant, none for the element itself. A child that a template may
    bring, or that stands in a block of it, makes its values unknown.
    """

    def __init__(self, node: Node) -> None:
        self.node = node

    def _find(self, *path: str) -> Node | Unknown | None:
        node = self.node
        for tag in path:
            child = node.child(tag)
            if child is None:
                return Unknown("") if node.has_unknown_children else None
            if child.is_conditional:
                return Unknown(child.document.text(child.place.span))
            node = child
        return node

    def _last(self, tag: str) -> Node | Unknown | None:
        """Return the last child of a name, for the elements of which that one counts."""
        found = self._find(tag)
        if not isinstance(found, Node):
            return found
        last = self.node.children(tag)[-1]
        return Unknown(last.document.text(last.place.span)) if last.is_conditional else last

    def _all(self, tag: str, *path: str) -> list[Node]:
        """Return all children of one name, those that a template may leave out among them."""
        found = self._find(*path)
        return found.children(tag) if isinstance(found, Node) else []

    def _text(self, name: str, *path: str) -> Text:
        """Return the value of an attribute."""
        if self.node.document.mask is None:
            # Nothing is unknown, as in most documents.
            node = self.node
            for tag in path:
                if (child := node.child(tag)) is None:
                    return None
                node = child
            return text(node.get(name))
        found = self._find(*path)
        return text(found.get(name)) if isinstance(found, Node) else found

    def _content(self, *path: str) -> Text:
        """Return the text of an element; an empty one is none (``virXPathString``)."""
        found = self._find(*path)
        return text(found.text or None) if isinstance(found, Node) else found

    def _number(self, name: str, *path: str, base: int = 10) -> Number:
        return number(self._text(name, *path), base)

    def _flag(self, name: str, *path: str) -> Flag:
        return flag(self._text(name, *path))

    def _cpu_set(self, name: str, *path: str) -> CpuSet:
        return cpu_set(self._text(name, *path))

    def _kibibytes(self, *path: str) -> Number:
        """Return the amount of memory that is the text of an element."""
        return kibibytes(self._content(*path), self._text("unit", *path))

    def _has(self, *path: str) -> Known[bool] | Unknown:
        """Return True if the element is there."""
        found = self._find(*path)
        return found if isinstance(found, Unknown) else Known(found is not None)
