"""Where something stands in a file: bytes for edits, positions for people."""

from __future__ import annotations

from chanfix.named_tuple import NamedTuple
from chanfix.position import Position
from chanfix.xml.span import Span

__all__ = ["Place"]


class Place(NamedTuple):
    """Bytes and positions of a piece of text.

    ``path`` is None for the file that a report is about; ``label`` says what stands there.
    """

    span: Span
    start: Position
    end: Position
    label: str = ""
    path: str | None = None
