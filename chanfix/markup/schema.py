"""RELAX NG grammars, loaded once, and what they say of a document."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

from lxml import etree

from chanfix.errors import InternalError
from chanfix.markup.document import Node

__all__ = ["Fault", "Schema"]

# With more parts than this they are not tried one by one and two by two: each try costs a pass over all of them.
_MAX_PARTS = 12


class Fault(NamedTuple):
    """A part of an element that a grammar refuses: an attribute of ``node``, or ``node`` itself.

    ``is_second``: the element is well made, and another of its name stands beside it.
    """

    node: Node
    attribute: str | None = None
    is_second: bool = False


class Schema:
    """A RELAX NG grammar."""

    def __init__(self, grammar: etree.RelaxNG) -> None:
        self._grammar = grammar

    @classmethod
    @lru_cache(maxsize=8)
    def load(cls, path: str) -> Schema:
        """Load a grammar and what it includes. Raises ``InternalError`` when it cannot be read."""
        try:
            return cls(etree.RelaxNG(file=path))
        except (etree.RelaxNGParseError, etree.XMLSyntaxError, OSError) as error:
            raise InternalError(f"the grammar {path} cannot be read: {error}") from None

    def accepts(self, node: Node) -> bool:
        """Say whether the grammar accepts an element, taken as a document of its own."""
        return bool(self._grammar.validate(node._element))

    def faults(self, node: Node) -> list[Fault]:
        """Return the innermost parts that make the grammar refuse an element; nothing when it accepts.

        The grammar must accept each kind of element alone. libxml2's own words are no help here: where elements may
        come in any order, it blames their neighbours.
        """
        if self.accepts(node):
            return []
        children = node.children()
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
