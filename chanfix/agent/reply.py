"""Reads one line that came from a guest, as strictly as JSON can be read. The guest is not to be trusted."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

__all__ = ["read_reply"]

# No answer of an agent comes near these.
_DEPTH = 64
_DIGITS = 40

# A string, closed or not, or a bracket. Possessive, so that no text takes more than one walk.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)


def read_reply(line: bytes) -> Mapping[str, Any]:
    """Return a reply, which holds either ``return`` or ``error``; ``ValueError`` says what is wrong with it."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8") from None
    _check_depth(text)
    reply = json.loads(
        text, parse_int=_integer, parse_float=_number, parse_constant=_constant, object_pairs_hook=_object
    )
    if "\\ud" in text.lower():
        _check_surrogates(reply)
    if not isinstance(reply, dict):
        raise ValueError("it is no JSON object")
    if ("return" in reply) == ("error" in reply):
        raise ValueError("it holds neither 'return' nor 'error', or both")
    return reply


def _check_depth(text: str) -> None:
    if text.count("[") + text.count("{") <= _DEPTH:
        return
    depth = 0
    for match in _TOKEN.finditer(text):
        if match[0] in "[{":
            depth += 1
        elif match[0] in "]}":
            depth -= 1
        if depth > _DEPTH:
            raise ValueError(f"it is nested more than {_DEPTH} deep")


def _check_surrogates(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError("it holds half a character") from None


def _integer(digits: str) -> int:
    return int(_short(digits))


def _number(digits: str) -> float:
    number = float(_short(digits))
    if not math.isfinite(number):
        raise ValueError("it holds a number without bounds")
    return number


def _constant(name: str) -> float:
    raise ValueError(f"it holds {name}, which is not JSON")


def _short(digits: str) -> str:
    if len(digits) > _DIGITS:
        raise ValueError(f"it holds a number of {len(digits)} characters")
    return digits


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("it says the same key twice")
    return found
