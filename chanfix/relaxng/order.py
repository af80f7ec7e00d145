"""Finds the elements whose order libxml2 refuses where the grammar itself takes any.

Where one interleave stands in another, libxml2 takes some orders for wrong ("Extra element uuid in interleave"). It
names an element then. That element is put in other places among its siblings until libxml2 accepts the document.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TypeAlias

from lxml import etree

from chanfix.relaxng.mismatch import Kind, Mismatch
from chanfix.relaxng.schema import Schema
from chanfix.xml.document import Node

__all__ = ["out_of_order"]

# How many elements are moved, and how many verdicts that may take: each is a pass over the whole document.
_MOST = 4
_VERDICTS = 120
_ELEMENTS_READ = 100_000


# An element, what it stood in, and where in that.
_Taken: TypeAlias = tuple[etree._Element, etree._Element, int]


class _EnoughError(Exception):
    """Ends a search that has asked enough."""


def out_of_order(grammar: Schema, node: Node) -> list[Mismatch]:
    """Return the elements that have to stand elsewhere for libxml2 to accept an element as a document of its own.

    Returns nothing when no other place helps, or when that takes too many verdicts to tell.
    """
    try:
        return _Search(grammar, node).found()
    except _EnoughError:
        return []


class _Search:
    def __init__(self, grammar: Schema, node: Node) -> None:
        self._grammar = grammar
        self._node = node
        self._copy = deepcopy(node._element)
        etree.strip_tags(self._copy, etree.Comment, etree.ProcessingInstruction)
        elements = self._copy.iter(etree.Element), node._element.iter(etree.Element)
        self._twins = dict(zip(*elements, strict=True))
        self._left = min(_VERDICTS, _ELEMENTS_READ // len(self._twins))

    def found(self) -> list[Mismatch]:
        """Take out what libxml2 names, one after the other, until the last one has a place; then place the others."""
        taken: list[_Taken] = []
        found: list[Mismatch] = []
        while not found:
            blamed = self._grammar.blamed(self._copy) if len(taken) < _MOST and not self._accepts() else None
            around = None if blamed is None else blamed.getparent()
            if blamed is None or around is None:
                return []
            found = self._moved(around, blamed)
            if not found:
                taken.append((blamed, around, around.index(blamed)))
                around.remove(blamed)
        for one in reversed(taken):
            if not (place := self._placed(one)):
                return []
            found = place + found
        return found

    def _moved(self, around: etree._Element, blamed: etree._Element) -> list[Mismatch]:
        """Move the element that libxml2 names, or else the sibling whose place makes libxml2 name that one."""
        for element in sorted(around.iterchildren(etree.Element), key=lambda child: child is not blamed):
            taken = element, around, around.index(element)
            around.remove(element)
            if (element is blamed or self._accepts()) and (found := self._placed(taken)):
                return found
            around.insert(taken[2], element)
        return []

    def _placed(self, taken: _Taken) -> list[Mismatch]:
        """Put an element where libxml2 accepts it, as near to its old place as can be, and return where that is."""
        element, around, index = taken
        for at in sorted(range(len(around) + 1), key=lambda place: (abs(place - index), place)):
            around.insert(at, element)
            kind = Kind.TOO_LATE if at < index else Kind.TOO_EARLY
            neighbour = next(element.itersiblings(etree.Element, preceding=kind is Kind.TOO_EARLY), None)
            if at != index and neighbour is not None and self._accepts():
                return [Mismatch(kind, Node(self._twins[element], self._node.document), str(neighbour.tag))]
            around.remove(element)
        return []

    def _accepts(self) -> bool:
        self._left -= 1
        if self._left < 0:
            raise _EnoughError
        return self._grammar.takes(self._copy)
