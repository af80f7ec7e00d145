"""Values to try in the place of one that may be at fault."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chanfix.oracle.parts import Piece

__all__ = ["near_values"]

_NUMBER = re.compile(r"(0x)?([0-9a-fA-F]{1,16})")
_PAIRS = (("yes", "no"), ("on", "off"))


def near_values(piece: Piece) -> Iterator[str]:
    """Yield a few values that are near the one of an attribute or a text."""
    value = piece.value.strip()
    for one, other in _PAIRS:
        if value in (one, other):
            yield other if value == one else one
            return
    if (match := _NUMBER.fullmatch(value)) and (match[1] or value.isdecimal()):
        base = 16 if match[1] else 10
        number = int(match[2], base)
        for near in dict.fromkeys((number + 1, number - 1, 0, 1, number * 2, number // 2, 8)):
            if near >= 0 and near != number:
                yield f"0x{near:x}" if match[1] else str(near)
        return
    if piece.path == ("domain", "type"):
        yield "qemu"
    elif value:
        yield f"{value}1"
        yield "a"
