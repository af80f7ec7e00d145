"""What a measure gives: lines of the table, and series for the plot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Result", "Row"]


@dataclass(frozen=True)
class Row:
    """One line of the table: ``ratio`` is what ``target`` is about, and ``reached`` whether it is met."""

    measure: str
    ours: str
    theirs: str
    ratio: str
    target: str
    reached: bool


@dataclass(frozen=True)
class Result:
    """What came of one measure; ``series`` are seconds by size and ``stacks`` seconds by part, for the pictures."""

    rows: tuple[Row, ...]
    series: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    stacks: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
