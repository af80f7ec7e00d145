"""``chanfix.template``: a mask fits its text in every language, and what is seen through it is linted as XML is."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable

from chanfix.errors import InputError
from chanfix.template.construct import Construct, TemplateError, nest
from chanfix.template.endings import ENDINGS
from chanfix.template.languages import FINDERS
from chanfix.template.masking import mask
from chanfix.xml.decode import decode
from chanfix.xml.holes import Where
from chanfix.xml.span import Span
from fuzz.invariants import check_lint

__all__ = ["try_one"]

_LANGUAGES = {f"web{ending.ending}": ending.language or "placeholders" for ending in ENDINGS}
_LINE_END = re.compile(rb"[\r\n]")


def try_one(data: bytes) -> None:
    """Mask an input in each language, and lint it under a name of one of them."""
    for find in FINDERS.values():
        _mask(data, find)
    check_lint(data, list(_LANGUAGES)[zlib.crc32(data) % len(_LANGUAGES)])


def _mask(data: bytes, find: Callable[[bytes, str], list[Construct]]) -> None:
    try:
        text = decode(data)
        if not text.is_original:
            return
        constructs = find(data, text.encoding)
        made = mask(data, constructs, nest(constructs))
    except (InputError, TemplateError):
        return
    assert len(made.data) == len(data)
    # A name is one word, over however many lines the construct in its place goes.
    names = [hole.span for hole in made.holes if hole.where in (Where.NAME, Where.TAG)]
    assert _ends(made.data, names) == _ends(data, names)
    done = 0
    for hole in made.holes:
        assert done <= hole.span.start <= hole.span.end <= len(data)
        done = hole.span.end
        assert made.holes_in(hole.span) == (hole,)
    for offset in range(len(data) + 1):
        arm = made.arm_at(offset)
        assert arm is None or arm.span.start <= offset < arm.span.end


def _ends(data: bytes, names: list[Span]) -> list[tuple[int, bytes]]:
    return [
        (match.start(), match[0])
        for match in _LINE_END.finditer(data)
        if not any(name.start <= match.start() < name.end for name in names)
    ]
