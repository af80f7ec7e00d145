"""Velocity: directives behind ``#``, references behind ``$``."""

from __future__ import annotations

import re

from chanfix.template.construct import Construct, Flow, Role, TemplateError
from chanfix.template.languages.scan import NEVER_CLOSED
from chanfix.template.languages.steps import output_and_open
from chanfix.xml.span import Span

__all__ = ["find", "looks_like_velocity"]

_OWN = re.compile(rb"#\{?(?:if|elseif|foreach|set|macro|parse)\}?\s*\(")
_START = re.compile(
    rb"""\\[\#$]
    |(?P<line>\#\#[^\r\n]*)
    |(?P<aside>\#\*)
    |(?P<literal>\#\[\[)
    |\#(?P<block>@?)(?:\{(?P<braced>\w+)\}|(?P<word>(?:else|end|break|stop|return)\b|[A-Za-z]\w*(?=\s*\()))
    |(?P<reference>\$!?(?P<open>\{)?[A-Za-z_][\w-]*)
    """,
    re.VERBOSE,
)
_BRACKET = re.compile(rb"""[()\[\]{}]|"(?:\\.|[^"\\])*(?:"|\Z)|'[^']*(?:'|\Z)""", re.DOTALL)
_PROPERTY = re.compile(rb"\.[A-Za-z_][\w-]*")
_BLANKS = re.compile(rb"\s*")
_FLOWS = {
    "if": Flow.CHOICE,
    "foreach": Flow.CHOICE,
    "macro": Flow.ELSEWHERE,
    "define": Flow.ELSEWHERE,
}
_WITHOUT_ARGUMENTS = ("else", "end", "break", "stop", "return")


def looks_like_velocity(data: bytes) -> bool:
    """Return True if a text has directives of Velocity."""
    return _OWN.search(data) is not None


def find(data: bytes, encoding: str) -> list[Construct]:
    """Return the constructs in the order of the text. Raises ``TemplateError``."""
    constructs: list[Construct] = []
    at = 0
    while match := _START.search(data, at):
        start, at = match.start(), match.end()
        if match["line"]:
            constructs.append(Construct(Span(start, at), Role.SILENT))
        elif match["aside"]:
            at = _after(data, b"*#", start)
            constructs.append(Construct(Span(start, at), Role.SILENT))
        elif match["literal"]:
            at = _after(data, b"]]#", start)
            constructs.append(Construct(Span(start, start + 3), Role.SILENT))
            constructs.append(Construct(Span(at - 3, at), Role.SILENT))
        elif match["reference"]:
            at = _end_of_reference(data, start, at, is_braced=match["open"] is not None)
            constructs.append(Construct(Span(start, at), Role.OUTPUT))
        elif word := (match["braced"] or match["word"] or b"").decode("ascii"):
            if word not in _WITHOUT_ARGUMENTS:
                at = _end_of_arguments(data, start, at)
            constructs += _directive(Span(start, at), word, bool(match["block"]))
    return constructs


def _directive(span: Span, word: str, has_body: bool) -> list[Construct]:
    if has_body:
        return output_and_open(span, Flow.CHOICE)
    if word in _FLOWS:
        return [Construct(span, Role.OPEN, _FLOWS[word])]
    match word:
        case "else" | "elseif":
            return [Construct(span, Role.MIDDLE)]
        case "end":
            return [Construct(span, Role.CLOSE)]
        case "break" | "stop" | "return":
            return [Construct(span, Role.JUMP)]
        case "set":
            return [Construct(span, Role.SILENT)]
    return [Construct(span, Role.OUTPUT)]


def _after(data: bytes, mark: bytes, start: int) -> int:
    end = data.find(mark, start + 2)
    if end < 0:
        raise TemplateError(NEVER_CLOSED, start)
    return end + len(mark)


def _end_of_arguments(data: bytes, start: int, at: int) -> int:
    blanks = _BLANKS.match(data, at)
    at = blanks.end() if blanks else at
    return _end_of_brackets(data, start, at) if data.startswith(b"(", at) else at


def _end_of_brackets(data: bytes, start: int, at: int) -> int:
    """Return the byte behind the bracket that closes the one at a byte. Raises ``TemplateError`` at ``start``."""
    depth = 0
    for match in _BRACKET.finditer(data, at):
        if match[0] in (b"(", b"[", b"{"):
            depth += 1
        elif match[0] in (b")", b"]", b"}"):
            depth -= 1
            if depth == 0:
                return match.end()
    raise TemplateError(NEVER_CLOSED, start)


def _end_of_reference(data: bytes, start: int, at: int, *, is_braced: bool) -> int:
    if is_braced:
        return _end_of_brackets(data, start, data.index(b"{", start))
    while True:
        if data[at : at + 1] in (b"(", b"["):
            at = _end_of_brackets(data, start, at)
        elif match := _PROPERTY.match(data, at):
            at = match.end()
        else:
            return at
