"""RELAX NG grammars, loaded once, and what they say of a document."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

from lxml import etree

from chanfix.errors import InternalError
from chanfix.xml.document import Node

__all__ = ["Fault", "Schema"]

# With more parts than this they are not tried one by one and two by two: each try costs a pass over all of them.
_MAX_PARTS = 12


class Fault(NamedTuple):
    """A part of an element that a grammar refuses: an attribute of ``node``, or ``node`` itself.

    ``is_second``: the element is well made, and another of its name stands beside it. ``is_unknown``: no element of its
    name is ever right there.
    """

    node: Node
    attribute: str | None = None
    is_second: bool = False
    is_unknown: bool = False


class Schema:
    """A RELAX NG grammar."""

    def __init__(self, grammar: etree.RelaxNG, path: str) -> None:
        self._grammar = grammar
        self._path = path

    @classmethod
    @lru_cache(maxsize=8)
    def load(cls, path: str) -> Schema:
        """Load a grammar and what it includes. Raises ``InternalError`` when it cannot be read."""
        try:
            return cls(etree.RelaxNG(file=path), path)
        except (etree.RelaxNGParseError, etree.XMLSyntaxError, OSError) as error:
            raise InternalError(f"the grammar {path} cannot be read: {error}") from None

    def accepts(self, node: Node) -> bool:
        """Say whether the grammar accepts an element, taken as a document of its own."""
        return self.takes(node._element)

    def takes(self, element: etree._Element) -> bool:
        """Return True if the grammar accepts a tree that is no document's, or not as it stands there."""
        return bool(self._grammar.validate(element))

    def blamed(self, root: etree._Element) -> etree._Element | None:
        """Return the element that libxml2 named when it refused a tree just now; None where it named none."""
        paths = [error.path for error in self._grammar.error_log if error.path]
        try:
            found = root.xpath(paths[-1]) if paths else []
        except etree.XPathError:
            return None
        return found[0] if isinstance(found, list) and found else None

    def faults(self, node: Node) -> list[Fault]:
        """Return the innermost parts that make the grammar refuse an element; nothing when it accepts.

        The grammar must accept each kind of element alone. libxml2's own words are no help here: where elements may
        come in any order, it blames their neighbours.
        """
        if self.accepts(node):
            return []
        children = node.children()
        known = self._known_in(node.tag)
        if unknown := [Fault(child, is_unknown=True) for child in children if child.tag not in known]:
            return unknown
        for child in children:
            if inner := self.faults(child):
                return inner
        if len(children) + len(node.attributes) > _MAX_PARTS:
            return [Fault(node)]
        tags = Counter(child.tag for child in children)
        parts = [Fault(node, name) for name in node.attributes]
        parts += [Fault(child, is_second=tags[child.tag] > 1) for child in reversed(children)]
        for some in (*combinations(parts, 1), *combinations(parts, 2)):
            if self._accepts_without(node, some):
                return list(some)
        return [Fault(node)]

    def _known_in(self, tag: str) -> frozenset[str]:
        """Return the names of the elements that an element of that name may hold in some circumstances."""
        # A document that is accepted needs none of this.
        from chanfix.relaxng.derivative import names, step
        from chanfix.relaxng.grammar import read_grammar

        opened = step(read_grammar(self._path), "element", tag)
        return frozenset().union(*(names(inside, "element") for inside, _ in opened))

    def _accepts_without(self, node: Node, parts: tuple[Fault, ...]) -> bool:
        from copy import deepcopy

        copy = deepcopy(node._element)
        twins = dict(zip(node.children(), list(copy.iterchildren(etree.Element)), strict=True))
        for part in parts:
            if part.attribute is not None:
                del copy.attrib[part.attribute]
            else:
                copy.remove(twins[part.node])
        return bool(self._grammar.validate(copy))
