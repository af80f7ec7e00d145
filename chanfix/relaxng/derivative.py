"""What is left of a RELAX NG pattern when a part of a document has been read, and what may or must come then.

This is the algebra of James Clark's "An algorithm for RELAX NG validation"
(https://relaxng.org/jclark/derivative.html); in place of its ``After`` each step returns pairs.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from chanfix.relaxng.pattern import (
    EMPTY,
    MEMORY,
    NOT_ALLOWED,
    TEXT,
    Choice,
    Data,
    Group,
    Interleave,
    Named,
    OneOrMore,
    Pattern,
    Sort,
    Value,
    choice,
    group,
    interleave,
    one_or_more,
)

__all__ = ["accepts", "close", "is_nullable", "lacking", "leaves", "names", "required", "step"]

# The answers about texts of at most so many characters are remembered.
_WORD = 32


@lru_cache(maxsize=MEMORY)
def is_nullable(pattern: Pattern) -> bool:
    """Return True if nothing at all is enough."""
    match pattern:
        case Choice(parts):
            return any(map(is_nullable, parts))
        case Group(parts) | Interleave(parts):
            return all(map(is_nullable, parts))
        case OneOrMore(inner):
            return is_nullable(inner)
        case _:
            return pattern is EMPTY or pattern is TEXT


@lru_cache(maxsize=MEMORY)
def step(pattern: Pattern, sort: Sort, name: str) -> tuple[tuple[Pattern, Pattern], ...]:
    """Return what an element or an attribute of that name may hold here, each with what may come behind it."""
    match pattern:
        case Choice(parts):
            return tuple(dict.fromkeys(found for part in parts for found in step(part, sort, name)))
        case Group(parts) | Interleave(parts):
            return tuple(_steps(pattern, parts, sort, name))
        case OneOrMore(inner):
            more = choice(pattern, EMPTY)
            return tuple((inside, group(rest, more)) for inside, rest in step(inner, sort, name))
        case Named():
            is_ours = pattern.sort == sort and pattern.is_called(name)
            return ((pattern.inside, EMPTY),) if is_ours and pattern.inside is not NOT_ALLOWED else ()
        case _:
            return ()


def _steps(
    pattern: Group | Interleave, parts: tuple[Pattern, ...], sort: Sort, name: str
) -> Iterator[tuple[Pattern, Pattern]]:
    is_ordered = isinstance(pattern, Group) and sort == "element"
    join = group if isinstance(pattern, Group) else interleave
    for index, part in enumerate(parts):
        before = () if is_ordered else parts[:index]
        for inside, rest in step(part, sort, name):
            yield inside, join(*before, rest, *parts[index + 1 :])
        if is_ordered and not is_nullable(part):
            return


@lru_cache(maxsize=MEMORY)
def close(pattern: Pattern, missing: Pattern = NOT_ALLOWED) -> Pattern:
    """Return what is left when no more attributes come; ``missing`` stands for those that did not."""
    match pattern:
        case Named(sort="attribute"):
            return missing
        case Choice(parts):
            return choice(*(close(part, missing) for part in parts))
        case Group(parts):
            return group(*(close(part, missing) for part in parts))
        case Interleave(parts):
            return interleave(*(close(part, missing) for part in parts))
        case OneOrMore(inner):
            return one_or_more(close(inner, missing))
        case _:
            return pattern


def accepts(pattern: Pattern, text: str) -> bool:
    """Return True if a text alone satisfies a pattern: the value of an attribute, or the content of an element."""
    if is_nullable(pattern) and not text.strip():
        return True
    return _takes_word(pattern, text) if len(text) <= _WORD else _takes(pattern, text)


def _takes(pattern: Pattern, text: str) -> bool:
    match pattern:
        case Choice(parts):
            return any(_takes(part, text) for part in parts)
        case Group(parts) | Interleave(parts):
            return any(
                _takes(part, text) and all(map(is_nullable, parts[:index] + parts[index + 1 :]))
                for index, part in enumerate(parts)
            )
        case OneOrMore(inner):
            return _takes(inner, text)
        case Value(wanted):
            return text.split() == wanted.split()
        case Data():
            return pattern.accepts(text)
        case _:
            return pattern is TEXT


def leaves(pattern: Pattern) -> Iterator[Pattern]:
    """Yield the elements, attributes, values, data types and texts of a pattern, without looking into elements."""
    match pattern:
        case Choice(parts) | Group(parts) | Interleave(parts):
            for part in parts:
                yield from leaves(part)
        case OneOrMore(inner):
            yield from leaves(inner)
        case _:
            yield pattern


@lru_cache(maxsize=MEMORY)
def names(pattern: Pattern, sort: Sort) -> frozenset[str]:
    """Return the names of the elements or attributes that a pattern knows, sooner or later.

    A grammar that takes any of several names asks for none of them: those are left out.
    """
    found = (leaf for leaf in leaves(pattern) if isinstance(leaf, Named) and leaf.sort == sort)
    return frozenset(leaf.name for leaf in found if leaf.name is not None)


def required(pattern: Pattern, sort: Sort) -> frozenset[str]:
    """Return the names of the elements or attributes that must come, whatever choice is taken."""
    match pattern:
        case Choice(parts):
            return frozenset.intersection(*(required(part, sort) for part in parts))
        case Group(parts) | Interleave(parts):
            return frozenset.union(*(required(part, sort) for part in parts))
        case OneOrMore(inner):
            return required(inner, sort)
        case _:
            return names(pattern, sort)


# Short texts come again and again: "yes", "virtio", "0x0000".
_takes_word = lru_cache(maxsize=MEMORY)(_takes)


def lacking(pattern: Pattern, sort: Sort) -> frozenset[str]:
    """Return the names of the elements or attributes of which some must come, by one choice or the other."""
    is_done = is_nullable(pattern) if sort == "element" else close(pattern) is not NOT_ALLOWED
    if is_done:
        return frozenset()
    match pattern:
        case Choice(parts) | Group(parts) | Interleave(parts):
            return frozenset.union(*(lacking(part, sort) for part in parts))
        case OneOrMore(inner):
            return lacking(inner, sort)
        case _:
            return names(pattern, sort)
