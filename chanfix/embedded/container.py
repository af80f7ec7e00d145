"""A container: a stretch of a file that holds one text, such as a string, a here-document or a fence."""

from __future__ import annotations

from enum import Enum

from chanfix.embedded.styles import LITERAL, Style
from chanfix.named_tuple import NamedTuple
from chanfix.xml.span import Span

__all__ = ["Container", "Kind", "with_rest"]


class Kind(Enum):
    """What a container is to its readers."""

    REST = "the rest of a file"
    FENCE = "an example in a document"
    STRING = "a string"
    BLOCK = "a here-document or a block of lines"
    OTHER = "an example that is no XML whatever stands in it, such as a diff"


class Container(NamedTuple):
    """Where the text stands, how it is written, and where that what opens it begins.

    New text with a match of ``forbidden`` cannot be written there; neither can the style's own. ``around`` is where the
    example begins whose first here-document or string this is. ``program`` is the language of an example that is one.
    """

    span: Span
    kind: Kind
    style: Style = LITERAL
    opening: int = 0
    forbidden: bytes = b""
    around: int | None = None
    program: str = ""


def with_rest(containers: list[Container], size: int) -> list[Container]:
    """Return containers in the order of the text, and what is around them as containers of their own."""
    found: list[Container] = []
    done = 0
    for container in sorted(containers, key=lambda container: container.span):
        if container.span.start < done:
            continue
        if container.opening > done:
            found.append(Container(Span(done, container.opening), Kind.REST, opening=done))
        found.append(container)
        done = container.span.end
    if done < size:
        found.append(Container(Span(done, size), Kind.REST, opening=done))
    return found
