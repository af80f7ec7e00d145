"""Parts of sentences that several messages share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

__all__ = ["did_you_mean", "nearest", "plural", "some_of"]


def nearest(word: str, known: Iterable[str], *, most: int = 1, likeness: float = 0.6) -> list[str]:
    """Return the known words that are most like a word, the most similar first; ``likeness`` is between 0 and 1."""
    from difflib import get_close_matches  # not needed by a run without a mistake

    return get_close_matches(word, list(known), most, likeness)


def did_you_mean(word: str, known: Iterable[str], otherwise: str | None = None, *, most: int = 1) -> str | None:
    """Return a hint that names the known words most like a word, or ``otherwise`` if none is like it."""
    near = nearest(word, known, most=most)
    return "did you mean " + " or ".join(f"'{each}'" for each in near) + "?" if near else otherwise


def plural(number: int, noun: str, nouns: str | None = None) -> str:
    """Return a number with its noun, as ``1 file`` and ``2 files``; ``nouns`` if the plural takes more than an s."""
    return f"{number} {noun if number == 1 else nouns or f'{noun}s'}"


def some_of(names: Sequence[str], most: int) -> str:
    """Return a list of names that ends in ``and N more`` when there are more than ``most``."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")
