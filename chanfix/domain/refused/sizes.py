"""Comparisons of amounts of memory, which libvirt reads with their units."""

from __future__ import annotations

from chanfix.domain.values import Known, Text, kibibytes, text

__all__ = ["OPERATORS", "compares", "size_of", "size_written"]

OPERATORS = ("smaller", "larger", "no-power-of", "no-multiple-of")


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
