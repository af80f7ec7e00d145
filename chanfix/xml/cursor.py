"""Reads where in a text a cursor is, by the tokens in front of it: the text need not be well-formed, or finished."""

from __future__ import annotations

import re
from collections import Counter
from enum import Enum

from chanfix.named_tuple import NamedTuple

__all__ = ["Cursor", "Open", "Standing", "read_before"]

# A comment, text that is no markup, an instruction or a declaration; an end tag; a start tag. Each may be unfinished.
_TOKEN = r"""(?xs)
    (?P<aside> <!--(?:.*?-->|.*\Z) | <!\[CDATA\[(?:.*?\]\]>|.*\Z) | <[?!](?:[^>]*>|.*\Z) )
  | </(?P<end> [^\s<>/]*+ )[^<>]*+(?P<end_is_done> >? )
  | <(?P<name> [^\s<>/=!?'"%{$]*+ )
     (?P<inside> (?: [^<>'"] | '[^'<]*' | "[^"<]*" | (?!) )*+ )
     (?P<rest> ['"][^<]*\Z | > | )
"""
_ATTRIBUTE = r"""([^\s='"]+)\s*=\s*(?:'([^']*)'|"([^"]*)")"""


class Standing(Enum):
    """What would be written at a place."""

    ELEMENT = "the name of an element"
    END = "the name in an end tag"
    ATTRIBUTE = "the name of an attribute"
    VALUE = "the value of an attribute"
    TEXT = "text"
    ASIDE = "nothing that a vocabulary has"


class Open(NamedTuple):
    """An element that is open at a place: its name as it is written, and the attributes in front of the place."""

    name: str
    attributes: dict[str, str]


class Cursor(NamedTuple):
    """A place in a text.

    ``around`` are the elements around it, the outermost first; where an attribute is written, the last one is the
    element that has it. ``written`` is what there is in front of the place of a name, a value or a text.
    ``attribute`` is the one whose value is written, ``quote`` the quote in front of that value.
    """

    standing: Standing
    around: tuple[Open, ...]
    written: str = ""
    attribute: str = ""
    quote: str = ""


def read_before(text: str) -> Cursor:
    """Return the place at the end of a text, which is what stands in front of a cursor."""
    around: list[Open] = []
    names: Counter[str] = Counter()
    last = 0
    for token in re.finditer(_TOKEN, text):
        last = token.end()
        if token["aside"] is not None:
            is_done = token["aside"].endswith(("-->", "]]>", ">"))
            if last == len(text) and not is_done:
                return Cursor(Standing.ASIDE, tuple(around))
        elif token["end"] is not None:
            if last == len(text) and not token["end_is_done"]:
                # Behind the name there may be white space only.
                if token.end("end") < last:
                    return Cursor(Standing.ASIDE, tuple(around))
                return Cursor(Standing.END, tuple(around), token["end"])
            # What was opened and never closed ends with what is around it.
            while names[token["end"]]:
                closed = around.pop().name
                names[closed] -= 1
                if closed == token["end"]:
                    break
        else:
            if last == len(text) and token["rest"] != ">":
                return _in_start_tag(token, around)
            if token["rest"] == ">" and not token["inside"].endswith("/"):
                around.append(_open(token))
                names[token["name"]] += 1
    return Cursor(Standing.TEXT, tuple(around), text[last:].lstrip())


def _in_start_tag(token: re.Match[str], around: list[Open]) -> Cursor:
    name, inside, rest = token["name"], token["inside"], token["rest"]
    if not inside and not rest:
        return Cursor(Standing.ELEMENT, tuple(around), name)
    here = (*around, _open(token))
    if rest:
        attribute = re.search(r"([^\s=]+)\s*=\s*\Z", inside)
        if attribute is None:
            return Cursor(Standing.ASIDE, here)
        return Cursor(Standing.VALUE, here, rest[1:], attribute[1], rest[0])
    written = re.search(r"(?:\A|[\s'\"])([^\s='\"/]*)\Z", inside)
    return Cursor(Standing.ATTRIBUTE, here, written[1]) if written else Cursor(Standing.ASIDE, here)


def _open(token: re.Match[str]) -> Open:
    found = re.finditer(_ATTRIBUTE, token["inside"])
    return Open(token["name"], {one[1]: one[2] if one[2] is not None else one[3] for one in found})
