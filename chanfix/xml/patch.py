"""Apply edits and fixes to bytes: in one copy from left to right, with what overlaps held back."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence

from chanfix.named_tuple import NamedTuple
from chanfix.xml.edit import Edit, Fix
from chanfix.xml.span import Span

__all__ = ["Patched", "apply_edits", "apply_fixes"]


class Patched(NamedTuple):
    """The new bytes, the fixes that are in them, and the fixes that overlap one of those and have to wait."""

    data: bytes
    applied: tuple[Fix, ...]
    held_back: tuple[Fix, ...]


def apply_edits(data: bytes, edits: Iterable[Edit]) -> bytes:
    """Return ``data`` with the edits made. Raises ``ValueError`` when two of them overlap or one leaves the text."""
    parts = []
    done = 0
    for edit in sorted(edits):
        if not done <= edit.span.start <= edit.span.end <= len(data):
            raise ValueError(f"edit at {edit.span} overlaps another or leaves the text")
        parts += [data[done : edit.span.start], edit.new]
        done = edit.span.end
    parts.append(data[done:])
    return b"".join(parts)


def apply_fixes(data: bytes, fixes: Sequence[Fix]) -> Patched:
    """Apply fixes in their order; one that overlaps an earlier one is held back for the next pass.

    A fix whose edits are all made by earlier ones already counts as applied.
    """
    chosen: set[Edit] = set()
    taken: list[Span] = []
    applied, held_back = [], []
    for fix in fixes:
        new = [edit for edit in fix.edits if edit not in chosen]
        if any(_is_taken(taken, edit.span) for edit in new):
            held_back.append(fix)
            continue
        chosen.update(new)
        for edit in new:
            insort(taken, edit.span)
        applied.append(fix)
    return Patched(apply_edits(data, chosen), tuple(applied), tuple(held_back))


def _is_taken(taken: list[Span], span: Span) -> bool:
    """Return True if a span overlaps one of those taken, which are sorted and apart: then it overlaps a neighbour."""
    at = bisect_left(taken, span)
    return any(span.overlaps(other) for other in taken[max(0, at - 1) : at + 1])
