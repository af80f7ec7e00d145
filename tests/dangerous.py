"""Which characters must never reach a terminal."""

import unicodedata


def is_dangerous(character):
    """Controls, line separators, surrogates, and what turns the direction of text."""
    return (
        unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}
        or unicodedata.bidirectional(character) in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
        or character in "\u200e\u200f\u061c\ufeff"
    )
