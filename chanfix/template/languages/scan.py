"""What the languages share in reading their text: where an expression ends, and code without its strings."""

from __future__ import annotations

import re

from chanfix.template.construct import TemplateError

__all__ = ["NEVER_CLOSED", "end_of_expression", "end_of_interpolation", "end_of_tag", "without_strings"]

NEVER_CLOSED = "this construct of the template is never closed"

_DEEPEST = 100
# A string that is never closed goes on to the end of the text, so that no byte is looked at twice.
_DOUBLE = rb'"(?:\\.|[^"\\])*(?:"|\Z)'
_SINGLE = rb"'(?:\\.|[^'\\])*(?:'|\Z)"
_CODE = re.compile(rb"[{}]|" + _DOUBLE + rb"|" + _SINGLE, re.DOTALL)
_HCL_CODE = re.compile(rb'[{}"]')
_HCL_STRING = re.compile(rb'\\.|\$\$\{|%%\{|[$%]\{|"', re.DOTALL)


def end_of_expression(data: bytes, start: int, at: int) -> int:
    """Return the byte behind the ``}`` that closes an expression; ``at`` is the first byte behind its ``{``.

    Braces are counted, those in strings are not. Raises ``TemplateError`` at ``start`` where there is no end.
    """
    depth = 1
    for match in _CODE.finditer(data, at):
        if match[0] == b"{":
            depth += 1
        elif match[0] == b"}":
            depth -= 1
            if depth == 0:
                return match.end()
    raise TemplateError(NEVER_CLOSED, start)


def end_of_interpolation(data: bytes, start: int, at: int) -> int:
    """Return the same for HashiCorp's language: in a string there may be other interpolations with strings."""
    around = [b"{"]
    while around and len(around) <= _DEEPEST:
        match = (_HCL_STRING if around[-1] == b'"' else _HCL_CODE).search(data, at)
        if match is None:
            break
        at = match.end()
        token = match[0]
        if token == b"}" or (token == b'"' and around[-1] == b'"'):
            around.pop()
        elif token == b'"':
            around.append(token)
        elif token in (b"{", b"${", b"%{"):
            around.append(b"{")
    if around:
        raise TemplateError(NEVER_CLOSED, start)
    return at


def end_of_tag(data: bytes, start: int, at: int, closing: re.Pattern[bytes], plain: bytes) -> int:
    """Return the byte behind the mark that closes a tag, where ``closing`` steps over strings.

    Where the strings do not work out, the first ``plain`` mark counts. Raises ``TemplateError`` at ``start`` where
    there is none.
    """
    if match := closing.match(data, at):
        return match.end()
    end = data.find(plain, at)
    if end < 0:
        raise TemplateError(NEVER_CLOSED, start)
    return end + len(plain)


def without_strings(code: bytes, strings: re.Pattern[bytes]) -> bytes:
    """Return code of the same length with ``_`` in the place of strings and blanks in that of comments.

    A match of the pattern is a string where it starts with a quote.
    """
    return strings.sub(lambda match: (b"_" if match[0][:1] in b"\"'`" else b" ") * len(match[0]), code)
