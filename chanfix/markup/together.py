"""Which elements of a template can be there together, without a look at each pair of them."""

from __future__ import annotations

from itertools import islice
from typing import Generic, TypeVar

from chanfix.markup.document import Node
from chanfix.markup.mask import Arm

__all__ = ["Together"]

_T = TypeVar("_T")
# How many elements were there before one, and what is known of it.
_Entry = tuple[int, _T]


class Together(Generic[_T]):
    """Elements, each with what is known of it. Those in different arms of one block are never there together."""

    def __init__(self) -> None:
        # For each arm: of what is in it, the first element in each block that stands right in it, or in none.
        self._firsts: dict[Arm | None, dict[int | None, _Entry[_T]]] = {}
        self._number = 0

    def add(self, node: Node, known: _T) -> _T | None:
        """Add an element, and return what is known of the first one before that can be there together with it."""
        arms = node.arms
        met: list[_Entry[_T]] = []
        for arm, block in zip((None, *arms), (*(arm.block for arm in arms), None), strict=True):
            firsts = self._firsts.setdefault(arm, {})
            # What shares the block shares the arm too, or is never there with it: the next turn tells.
            met += islice((first for other, first in firsts.items() if block is None or other != block), 1)
            firsts.setdefault(block, (self._number, known))
        self._number += 1
        return min(met, key=lambda entry: entry[0])[1] if met else None
