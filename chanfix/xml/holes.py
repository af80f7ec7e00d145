"""What stands in a text and is not its own: holes that something else fills in before anyone reads it as XML.

Nothing here knows what fills a hole, or how it was found.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum

from chanfix.named_tuple import NamedTuple
from chanfix.xml.span import Span

__all__ = ["Arm", "Hole", "Mask", "Unknown", "Where"]


class Unknown(str):
    """A value that is not known, or not known to be there: its text is what stands in its place."""

    __slots__ = ()


class Where(Enum):
    """What a hole stands in."""

    TEXT = "text"
    NAME = "name of an element"
    TAG = "tag, between or in the names of attributes"
    VALUE = "value of an attribute"
    ASIDE = "comment or processing instruction"


class Hole(NamedTuple):
    """Bytes that are not XML. With ``is_output`` there may be anything in their place, else nothing.

    Text of the hole that ``may_be_output``, there or elsewhere, is a macro or a value, not a comment.
    """

    span: Span
    where: Where
    is_output: bool
    may_be_output: bool = False


class Arm(NamedTuple):
    """Text that may be there or not; of the arms of one block only one is."""

    span: Span
    block: int


class Mask:
    """A text with its holes made good: of the same length, with the same line ends but those in a hole that is a name.

    All of it is XML. Holes are in the order of the text and apart; arms are apart or within each other.
    """

    def __init__(self, data: bytes, holes: Sequence[Hole], arms: Iterable[Arm]) -> None:
        self.data = data
        self.holes = tuple(holes)
        self._around: dict[Arm, Arm | None] = {}
        # From each offset on, up to the next, the innermost arm is this one.
        self._innermost: list[tuple[int, Arm | None]] = [(0, None)]
        around: list[Arm] = []
        for arm in sorted(arms, key=lambda arm: (arm.span.start, -arm.span.end)):
            self._leave(around, arm.span.start)
            self._around[arm] = around[-1] if around else None
            around.append(arm)
            self._innermost.append((arm.span.start, arm))
        self._leave(around, len(data) + 1)

    def _leave(self, around: list[Arm], offset: int) -> None:
        while around and around[-1].span.end <= offset:
            left = around.pop()
            self._innermost.append((left.span.end, around[-1] if around else None))

    def holes_in(self, span: Span) -> tuple[Hole, ...]:
        """Return the holes that share a byte with a span, or around the place that an empty span is."""
        first = bisect_left(self.holes, span.start, key=lambda hole: hole.span.end)
        last = bisect_left(self.holes, span.end, key=lambda hole: hole.span.start)
        return tuple(
            hole for hole in self.holes[first:last] if hole.span.start < span.end and span.start < hole.span.end
        )

    def arm_at(self, offset: int) -> Arm | None:
        """Return the innermost arm that a byte is in."""
        return self._innermost[bisect_right(self._innermost, offset, key=lambda entry: entry[0]) - 1][1]

    def arms_at(self, offset: int) -> tuple[Arm, ...]:
        """Return the arms that a byte is in, the outermost first."""
        return tuple(self._outward(self.arm_at(offset)))[::-1]

    def are_apart(self, one: Arm | None, other: Arm | None) -> bool:
        """Return True if two arms are, or are within, different arms of one block."""
        theirs = {arm.block: arm for arm in self._outward(other)}
        return any(theirs.get(arm.block, arm) != arm for arm in self._outward(one))

    def _outward(self, arm: Arm | None) -> Iterator[Arm]:
        while arm is not None:
            yield arm
            arm = self._around[arm]
