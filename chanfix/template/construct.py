"""What a template is made of beside its text: constructs, and the blocks that they open and close."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from chanfix.named_tuple import NamedTuple
from chanfix.xml.holes import Arm
from chanfix.xml.span import Span

__all__ = ["MOST_BLOCKS", "TOO_MANY_BLOCKS", "Block", "Construct", "Flow", "Role", "TemplateError", "nest"]


# Jinja itself gives up there: Python takes no deeper indentation.
_DEEPEST = 100
MOST_BLOCKS = 2000
"""A template with more blocks is not read: what compares elements looks at the blocks around each."""

TOO_MANY_BLOCKS = f"the template has over {MOST_BLOCKS} blocks"


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


class _Open:
    """A block that is not closed yet: the arms before the present one, and where the present one starts."""

    def __init__(self, opening: Construct) -> None:
        self.opening = opening
        self.arms: list[Span] = []
        self.start = opening.span.end
        self.jumped_at: int | None = None
        self.has_jumped = False

    def jump(self, offset: int) -> None:
        """Note that what stands behind a byte, in the present arm, may be missing."""
        self.has_jumped = True
        if self.jumped_at is None:
            self.jumped_at = offset


def nest(constructs: Iterable[Construct]) -> list[Block]:
    """Pair up the constructs that open and close blocks. Raises ``TemplateError`` where that does not work out.

    The rest of an arm behind a jump, or behind a block that holds one, is a block of its own: it may be missing.
    """
    blocks: list[Block] = []
    waiting: list[_Open] = []

    def add(span: Span, arms: list[Span], flow: Flow) -> None:
        if len(blocks) == MOST_BLOCKS:
            raise TemplateError(TOO_MANY_BLOCKS, span.start)
        blocks.append(Block(span, tuple(Arm(arm, len(blocks)) for arm in arms), flow))

    for construct in constructs:
        if construct.role is Role.OPEN:
            if len(waiting) == _DEEPEST:
                raise TemplateError(f"the blocks of the template are nested over {_DEEPEST} deep", construct.span.start)
            waiting.append(_Open(construct))
        elif construct.role is Role.JUMP and waiting:
            waiting[-1].jump(construct.span.end)
        elif construct.role in (Role.MIDDLE, Role.CLOSE):
            if not waiting or (construct.word and construct.word != waiting[-1].opening.word):
                raise TemplateError("this closes no block of the template", construct.span.start)
            block = waiting[-1]
            arm = Span(block.start, construct.span.start)
            block.arms.append(arm)
            if block.jumped_at is not None:
                rest = Span(block.jumped_at, arm.end)
                add(rest, [rest], Flow.CHOICE)
                block.jumped_at = None
            block.start = construct.span.end
            if construct.role is Role.MIDDLE:
                continue
            waiting.pop()
            add(Span(block.opening.span.start, construct.span.end), block.arms, block.opening.flow)
            if block.has_jumped and waiting:
                waiting[-1].jump(construct.span.end)
    if waiting:
        raise TemplateError("this block of the template is never closed", waiting[-1].opening.span.start)
    return blocks
