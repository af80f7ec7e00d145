"""Handlebars and Mustache: sections between ``{{#name}}`` and ``{{/name}}``, inverted ones, and partials."""

from __future__ import annotations

import re

from chanfix.template.construct import Construct, Flow, Role, TemplateError
from chanfix.template.languages.scan import NEVER_CLOSED, end_of_tag
from chanfix.template.languages.steps import output_and_open
from chanfix.xml.span import Span

__all__ = ["find", "looks_like_handlebars"]

_OWN = re.compile(rb"\{\{~?(?:[#^>!&]|/(?!\*))|\{\{\{")
_JINJA = re.compile(rb"\{%")
# With a backslash before it, Handlebars puts out the braces themselves.
_START = re.compile(
    rb"(?P<kept>\\?)(?P<braces>\{{2,4})~?\s*(?P<mark>!--|\#\*|\#>|[\#^/>&!*<$=]?)\s*(?P<word>[^\s{}~|]*)"
)
_CLOSING = {
    2: re.compile(rb"""(?>(?:"[^"]*"|'[^']*'|[^"'}]|\}(?!\}))*)\}\}"""),
    3: re.compile(rb"""(?>(?:"[^"]*"|'[^']*'|[^"'}]|\}(?!\}\}))*)\}\}\}"""),
}


def looks_like_handlebars(data: bytes) -> bool:
    """Return True if a text with ``{{`` has what only Handlebars or Mustache writes so."""
    return _OWN.search(data) is not None and _JINJA.search(data) is None


def find(data: bytes, encoding: str) -> list[Construct]:
    """Return the constructs in the order of the text. Raises ``TemplateError``."""
    constructs: list[Construct] = []
    at = 0
    while match := _START.search(data, at):
        start, braces = match.start("braces"), len(match["braces"])
        at = _end(data, match, braces)
        if match["kept"]:
            # The backslash goes; what it keeps is text.
            constructs.append(Construct(Span(match.start(), start), Role.SILENT))
        elif braces == 4:
            constructs.append(Construct(Span(start, at), Role.OUTPUT))
        else:
            mark = match["mark"] if braces == 2 else b"&"
            constructs += _constructs(Span(start, at), mark, match["word"])
    return constructs


def _end(data: bytes, match: re.Match[bytes], braces: int) -> int:
    start = match.start("braces")
    if braces == 4:
        # A raw block: nothing in it is read.
        end = data.find(b"{{{{/", match.end())
        end = data.find(b"}}}}", end) if end >= 0 else -1
        return _found(end, 4, start)
    if match["mark"] == b"!--":
        end = data.find(b"--", match.end("mark"))
        end = _comment_end(data, end)
        return _found(end, 2, start)
    if match["mark"] == b"!":
        return _found(data.find(b"}}", match.end("mark")), 2, start)
    return end_of_tag(data, start, match.start("mark"), _CLOSING[braces], b"}" * braces)


def _comment_end(data: bytes, at: int) -> int:
    while at >= 0:
        behind = at + 2 + (data[at + 2 : at + 3] == b"~")
        if data.startswith(b"}}", behind):
            return behind
        at = data.find(b"--", at + 1)
    return -1


def _found(end: int, length: int, start: int) -> int:
    if end < 0:
        raise TemplateError(NEVER_CLOSED, start)
    return end + length


def _constructs(span: Span, mark: bytes, name: bytes) -> list[Construct]:
    word = name.decode("latin-1")
    match mark:
        case b"!" | b"!--" | b"*":
            return [Construct(span, Role.SILENT)]
        case b"=":
            raise TemplateError("this template changes its marks, which is not followed", span.start)
        case b"#":
            return [Construct(span, Role.OPEN, Flow.CHOICE, word)]
        case b"$":
            # A block that whoever takes this template in may fill in another way.
            return [Construct(span, Role.OPEN, Flow.CHOICE, word)]
        case b"#*":
            return [Construct(span, Role.OPEN, Flow.ELSEWHERE, word)]
        case b"#>":
            return output_and_open(span, Flow.CHOICE, word)
        case b"<":
            return output_and_open(span, Flow.ELSEWHERE, word)
        case b"^" if name:
            return [Construct(span, Role.OPEN, Flow.CHOICE, word)]
        case b"/":
            return [Construct(span, Role.CLOSE, word=word)]
        case b"^":
            return [Construct(span, Role.MIDDLE)]
        case b"" if name == b"else":
            return [Construct(span, Role.MIDDLE)]
    return [Construct(span, Role.OUTPUT)]
