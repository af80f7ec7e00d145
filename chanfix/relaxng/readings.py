"""The ways in which an element can still be read, and the steps from one part of it to the next.

A reading is a pair: the pattern that the rest of the element must match, and what this way of reading the element means
for the element around it, which is a reading of that one in turn.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias, TypeVar

from chanfix.relaxng.derivative import close, leaves, names, step
from chanfix.relaxng.pattern import NOT_ALLOWED, Data, Pattern, Sort, Value

__all__ = ["EnoughError", "Reading", "Stepper", "closed", "names_in", "values_in"]

_T = TypeVar("_T")
Reading: TypeAlias = tuple[Pattern, _T]


class EnoughError(Exception):
    """Ends a walk that has found or done enough."""


class Stepper:
    """Takes steps until an effort is made; then it raises ``EnoughError``."""

    def __init__(self, effort: int) -> None:
        self._effort = effort

    def into(self, readings: list[Reading[_T]], sort: Sort, name: str) -> list[tuple[Pattern, Reading[_T]]]:
        """Return what an element or attribute of that name may hold now, each with the reading behind it."""
        self._effort -= len(readings)
        if self._effort < 0:
            raise EnoughError
        found = [
            (inside, (rest, meaning)) for pattern, meaning in readings for inside, rest in step(pattern, sort, name)
        ]
        return list(dict.fromkeys(found))

    def behind(self, readings: list[Reading[_T]], tags: Iterable[str]) -> list[Reading[_T]]:
        """Return the readings behind elements of these names, whatever the elements hold."""
        for tag in tags:
            readings = [reading for _, reading in self.into(readings, "element", tag)]
        return readings

    def distance(self, readings: list[Reading[_T]], tags: Iterable[str], wanted: str) -> int:
        """Return behind how many of these elements one of the wanted name is right, 0 when it is behind none."""
        for count, tag in enumerate(tags, 1):
            readings = self.behind(readings, [tag])
            if self.into(readings, "element", wanted):
                return count
        return 0


def closed(readings: Iterable[Reading[_T]]) -> list[Reading[_T]]:
    """Return the readings in which no more attributes have to come, as they are when none does."""
    return [(rest, meaning) for pattern, meaning in readings if (rest := close(pattern)) is not NOT_ALLOWED]


def names_in(readings: Iterable[Reading[_T]], sort: Sort) -> frozenset[str]:
    """Return the names of the elements or attributes that may come in some reading, sooner or later."""
    return frozenset().union(*(names(pattern, sort) for pattern, _ in readings))


def values_in(patterns: Iterable[Pattern]) -> tuple[frozenset[str], tuple[Data, ...]]:
    """Return the values and the data types that patterns of texts name."""
    found = [leaf for pattern in patterns for leaf in leaves(pattern)]
    types = dict.fromkeys(leaf for leaf in found if isinstance(leaf, Data))
    return frozenset(leaf.text for leaf in found if isinstance(leaf, Value)), tuple(types)
