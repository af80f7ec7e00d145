"""Directives of a template language that is not known: text between elements, where XML for machines has none.

Nothing is known of such a directive but where it stands. It may bring elements; and what stands between two of them is
taken for a block of its own, which may be there or not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from chanfix.template.construct import Block, Construct, Flow, Role
from chanfix.template.signs import DIRECTIVE_SIGNS
from chanfix.xml.document import Document
from chanfix.xml.holes import Arm
from chanfix.xml.span import Span

__all__ = ["read_directives"]

_PIECE = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|(?P<instruction><\?.*?\?>)|(?P<text>[^<]+)", re.DOTALL)


def read_directives(document: Document, blocks: Sequence[Block]) -> tuple[list[Construct], list[Block]]:
    """Return the directives of a document, and the blocks that they may make beside those that are known."""
    constructs: list[Construct] = []
    made: list[Block] = []
    for siblings in _by_parent(document):
        constructs += [Construct(span, Role.OUTPUT) for span in siblings]
        # A block of directives is within one arm of the known blocks, or around some of them.
        before: dict[Arm | None, Span] = {}
        for span in siblings:
            arm = document.arm_at(span.start)
            if arm in before:
                between = Span(before[arm].end, span.start)
                made.append(Block(between, (Arm(between, len(blocks) + len(made)),), Flow.CHOICE))
            before[arm] = span
    return constructs, made


def _by_parent(document: Document) -> Iterable[list[Span]]:
    """Return the directives right inside of each element that has any, in the order of the text."""
    found: dict[int, list[Span]] = {}
    for parent, gap in document.gaps():
        for piece in _PIECE.finditer(document.markup, gap.start, gap.end):
            span = Span(*piece.span())
            if piece["instruction"] is not None:
                found.setdefault(parent, []).append(span)
            elif piece["text"] is not None:
                found.setdefault(parent, []).extend(_directives_in(document, span))
    return found.values()


def _directives_in(document: Document, text: Span) -> Iterator[Span]:
    """Yield the directives of a text between elements: what stands between the constructs that are known."""
    ends = [text.start]
    for hole in document.holes_in(text):
        ends += hole.span.start, hole.span.end
    ends.append(text.end)
    for start, end in zip(ends[::2], ends[1::2], strict=True):
        piece = document.markup[start:end]
        if len(piece.translate(None, DIRECTIVE_SIGNS)) != len(piece):
            start += len(piece) - len(piece.lstrip())
            yield Span(start, start + len(piece.strip()))
