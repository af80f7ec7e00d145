"""Clear-text secrets in a domain's text: where they are, and the text without them.

It works on text, so that diffs and reports can show lines of a document that were never parsed.
"""

from __future__ import annotations

import re

__all__ = ["MASK", "find_secrets", "mask_options", "mask_secrets"]

MASK = "***"
# Without any of these a text has no secret, unless letters of them are written as character references.
_HINTS = ("passw", "secret", "<cookie")
# These are compiled when the first text comes by: most runs see none. Each starts with letters, which are looked for
# many times as fast as the beginning of a word: that comes after them, looking back.
# An attribute's value holds no "<"; in a line of a document it may lack its closing quote.
_NAME = r"(?P<name>passwd(?<=\bpasswd)|value(?<=\bvalue))"
_ATTRIBUTE = _NAME + r"""\s*=\s*(?P<quote>["'])(?P<value>[^<]*?)(?=(?P=quote)|<|\Z)"""
# What is not well formed may lack quotes, or hold a "<": such a value goes to the end of its line at the most.
_UNQUOTED = r"""passwd(?<=\bpasswd)\s*=\s*(?P<value>[^\s"'>][^\s>]*)"""
_BROKEN = r"""passwd(?<=\bpasswd)\s*=\s*(?P<quote>["'])(?P<value>[^<"'\n]*<(?!/)[^\n]*?)(?=(?P=quote)|\n|\Z)"""
_COOKIE = r"(?s)<cookie\b[^<>]*(?<!/)>(?P<value>.*?)(?=</cookie|\Z)"

# QEMU writes a comma inside an option's value twice. "password=on" asks for a password and holds none.
_UNTIL_COMMA = r"(?P<value>(?:,,|[^,])+)"
_PASSWORD = rf"(?<![\w-])passw(?:or)?d=(?!(?:on|off)(?:,|\Z)){_UNTIL_COMMA}"
# A secret object's data; with a key id it is encrypted.
_IS_SECRET = r"""(?s)\s*(?:qom-type=)?secret,|.*"qom-type"\s*:\s*"secret\""""
_DATA = rf"(?<=,)data={_UNTIL_COMMA}"
_JSON_DATA = r"""(?s)"data"\s*:\s*"(?P<value>(?:\\.|[^"\\])*)"""


def mask_secrets(text: str) -> str:
    """Return a document, or lines of one, with the values of secrets as ``***``.

    Line numbers stay true. A value that began on an earlier line is known in the whole document only: mask first, then
    take lines.
    """
    return _masked(text, find_secrets(text))


def find_secrets(text: str) -> list[tuple[int, int]]:
    """Return where the values of secrets begin and end in a document, in its order and apart from each other."""
    if not any(hint in text for hint in _HINTS) and "&#" not in text:
        return []
    found = [match.span("value") for pattern in (_COOKIE, _UNQUOTED, _BROKEN) for match in re.finditer(pattern, text)]
    for match in re.finditer(_ATTRIBUTE, text):
        found += _in_attribute(match)
    return _joined(found)


def mask_options(argument: str) -> str:
    """Return an argument of QEMU's command line, entities resolved, with the values of secrets as ``***``."""
    return _masked(argument, _joined(_in_options(argument)))


def _in_options(argument: str) -> list[tuple[int, int]]:
    passwords = [match.span("value") for match in re.finditer(_PASSWORD, argument)]
    rest = _masked(argument, passwords)
    if "keyid" in rest or not re.match(_IS_SECRET, rest):
        return passwords
    return passwords + [match.span("value") for data in (_DATA, _JSON_DATA) for match in re.finditer(data, argument)]


def _in_attribute(match: re.Match[str]) -> list[tuple[int, int]]:
    whole = match.span("value")
    if match["name"] == "passwd":
        return [whole]
    from html import unescape

    argument = unescape(match["value"])
    found = _in_options(argument)
    # Where entities hide commas or quotes, the parts cannot be told apart in the text.
    if found and argument != match["value"]:
        return [whole]
    return [(whole[0] + start, whole[0] + end) for start, end in found]


def _joined(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans in their order, with those that share a character made one."""
    apart: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if apart and start < apart[-1][1]:
            start, end = apart[-1][0], max(end, apart.pop()[1])
        apart.append((start, end))
    return apart


def _masked(text: str, secrets: list[tuple[int, int]]) -> str:
    """Put a mask in the place of each line of a secret, so that there are as many lines as before."""
    parts, at = [], 0
    for start, end in secrets:
        parts += [text[at:start], re.sub(r"[^\r\n]+", MASK, text[start:end])]
        at = end
    return "".join([*parts, text[at:]])
