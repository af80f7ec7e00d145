"""RELAX NG patterns: what a document may hold.

Equal patterns are mostly one object, so that a question about one is answered once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal, TypeAlias

__all__ = [
    "EMPTY",
    "MEMORY",
    "NOT_ALLOWED",
    "TEXT",
    "Choice",
    "Data",
    "Group",
    "Interleave",
    "Named",
    "OneOrMore",
    "Pattern",
    "Sort",
    "Value",
    "choice",
    "group",
    "interleave",
    "one_or_more",
]

# Bounds what is remembered of hostile documents; a grammar and its usual documents need a few thousand.
MEMORY = 1 << 16


class Pattern:
    """What an element or a part of it may hold; the plain ones below are ``EMPTY``, ``NOT_ALLOWED`` and ``TEXT``."""


EMPTY = Pattern()
NOT_ALLOWED = Pattern()
TEXT = Pattern()


@dataclass(frozen=True, slots=True, eq=False)
class Choice(Pattern):
    """One of several."""

    parts: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Group(Pattern):
    """All, the elements in this order."""

    parts: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Interleave(Pattern):
    """All, in any order."""

    parts: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True, eq=False)
class OneOrMore(Pattern):
    """The same once or more."""

    pattern: Pattern


Sort: TypeAlias = Literal["element", "attribute"]


@dataclass(frozen=True, eq=False)
class Named(Pattern):
    """An element or an attribute of that name, with its namespace in braces in front.

    Where the name is None, it is any of those in ``among``, and with None there, any at all.
    """

    sort: Sort
    name: str | None
    read: Callable[[], Pattern]
    among: frozenset[str] | None = None

    def is_called(self, name: str) -> bool:
        """Return True if the element or attribute may have that name."""
        return self.name == name if self.name is not None else self.among is None or name in self.among

    @cached_property
    def inside(self) -> Pattern:
        """What it holds; read late, because elements may hold themselves."""
        return self.read()


@dataclass(frozen=True, slots=True, eq=False)
class Value(Pattern):
    """One certain text; white space is not compared exactly."""

    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Data(Pattern):
    """A text of a data type. ``name`` is what the grammar calls it, ``limits`` are the type's parameters."""

    name: str
    type: str
    limits: tuple[tuple[str, str], ...]
    accepts: Callable[[str], bool]


@lru_cache(maxsize=MEMORY)
def choice(*parts: Pattern) -> Pattern:
    """Return the choice between patterns in its simplest form."""
    found = dict.fromkeys(part for part in _flat(Choice, parts) if part is not NOT_ALLOWED)
    if not found:
        return NOT_ALLOWED
    return _choice(tuple(found)) if len(found) > 1 else next(iter(found))


@lru_cache(maxsize=MEMORY)
def group(*parts: Pattern) -> Pattern:
    """Return patterns one after the other in their simplest form."""
    return _sequence(_group, tuple(_flat(Group, parts)))


@lru_cache(maxsize=MEMORY)
def interleave(*parts: Pattern) -> Pattern:
    """Return patterns in any order in their simplest form."""
    return _sequence(_interleave, tuple(_flat(Interleave, parts)))


@lru_cache(maxsize=MEMORY)
def one_or_more(pattern: Pattern) -> Pattern:
    """Return a repeated pattern in its simplest form."""
    return pattern if pattern in (EMPTY, NOT_ALLOWED) else OneOrMore(pattern)


_choice = lru_cache(maxsize=MEMORY)(Choice)
_group = lru_cache(maxsize=MEMORY)(Group)
_interleave = lru_cache(maxsize=MEMORY)(Interleave)


def _flat(kind: type[Choice | Group | Interleave], parts: tuple[Pattern, ...]) -> Iterator[Pattern]:
    for part in parts:
        if isinstance(part, kind):
            yield from part.parts
        else:
            yield part


def _sequence(make: Callable[[tuple[Pattern, ...]], Pattern], parts: tuple[Pattern, ...]) -> Pattern:
    if NOT_ALLOWED in parts:
        return NOT_ALLOWED
    found = tuple(part for part in parts if part is not EMPTY)
    if not found:
        return EMPTY
    return make(found) if len(found) > 1 else found[0]
