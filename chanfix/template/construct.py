"""What a template is made of beside its text: constructs, and the blocks that they open and close."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

from chanfix.markup.mask import Arm
from chanfix.markup.span import Span

__all__ = ["Block", "Construct", "Flow", "Role", "TemplateError", "nest"]


# Jinja itself gives up there: Python takes no deeper indentation.
_DEEPEST = 100


class TemplateError(Exception):
    """A text is not one of the language that it was taken for; ``offset`` is the byte that shows it."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


class Role(Enum):
    """What a construct does where it stands."""

    OUTPUT = "leaves text in its place"
    SILENT = "leaves nothing"
    OPEN = "opens a block"
    MIDDLE = "begins another arm of the innermost block"
    CLOSE = "closes the innermost block"
    JUMP = "leaves a loop or the text: what follows it may be missing"


class Flow(Enum):
    """What becomes of the text in a block."""

    ONCE = "stays as it is"
    CHOICE = "one arm stays, or none"
    ELSEWHERE = "goes somewhere else, if anywhere"


class Construct(NamedTuple):
    """One construct, with its marks. ``word`` names the block of one that opens it or, for a check, closes it.

    ``instead`` is markup for its place, no longer than it is; without it where the construct stands tells.
    """

    span: Span
    role: Role
    flow: Flow = Flow.ONCE
    word: str = ""
    instead: bytes = b""


class Block(NamedTuple):
    """A block with its marks, and the text in its arms. A loop is a choice: its text may be missing."""

    span: Span
    arms: tuple[Arm, ...]
    flow: Flow


def nest(constructs: Iterable[Construct]) -> list[Block]:
    """Pair up what opens and what closes. Raises ``TemplateError`` where that does not work out."""
    blocks: list[Block] = []
    waiting: list[tuple[Construct, list[Span], int]] = []
    for construct in constructs:
        if construct.role is Role.OPEN:
            if len(waiting) == _DEEPEST:
                raise TemplateError(f"the blocks of the template are nested over {_DEEPEST} deep", construct.span.start)
            waiting.append((construct, [], construct.span.end))
        elif construct.role in (Role.MIDDLE, Role.CLOSE):
            if not waiting or (construct.word and construct.word != waiting[-1][0].word):
                raise TemplateError("this closes no block of the template", construct.span.start)
            opening, arms, start = waiting.pop()
            arms.append(Span(start, construct.span.start))
            if construct.role is Role.MIDDLE:
                waiting.append((opening, arms, construct.span.end))
                continue
            number = len(blocks)
            span = Span(opening.span.start, construct.span.end)
            blocks.append(Block(span, tuple(Arm(arm, number) for arm in arms), opening.flow))
    if waiting:
        raise TemplateError("this block of the template is never closed", waiting[-1][0].span.start)
    return blocks
