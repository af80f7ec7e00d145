"""JSON in ASCII, as every reader takes it, and what more than one document has in it."""

from __future__ import annotations

import re
from typing import TextIO

from chanfix.xml.place import Place

__all__ = ["as_json", "dump", "range_of"]

# Backslashes and whole surrogate pairs are stepped over; what is then left of surrogates stands alone.
_LONE_SURROGATE = re.compile(r"(\\\\|\\ud[89ab]..\\ud[c-f]..)|\\ud[89a-f]..")


def as_json(value: object, *, indent: int | None = None) -> str:
    """Return a value as JSON in which a terminal finds nothing to act on: ASCII without DEL.

    A lone surrogate, as in the name of a file that is not Unicode, would make strict readers refuse all of it. In a
    log, GitHub's runner would take "##[" for a command, and Azure's agent "##vso["; they can only stand in a string,
    where the escape means the same.
    """
    import json

    text = json.dumps(value, indent=indent).replace("\x7f", "\\u007f")
    text = text.replace("##[", "##\\u005b").replace("##vso[", "##vso\\u005b")
    return _LONE_SURROGATE.sub(lambda match: match[1] or "\\ufffd", text)


def dump(value: object, stream: TextIO) -> None:
    """Write a value as one JSON document."""
    stream.write(as_json(value, indent=2) + "\n")


def range_of(place: Place) -> dict[str, object]:
    """Return from where to where a place is, for people and for programs."""
    return {
        "start": {"line": place.start.line, "column": place.start.column, "byte": place.span.start},
        "end": {"line": place.end.line, "column": place.end.column, "byte": place.span.end},
    }
