"""Go's text/template and html/template."""

from __future__ import annotations

import re

from chanfix.template.construct import Construct, Flow, Role, TemplateError
from chanfix.template.languages.scan import NEVER_CLOSED
from chanfix.xml.span import Span

__all__ = ["find", "looks_like_go"]

# `*+` around a choice matches nothing at all in Python 3.11.0 to 3.11.4; an atomic group does.
_CONSTRUCT = re.compile(
    rb"""\{\{-?\s*(?P<code>(?>/\*.*?\*/)\s*-?|(?>(?:"(?:\\.|[^"\\])*"|`[^`]*`|'(?:\\.|[^'\\])*'|[^"`'}]|\}(?!\}))*))\}\}""",
    re.DOTALL,
)
# Another template may define a "block" in another way.
_BLOCKS = {
    b"if": Flow.CHOICE,
    b"range": Flow.CHOICE,
    b"with": Flow.CHOICE,
    b"block": Flow.CHOICE,
    b"define": Flow.ELSEWHERE,
}
_ASSIGNMENT = re.compile(rb"\$\w+(?:\s*,\s*\$\w+)?\s*:?=(?!=)")
_OWN = re.compile(
    rb"\{\{-?\s*(?:[.$]|/\*|(?:if|range|with|block|define|template|end|else|printf?|index|len)\b[^|{}]*\}\})"
)
_JINJA = re.compile(rb"\{%|\{#")


def looks_like_go(data: bytes) -> bool:
    """Return True if a text with ``{{`` is a Go template rather than Jinja's, which never starts with a dot."""
    return _OWN.search(data) is not None and _JINJA.search(data) is None


def find(data: bytes, encoding: str) -> list[Construct]:
    """Return the constructs in the order of the text. Raises ``TemplateError``."""
    constructs: list[Construct] = []
    at = 0
    while (start := data.find(b"{{", at)) >= 0:
        match = _CONSTRUCT.match(data, start)
        if match is None:
            raise TemplateError(NEVER_CLOSED, start)
        constructs.append(Construct(Span(*match.span()), *_meaning(match["code"])))
        at = match.end()
    return constructs


def _meaning(code: bytes) -> tuple[Role, Flow]:
    words = code.split(None, 1)
    word = words[0].rstrip(b"-") if words else b""
    if word in _BLOCKS:
        return Role.OPEN, _BLOCKS[word]
    if word == b"else":
        return Role.MIDDLE, Flow.ONCE
    if word == b"end":
        return Role.CLOSE, Flow.ONCE
    if word in (b"break", b"continue"):
        return Role.JUMP, Flow.ONCE
    is_silent = code.startswith(b"/*") or _ASSIGNMENT.match(code)
    return (Role.SILENT if is_silent else Role.OUTPUT), Flow.ONCE
