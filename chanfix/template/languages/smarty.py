"""Smarty: tags in single braces, of which one followed by white space is text."""

from __future__ import annotations

import re

from chanfix.template.construct import Construct, Flow, Role, TemplateError
from chanfix.template.languages.scan import NEVER_CLOSED, end_of_expression
from chanfix.xml.span import Span

__all__ = ["find", "looks_like_smarty"]

_OWN = re.compile(rb"\{/(?:if|foreach|section|for|while|literal|strip|block|capture|nocache)\}|\*\}|\{\$\w", re.DOTALL)
_OTHERS = re.compile(rb"\{\{|\{%|\{\#|[$%#]\{")
_START = re.compile(rb"\{(?P<mark>\*|/?)(?P<word>[A-Za-z_]\w*|(?=[$\"'#])|(?<=\*))")
_END_WORD = re.compile(rb"\{/(\w+)\s*\}")
_FLOWS = {
    "strip": Flow.ONCE,
    "nocache": Flow.ONCE,
    "capture": Flow.ELSEWHERE,
    "function": Flow.ELSEWHERE,
    "php": Flow.ELSEWHERE,
    "javascript": Flow.ELSEWHERE,
}
_MIDDLES = ("else", "elseif", "foreachelse", "forelse", "sectionelse", "whileelse")
_SILENT = ("assign", "append", "config_load", "debug", "counter")
_ASSIGNMENT = re.compile(rb"\{\$\w+(?:\[[^\]]*\]|\.\w+)*\s*=(?!=)")
# Of these Smarty itself knows that they have an end.
_BLOCKS = ("if", "foreach", "section", "for", "while", "literal", *_FLOWS)


def looks_like_smarty(data: bytes) -> bool:
    """Return True if a text has Smarty's blocks, comments or variables, and no other marks in braces."""
    return _OWN.search(data) is not None and _OTHERS.search(data) is None


def find(data: bytes, encoding: str) -> list[Construct]:
    """Return the constructs in the order of the text. Raises ``TemplateError``."""
    ended = {word.decode("ascii", "replace") for word in _END_WORD.findall(data)} | set(_BLOCKS)
    constructs: list[Construct] = []
    at = 0
    while match := _START.search(data, at):
        start, word = match.start(), match["word"].decode("ascii")
        if match["mark"] == b"*":
            at = _after(data, b"*}", start)
            constructs.append(Construct(Span(start, at), Role.SILENT))
            continue
        at = end_of_expression(data, start, start + 1)
        span = Span(start, at)
        if match["mark"]:
            constructs.append(Construct(span, Role.CLOSE, word=word))
            continue
        constructs.append(Construct(span, *_meaning(data, span, word, ended)))
        if word == "literal":
            at = _after(data, b"{/literal}", start) - len(b"{/literal}")
    return constructs


def _after(data: bytes, mark: bytes, start: int) -> int:
    end = data.find(mark, start + 1)
    if end < 0:
        raise TemplateError(NEVER_CLOSED, start)
    return end + len(mark)


def _meaning(data: bytes, span: Span, word: str, ended: set[str]) -> tuple[Role, Flow, str]:
    if word in _MIDDLES:
        return Role.MIDDLE, Flow.ONCE, ""
    if word in ended:
        return Role.OPEN, Flow.ONCE if word == "literal" else _FLOWS.get(word, Flow.CHOICE), word
    if word in ("break", "continue"):
        return Role.JUMP, Flow.ONCE, ""
    is_silent = word in _SILENT or _ASSIGNMENT.match(data, span.start)
    return (Role.SILENT if is_silent else Role.OUTPUT), Flow.ONCE, ""
