"""A place in a text for people."""

from __future__ import annotations

from chanfix.named_tuple import NamedTuple

__all__ = ["Position"]


class Position(NamedTuple):
    """Line and column from 1, the column in Unicode code points."""

    line: int
    column: int
