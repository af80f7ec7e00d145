"""Comparisons of values as libvirt reads them: amounts of memory with their units, sets of numbers, UUIDs."""

from __future__ import annotations

from chanfix.domain.values import Known, Text, kibibytes, text

__all__ = ["OF_SIZES", "compares", "largest", "plain", "size_of", "size_written"]

OF_SIZES = ("smaller", "larger", "no-power-of", "no-multiple-of")


def size_of(amount: Text, unit: str | None) -> int | None:
    """Return an amount in KiB, which is the unit of one that has none; None where it is not known or none at all."""
    size = kibibytes(amount, text(unit))
    return size.value if isinstance(size, Known) else None


def size_written(written: str) -> int | None:
    """Return in KiB what a row compares with, such as ``2 MiB``."""
    amount, _, unit = written.partition(" ")
    return size_of(Known(amount), unit or None)


def compares(operator: str, size: int, other: int) -> bool:
    """Return True if the comparison is true of two sizes."""
    if operator == "smaller":
        return size < other
    if operator == "larger":
        return size > other
    if other == 0:
        return False
    if operator == "no-multiple-of":
        return size % other != 0
    return size.bit_count() != 1


def largest(written: str) -> int | None:
    """Return the largest number of a set such as ``0,2-3``; None for one of another form."""
    ends = [end.strip() for part in written.split(",") for end in part.split("-")]
    return max(map(int, ends)) if all(end.isdecimal() and len(end) < 10 for end in ends) else None


def plain(written: str) -> str:
    """Return a value without capitals, hyphens and blanks."""
    return "".join(written.replace("-", "").split()).lower()
