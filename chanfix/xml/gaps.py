"""What stands between elements: gaps, and the elements that holes of a template are right inside of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chanfix.xml.holes import Hole, Where
from chanfix.xml.scan import ElementSpan
from chanfix.xml.span import Span

__all__ = ["gaps", "open_elements"]


def gaps(elements: Sequence[ElementSpan]) -> Iterator[tuple[int, Span]]:
    """Yield the places right inside elements that have children: between, before and behind the children.

    Each comes with the byte at which its element starts. Comments and processing instructions stand in gaps.
    """
    around: list[tuple[ElementSpan, int | None]] = []
    ahead = iter(elements)
    element = next(ahead, None)
    while element is not None or around:
        if around and (element is None or around[-1][0].end <= element.start):
            left, behind = around.pop()
            if behind is not None:
                yield left.start, Span(behind, left.outer)
            continue
        if element is None:
            return
        if around:
            parent, behind = around[-1]
            yield parent.start, Span(parent.inner if behind is None else behind, element.start)
            around[-1] = parent, element.end
        around.append((element, None))
        element = next(ahead, None)


def open_elements(elements: Sequence[ElementSpan], holes: Sequence[Hole]) -> set[int]:
    """Return the numbers of the elements that may have children which are not written.

    A hole right inside such an element brings output, or is the name of a child.
    """
    found: set[int] = set()
    around: list[int] = []
    ahead = 0
    for hole in holes:
        if not hole.is_output or hole.where not in (Where.TEXT, Where.NAME, Where.TAG):
            continue
        while ahead < len(elements) and elements[ahead].start < hole.span.start:
            _leave(elements, around, elements[ahead].start)
            around.append(ahead)
            ahead += 1
        _leave(elements, around, hole.span.start)
        inner = around[-2:-1] if hole.where is Where.NAME else around[-1:]
        if hole.where is Where.TAG:
            # A hole that takes in the end of a start tag takes in what may be the first children.
            inner = [number for number in inner if elements[number].inner == hole.span.end]
        found.update(inner)
    return found


def _leave(elements: Sequence[ElementSpan], around: list[int], offset: int) -> None:
    """Drop the elements that end before a byte."""
    while around and elements[around[-1]].end <= offset:
        around.pop()
