"""What the code in one construct does to the blocks of a template: the steps, in the order of the code."""

from __future__ import annotations

from chanfix.named_tuple import NamedTuple
from chanfix.template.construct import Construct, Flow, Role
from chanfix.xml.span import Span

__all__ = ["FUNCTION", "Steps", "again", "output_and_open"]

FUNCTION = "function"
"""The word of a block that is a function: what jumps in it leaves the function alone."""


class _Step(NamedTuple):
    at: int
    role: Role
    flow: Flow = Flow.ONCE
    word: str = ""
    joins: bool = False


class Steps:
    """The steps of one construct. A block that the construct both opens and closes is not among them.

    ``blocks`` are the words of the blocks that are open where the construct stands; it is kept up to date.
    """

    def __init__(self, blocks: list[str]) -> None:
        self.blocks = blocks
        self._steps: list[_Step] = []
        # Where the steps that open a block stand in the list.
        self._opened: list[int] = []

    def open(self, at: int, flow: Flow = Flow.CHOICE, word: str = "", *, joins: bool = False) -> None:
        """Open a block; one that ``joins`` is an arm of the block that was closed right before it."""
        self._opened.append(len(self._steps))
        self._steps.append(_Step(at, Role.OPEN, flow, word, joins))
        self.blocks.append(word)

    def close(self, at: int) -> None:
        """Close the innermost block."""
        if self.blocks:
            self.blocks.pop()
        if not self._opened:
            self._steps.append(_Step(at, Role.CLOSE))
            return
        number = self._opened.pop()
        step = self._steps.pop(number)
        if step.word == FUNCTION:
            self._steps[number:] = [step for step in self._steps[number:] if step.role is not Role.JUMP]

    def middle(self, at: int) -> None:
        """Begin another arm of the innermost block."""
        if not self._opened:
            self._steps.append(_Step(at, Role.MIDDLE))

    def again(self, at: int) -> None:
        """Begin another part of the innermost block, which may be there together with the one before."""
        if not self._opened:
            word = self.blocks[-1] if self.blocks else ""
            self.close(at)
            self.open(at + 1, word=word)
            self._opened.pop()

    def jump(self, at: int) -> None:
        """Leave a loop or the text."""
        self._steps.append(_Step(at, Role.JUMP))

    def output(self, at: int) -> None:
        """Leave text."""
        self._steps.append(_Step(at, Role.OUTPUT))

    def constructs(self, span: Span, otherwise: Role = Role.SILENT) -> list[Construct]:
        """Return a construct for each step, which share the bytes of a span; one with a role where there is no step."""
        steps: list[_Step] = []
        for step in self._steps:
            if step.joins and steps and steps[-1].role is Role.CLOSE:
                steps[-1] = _Step(steps[-1].at, Role.MIDDLE)
            elif not (steps and steps[-1].role is step.role and step.role in (Role.JUMP, Role.OUTPUT)):
                steps.append(step)
        if not steps:
            return [Construct(span, otherwise)]
        starts = [span.start, *(step.at for step in steps[1:])]
        ends = [*starts[1:], span.end]
        return [
            Construct(Span(start, end), step.role, step.flow, step.word)
            for start, end, step in zip(starts, ends, steps, strict=True)
        ]


def again(span: Span, word: str = "") -> list[Construct]:
    """Return what begins another part of a block, which may be there together with the one before."""
    return [
        Construct(Span(span.start, span.start + 1), Role.CLOSE),
        Construct(Span(span.start + 1, span.end), Role.OPEN, Flow.CHOICE, word),
    ]


def output_and_open(span: Span, flow: Flow, word: str = "") -> list[Construct]:
    """Return what leaves text of its own and opens a block."""
    return [
        Construct(Span(span.start, span.start + 1), Role.OUTPUT),
        Construct(Span(span.start + 1, span.end), Role.OPEN, flow, word),
    ]
