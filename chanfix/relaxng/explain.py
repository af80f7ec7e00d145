"""Finds where a document leaves its grammar, and what would have been right there.

libxml2 names the outermost element that fails ("Extra element devices in interleave"). This walk goes along with the
document instead, keeps every reading of it that is still possible, and reports where the last one ends. Then it
carries on as if nothing had happened, so that faults that have nothing to do with each other are all found.
"""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from itertools import islice
from typing import TypeAlias, TypeVar

from lxml import etree

from chanfix.relaxng.derivative import accepts, close, is_nullable, lacking, leaves, required
from chanfix.relaxng.grammar import read_grammar
from chanfix.relaxng.mismatch import Kind, Mismatch
from chanfix.relaxng.pattern import EMPTY, TEXT, Data, Pattern, Sort
from chanfix.relaxng.readings import EnoughError, Reading, Stepper, closed, names_in, values_in
from chanfix.xml.document import Node

__all__ = ["explain"]

# How many siblings an element may have jumped over and still be recognised as out of order.
_NEAR = 32

_T = TypeVar("_T")
# The siblings in front of an element that were right: their names, and the readings in front of each.
_Passed: TypeAlias = deque[tuple[str, list[Reading[_T]]]]


def explain(grammar: str, node: Node, *, limit: int, effort: int) -> list[Mismatch]:
    """Return up to ``limit`` faults of an element, taken as a document of its own, in the order of the text.

    ``effort`` bounds the walk: how many elements and attributes it reads, each counted once for every reading.
    """
    walk = _Walk(node, limit, effort)
    with suppress(EnoughError):
        walk.root(read_grammar(grammar))
    return walk.found


