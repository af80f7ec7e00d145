"""Names a character at which XML ends where people see a blank or a quote, as word processors and web pages write."""

from __future__ import annotations

import unicodedata

__all__ = ["named", "odd_character"]

# Besides what Unicode itself calls initial and final quotes: what stands in for one.
_QUOTES = frozenset("`\u00b4\u02b9\u02ba\u2032\u2033\u2035\u2036\u201a\u201e\u301d\u301e\u301f\uff02\uff07")
_BLANKS = ("Zs", "Zl", "Zp", "Cf", "Cc")
_LONGEST_TAG = 4096


def odd_character(data: bytes, encoding: str, offset: int) -> str | None:
    """Return a sentence about the character at a byte, or None where it is neither a strange blank nor a strange quote.

    ``offset`` is where a parser gave up.
    """
    character = data[offset : offset + 4].decode(encoding, "ignore")[:1]
    before = data[max(0, offset - _LONGEST_TAG) : offset].decode(encoding, "ignore")
    opening = before.rfind("<")
    inside = before[opening:] if opening > before.rfind(">") else None
    if character and _is_blank(character) and (inside is not None or unicodedata.category(character) != "Cc"):
        return f"{named(character)} stands {_where(inside)}; XML takes a space, a tab or the end of a line there"
    if inside is None:
        return None
    # A value that a strange quote was meant to close goes on to the next real quote, and ends too late.
    quotes = (character, *(reversed(inside) if inside.endswith(("'", '"')) else ()))
    quote = next((each for each in quotes if each and _is_quote(each)), None)
    return f"{named(quote)} is no quote in XML; a value stands in ' or \"" if quote else None


def named(character: str) -> str:
    """Return a character by its number and its name in Unicode."""
    name = unicodedata.name(character, "")
    return f"U+{ord(character):04X} {name}".rstrip()


def _where(inside: str | None) -> str:
    if inside is None:
        return "outside of all elements"
    return "between the attributes" if inside.rstrip()[-1:] in ("'", '"') else "in a tag"


def _is_blank(character: str) -> bool:
    return character not in " \t\r\n" and unicodedata.category(character) in _BLANKS


def _is_quote(character: str) -> bool:
    return character in _QUOTES or unicodedata.category(character) in ("Pi", "Pf")
