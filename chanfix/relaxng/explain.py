"""Finds where a document leaves its grammar, and what would have been right there.

libxml2 names the outermost element that fails ("Extra element devices in interleave"). This walk goes along with the
document instead, keeps every reading of it that is still possible, and reports where the last one ends. Then it
carries on as if nothing had happened, so that faults that have nothing to do with each other are all found.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from typing import TypeAlias, TypeVar

from lxml import etree

from chanfix.relaxng.derivative import (
    accepts,
    close,
    is_nullable,
    lacking,
    leaves,
    names,
    required,
    step,
)
from chanfix.relaxng.grammar import read_grammar
from chanfix.relaxng.mismatch import Kind, Mismatch
from chanfix.relaxng.pattern import EMPTY, NOT_ALLOWED, TEXT, Data, Pattern, Sort, Value
from chanfix.xml.document import Node

__all__ = ["explain"]


# How many siblings an element may have jumped over and still be recognised as out of order.
_NEAR = 32

_T = TypeVar("_T")
# What the rest of an element must match, and what this way of reading it means for the element around it.
_Reading: TypeAlias = tuple[Pattern, _T]


class _EnoughError(Exception):
    """Ends a walk that has found or done enough."""


def explain(grammar: str, node: Node, *, limit: int, effort: int) -> list[Mismatch]:
    """Return up to ``limit`` faults of an element, taken as a document of its own, in the order of the text.

    ``effort`` bounds the walk: how many elements and attributes it reads, each counted once for every reading.
    """
    walk = _Walk(node, limit, effort)
    with suppress(_EnoughError):
        walk.root(read_grammar(grammar))
    return walk.found


class _Walk:
    def __init__(self, node: Node, limit: int, effort: int) -> None:
        self._node = node
        self._limit = limit
        self._effort = effort
        self.found: list[Mismatch] = []

    def root(self, start: Pattern) -> None:
        root = self._node._element
        opened = self._step([(start, None)], "element", str(root.tag))
        if opened:
            self._element(root, opened)
        else:
            self._report(Kind.UNKNOWN_ELEMENT, root, expected=names(start, "element"))

    def _element(self, element: etree._Element, readings: list[_Reading[_T]]) -> list[_T]:
        """Return what those readings mean that an element bears out; what all mean when it bears out none."""
        readings, unclosed = self._attributes(element, readings)
        if next(element.iterchildren(etree.Element), None) is None:
            return self._text(element, readings)
        return self._children(element, self._text_between(element, readings), unclosed)

    def _attributes(
        self, element: etree._Element, readings: list[_Reading[_T]]
    ) -> tuple[list[_Reading[_T]], list[_Reading[_T]]]:
        """Return what may come when no more attributes come, and what if one did; nothing when one has to."""
        at_first = readings
        has_unknown = False
        present = [str(name) for name in element.attrib]
        for name in present:
            taking = self._step(readings, "attribute", name)
            # libxml2 searches for each value: not worth it where any will do.
            is_free = all(inside is TEXT for inside, _ in taking)
            text = "" if is_free else str(element.get(name, ""))
            fitting = [reading for inside, reading in taking if accepts(inside, text)]
            if not taking:
                is_known = name in _names(at_first, "attribute")
                has_unknown = has_unknown or not is_known
                expected = _names(readings, "attribute").difference(present)
                self._report(Kind.UNKNOWN_ATTRIBUTE, element, name, expected=expected, is_known=is_known)
            elif not fitting:
                values, types = _values(inside for inside, _ in taking)
                self._report(Kind.BAD_VALUE, element, name, text, values, types)
            readings = fitting or [reading for _, reading in taking] or readings
        closed = [(rest, meaning) for pattern, meaning in readings if (rest := close(pattern)) is not NOT_ALLOWED]
        if closed:
            return closed, readings
        if not has_unknown:  # else the missing one may be there, and spelt wrong
            self._report_missing(Kind.MISSING_ATTRIBUTE, "attribute", element, readings)
        return [(close(pattern, EMPTY), meaning) for pattern, meaning in readings], []

    def _children(
        self, element: etree._Element, readings: list[_Reading[_T]], unclosed: list[_Reading[_T]]
    ) -> list[_T]:
        at_first = readings
        has_unknown = False
        children = list(element.iterchildren(etree.Element))
        passed: deque[tuple[str, list[_Reading[_T]]]] = deque(maxlen=_NEAR)
        index = 0
        while index < len(children):
            child = children[index]
            tag = str(child.tag)
            opened = self._step(readings, "element", tag)
            if opened:
                passed.append((tag, readings))
                readings = list(dict.fromkeys(self._element(child, opened)))
                index += 1
                continue
            ahead = [str(sibling.tag) for sibling in children[index + 1 : index + 1 + _NEAR]]
            if unclosed and index < _NEAR and (decided := self._decided(element, unclosed, passed, tag)):
                readings, unclosed = decided, []
                continue
            is_known = tag in _names(at_first, "element")
            if is_known and (earlier := self._earlier(passed, tag)):
                before, opened, readings = earlier
                self._report(Kind.TOO_LATE, child, before)
                self._element(child, opened)
                index += 1
                continue
            if is_known and (jump := self._later(readings, ahead, tag)):
                self._report(Kind.TOO_EARLY, child, ahead[jump - 1])
                children[index : index + 1 + jump] = [*children[index + 1 : index + 1 + jump], child]
                continue
            index += 1
            has_unknown = has_unknown or not is_known
            expected = {name for name in _names(readings, "element") if self._step(readings, "element", name)}
            self._report(Kind.UNKNOWN_ELEMENT, child, expected=frozenset(expected), is_known=is_known)
        done = [meaning for pattern, meaning in readings if is_nullable(pattern)]
        if not done and not has_unknown:
            self._report_missing(Kind.MISSING_ELEMENT, "element", element, readings)
        return done or [meaning for _, meaning in readings]

    def _decided(
        self,
        element: etree._Element,
        unclosed: list[_Reading[_T]],
        passed: Iterable[tuple[str, list[_Reading[_T]]]],
        tag: str,
    ) -> list[_Reading[_T]]:
        """Report the missing attribute with which a child would be right, and return what may come then."""
        found: dict[str, list[_Reading[_T]]] = {}
        for name in sorted(_names(unclosed, "attribute").difference(map(str, element.attrib))):
            given = [reading for _, reading in self._step(unclosed, "attribute", name)]
            closed = [(left, meaning) for pattern, meaning in given if (left := close(pattern)) is not NOT_ALLOWED]
            behind = self._along(closed, passed)
            if self._step(behind, "element", tag):
                found[name] = behind
        if found:
            name, expected = (next(iter(found)), frozenset()) if len(found) == 1 else ("", frozenset(found))
            self._report(Kind.MISSING_ATTRIBUTE, element, name, expected=expected)
        return list(dict.fromkeys(reading for behind in found.values() for reading in behind))

    def _earlier(
        self, passed: deque[tuple[str, list[_Reading[_T]]]], tag: str
    ) -> tuple[str, list[tuple[Pattern, _Reading[_T]]], list[_Reading[_T]]] | None:
        """Return the nearest sibling in front of which an element is right, what it may hold, and what may come now."""
        behind: list[tuple[str, list[_Reading[_T]]]] = []
        for sibling in reversed(passed):
            behind.insert(0, sibling)
            opened = self._step(sibling[1], "element", tag)
            if opened and (rest := self._along([reading for _, reading in opened], behind)):
                return sibling[0], opened, rest
        return None

    def _later(self, readings: list[_Reading[_T]], ahead: list[str], tag: str) -> int:
        """Return how many siblings an element has to stand behind, 0 when that does not make it right."""
        for count, sibling in enumerate(ahead, 1):
            readings = [reading for _, reading in self._step(readings, "element", sibling)]
            if not readings:
                return 0
            if self._step(readings, "element", tag):
                return count
        return 0

    def _along(
        self, readings: list[_Reading[_T]], siblings: Iterable[tuple[str, list[_Reading[_T]]]]
    ) -> list[_Reading[_T]]:
        """Return what may come behind elements, whatever they hold."""
        for tag, _ in siblings:
            readings = [reading for _, reading in self._step(readings, "element", tag)]
        return readings

    def _text(self, element: etree._Element, readings: list[_Reading[_T]]) -> list[_T]:
        """Read an element that holds no other."""
        text = _own_text(element)
        fitting = [meaning for pattern, meaning in readings if accepts(pattern, text)]
        if fitting:
            return fitting
        values, types = _values(pattern for pattern, _ in readings)
        if text.strip() or values or types:
            self._report(Kind.BAD_TEXT, element, "", text, values, types)
        else:
            self._report_missing(Kind.MISSING_ELEMENT, "element", element, readings)
        return [meaning for _, meaning in readings]

    def _text_between(self, element: etree._Element, readings: list[_Reading[_T]]) -> list[_Reading[_T]]:
        """Read the text beside the elements in an element."""
        text = _own_text(element)
        if not text.strip():
            return readings
        mixed = [reading for reading in readings if TEXT in leaves(reading[0])]
        if not mixed:
            self._report(Kind.BAD_TEXT, element, "", text)
        return mixed or readings

    def _step(self, readings: list[_Reading[_T]], sort: Sort, name: str) -> list[tuple[Pattern, _Reading[_T]]]:
        self._effort -= len(readings)
        if self._effort < 0:
            raise _EnoughError
        found = [
            (inside, (rest, meaning)) for pattern, meaning in readings for inside, rest in step(pattern, sort, name)
        ]
        return list(dict.fromkeys(found))

    def _report_missing(self, kind: Kind, sort: Sort, element: etree._Element, readings: list[_Reading[_T]]) -> None:
        needed = frozenset.intersection(*(required(pattern, sort) for pattern, _ in readings))
        for name in sorted(needed):
            self._report(kind, element, name)
        if not needed:
            lacked = frozenset.union(*(lacking(pattern, sort) for pattern, _ in readings))
            self._report(kind, element, expected=lacked)

    def _report(
        self,
        kind: Kind,
        element: etree._Element,
        name: str = "",
        text: str = "",
        expected: frozenset[str] = frozenset(),
        types: tuple[Data, ...] = (),
        *,
        is_known: bool = False,
    ) -> None:
        self.found.append(Mismatch(kind, Node(element, self._node.document), name, text, expected, types, is_known))
        if len(self.found) == self._limit:
            raise _EnoughError


def _own_text(element: etree._Element) -> str:
    """Return the text in an element without what its children hold; comments split it, and are not part of it."""
    return (element.text or "") + "".join(child.tail or "" for child in element)


def _names(readings: Iterable[_Reading[_T]], sort: Sort) -> frozenset[str]:
    return frozenset().union(*(names(pattern, sort) for pattern, _ in readings))


def _values(patterns: Iterable[Pattern]) -> tuple[frozenset[str], tuple[Data, ...]]:
    found = [leaf for pattern in patterns for leaf in leaves(pattern)]
    types = dict.fromkeys(leaf for leaf in found if isinstance(leaf, Data))
    return frozenset(leaf.text for leaf in found if isinstance(leaf, Value)), tuple(types)
