"""Directives of a template language that is not known: text between elements, where XML for machines has none.

Nothing is known of such a directive but where it stands. It may bring elements; and what stands between two of them is
treated as a block of its own, which may be there or not. A value that is filled in between elements counts as such a
directive when it has the name of one, as ``@ELSE@``, or stands beside one. A processing instruction counts when it has.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from chanfix.named_tuple import NamedTuple
from chanfix.template.construct import Block, Construct, Flow, Role
from chanfix.template.signs import DIRECTIVE_SIGNS, may_hold_directives
from chanfix.xml.document import Document
from chanfix.xml.holes import Arm, Hole, Where
from chanfix.xml.span import Span

__all__ = ["has_directives", "read_directives"]

_PIECE = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|(?P<instruction><\?.*?\?>)|(?P<text>[^<]+)", re.DOTALL)
_BLOCK_WORD = re.compile(
    rb"(?i)(?<![a-z])(?:(?:end|else?|els)?if(?:n?def)?|(?:end)?(?:unless|case|switch|with|for(?:each)?|while|loop|block|section)"
    rb"|else|otherwise|end|fi|done|esac|when|not|begin|start|stop|true|false)(?![a-z])"
)


class _Mark(NamedTuple):
    """Text between elements. With ``is_certain`` it is a directive; without it is a value that may be one."""

    span: Span
    is_certain: bool


def has_directives(document: Document) -> bool:
    """Return False if it is certain that no directive stands between the elements of a document."""
    holes = document.mask.holes if document.mask else ()
    return may_hold_directives(document.markup) or any(_has_block_word(document, hole) for hole in holes)


def read_directives(document: Document, blocks: Sequence[Block]) -> tuple[list[Construct], list[Block]]:
    """Return the directives of a document, and the blocks that they may make beside those that are known."""
    constructs: list[Construct] = []
    made: list[Block] = []
    for marks in _by_parent(document):
        if not any(mark.is_certain for mark in marks):
            continue
        constructs += [Construct(mark.span, Role.OUTPUT) for mark in marks]
        # A block of directives is within one arm of the known blocks, or around some of them.
        before: dict[Arm | None, Span] = {}
        for span, _ in marks:
            arm = document.arm_at(span.start)
            if arm in before:
                between = Span(before[arm].end, span.start)
                made.append(Block(between, (Arm(between, len(blocks) + len(made)),), Flow.CHOICE))
            before[arm] = span
    return constructs, made


def _by_parent(document: Document) -> Iterable[list[_Mark]]:
    """Return the marks right inside of each element that has any, in the order of the text."""
    found: dict[int, list[_Mark]] = {}
    for parent, gap in document.gaps():
        for piece in _PIECE.finditer(document.markup, gap.start, gap.end):
            span = Span(*piece.span())
            if piece["instruction"] is not None and _BLOCK_WORD.search(piece["instruction"]):
                found.setdefault(parent, []).append(_Mark(span, is_certain=True))
            elif piece["text"] is not None:
                found.setdefault(parent, []).extend(_marks_in(document, span))
    return found.values()


def _marks_in(document: Document, text: Span) -> Iterator[_Mark]:
    """Yield the marks of a text between elements: the values in it, and what stands between the known constructs."""
    at = text.start
    for hole in document.holes_in(text):
        yield from _directive_in(document, Span(at, hole.span.start))
        if hole.is_output:
            yield _Mark(hole.span, _has_block_word(document, hole))
        at = hole.span.end
    yield from _directive_in(document, Span(at, text.end))


def _directive_in(document: Document, text: Span) -> Iterator[_Mark]:
    piece = document.markup[text.start : text.end]
    if len(piece.translate(None, DIRECTIVE_SIGNS)) != len(piece):
        start = text.start + len(piece) - len(piece.lstrip())
        yield _Mark(Span(start, start + len(piece.strip())), is_certain=True)


def _has_block_word(document: Document, hole: Hole) -> bool:
    is_value = hole.is_output and hole.where is Where.TEXT
    return is_value and _BLOCK_WORD.search(document.data, *hole.span) is not None