class _Walk:
    def __init__(self, node: Node, limit: int, effort: int) -> None:
        self._node = node
        self._limit = limit
        self._stepper = Stepper(effort)
        self.found: list[Mismatch] = []

    def root(self, start: Pattern) -> None:
        root = self._node._element
        opened = self._stepper.into([(start, None)], "element", str(root.tag))
        if opened:
            self._element(root, opened)
        else:
            self._report(Kind.UNKNOWN_ELEMENT, root, expected=names_in([(start, None)], "element"))

    def _element(self, element: etree._Element, readings: list[Reading[_T]]) -> list[_T]:
        """Return the meanings of the readings that an element bears out; all meanings when it bears out none."""
        readings, unclosed = self._attributes(element, readings)
        if next(element.iterchildren(etree.Element), None) is None:
            return self._text(element, readings)
        return self._children(element, self._text_between(element, readings), unclosed)

    def _attributes(
        self, element: etree._Element, readings: list[Reading[_T]]
    ) -> tuple[list[Reading[_T]], list[Reading[_T]]]:
        """Return the readings behind all attributes, and those in which more may come; none when one is missing."""
        at_first = readings
        has_unknown = False
        present = [str(name) for name in element.attrib]
        for name in present:
            taking = self._stepper.into(readings, "attribute", name)
            # libxml2 searches for each value: not worth it where any will do.
            is_free = all(inside is TEXT for inside, _ in taking)
            text = "" if is_free else str(element.get(name, ""))
            fitting = [reading for inside, reading in taking if accepts(inside, text)]
            if not taking:
                is_known = name in names_in(at_first, "attribute")
                has_unknown = has_unknown or not is_known
                expected = names_in(readings, "attribute").difference(present)
                self._report(Kind.UNKNOWN_ATTRIBUTE, element, name, expected=expected, is_known=is_known)
            elif not fitting:
                values, types = values_in(inside for inside, _ in taking)
                self._report(Kind.BAD_VALUE, element, name, text, values, types)
            readings = fitting or [reading for _, reading in taking] or readings
        if complete := closed(readings):
            return complete, readings
        if not has_unknown:  # else the missing one may be there, and spelt wrong
            self._report_missing(Kind.MISSING_ATTRIBUTE, "attribute", element, readings)
        return [(close(pattern, EMPTY), meaning) for pattern, meaning in readings], []

    def _children(self, element: etree._Element, readings: list[Reading[_T]], unclosed: list[Reading[_T]]) -> list[_T]:
        at_first = readings
        has_unknown = False
        waiting = deque(element.iterchildren(etree.Element))
        passed: _Passed[_T] = deque(maxlen=_NEAR)
        while waiting:
            child = waiting.popleft()
            tag = str(child.tag)
            if opened := self._stepper.into(readings, "element", tag):
                passed.append((tag, readings))
                readings = list(dict.fromkeys(self._element(child, opened)))
                continue
            is_all_passed = len(passed) < _NEAR
            if unclosed and is_all_passed and (decided := self._decided(element, unclosed, passed, tag)):
                readings, unclosed = decided, []
                waiting.appendleft(child)
                continue
            is_known = tag in names_in(at_first, "element")
            if is_known and (earlier := self._earlier(passed, tag)):
                before, opened, readings = earlier
                self._report(Kind.TOO_LATE, child, before)
                self._element(child, opened)
                continue
            ahead = [str(sibling.tag) for sibling in islice(waiting, _NEAR)]
            if is_known and (jump := self._stepper.distance(readings, ahead, tag)):
                self._report(Kind.TOO_EARLY, child, ahead[jump - 1])
                waiting.insert(jump, child)
                continue
            has_unknown = has_unknown or not is_known
            expected = (name for name in names_in(readings, "element") if self._stepper.into(readings, "element", name))
            self._report(Kind.UNKNOWN_ELEMENT, child, expected=frozenset(expected), is_known=is_known)
        done = [meaning for pattern, meaning in readings if is_nullable(pattern)]
        if not done and not has_unknown:
            self._report_missing(Kind.MISSING_ELEMENT, "element", element, readings)
        return done or [meaning for _, meaning in readings]

    def _decided(
        self, element: etree._Element, unclosed: list[Reading[_T]], passed: _Passed[_T], tag: str
    ) -> list[Reading[_T]]:
        """Report the missing attribute with which a child would be right, and return the readings in front of it."""
        found: dict[str, list[Reading[_T]]] = {}
        for name in sorted(names_in(unclosed, "attribute").difference(map(str, element.attrib))):
            given = [reading for _, reading in self._stepper.into(unclosed, "attribute", name)]
            readings = self._stepper.behind(closed(given), (sibling for sibling, _ in passed))
            if self._stepper.into(readings, "element", tag):
                found[name] = readings
        if found:
            name, expected = (next(iter(found)), frozenset()) if len(found) == 1 else ("", frozenset(found))
            self._report(Kind.MISSING_ATTRIBUTE, element, name, expected=expected)
        return list(dict.fromkeys(reading for readings in found.values() for reading in readings))

    def _earlier(
        self, passed: _Passed[_T], tag: str
    ) -> tuple[str, list[tuple[Pattern, Reading[_T]]], list[Reading[_T]]] | None:
        """Return the nearest sibling in front of which an element is right, what it may hold, and the readings then."""
        behind: deque[str] = deque()
        for sibling, readings in reversed(passed):
            behind.appendleft(sibling)
            opened = self._stepper.into(readings, "element", tag)
            if opened and (rest := self._stepper.behind([reading for _, reading in opened], behind)):
                return sibling, opened, rest
        return None

    def _text(self, element: etree._Element, readings: list[Reading[_T]]) -> list[_T]:
        """Read an element that holds no other."""
        text = _own_text(element)
        fitting = [meaning for pattern, meaning in readings if accepts(pattern, text)]
        if fitting:
            return fitting
        values, types = values_in(pattern for pattern, _ in readings)
        if text.strip() or values or types:
            self._report(Kind.BAD_TEXT, element, "", text, values, types)
        else:
            self._report_missing(Kind.MISSING_ELEMENT, "element", element, readings)
        return [meaning for _, meaning in readings]

    def _text_between(self, element: etree._Element, readings: list[Reading[_T]]) -> list[Reading[_T]]:
        """Read the text beside the elements in an element."""
        text = _own_text(element)
        if not text.strip():
            return readings
        mixed = [reading for reading in readings if TEXT in leaves(reading[0])]
        if not mixed:
            self._report(Kind.BAD_TEXT, element, "", text)
        return mixed or readings

    def _report_missing(self, kind: Kind, sort: Sort, element: etree._Element, readings: list[Reading[_T]]) -> None:
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
            raise EnoughError


def _own_text(element: etree._Element) -> str:
    """Return the text in an element without what its children hold; comments split it, and are not part of it."""
    return (element.text or "") + "".join(child.tail or "" for child in element)
