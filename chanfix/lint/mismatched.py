"""The place of a finding about something that a grammar does not allow."""

from __future__ import annotations

from chanfix.lint.rule import At, Part
from chanfix.relaxng.mismatch import Kind, Mismatch

__all__ = ["place_of_mismatch"]


def place_of_mismatch(mismatch: Mismatch) -> At:
    """Return the attribute, value or text that is wrong, else the start tag of the element that is."""
    match mismatch.kind:
        case Kind.UNKNOWN_ATTRIBUTE:
            return At(mismatch.node, mismatch.name, part=Part.ATTRIBUTE)
        case Kind.BAD_VALUE:
            return At(mismatch.node, mismatch.name)
        case Kind.BAD_TEXT if mismatch.text.strip() and not mismatch.node.children():
            return At(mismatch.node, part=Part.TEXT)
        case _:
            return At(mismatch.node)
