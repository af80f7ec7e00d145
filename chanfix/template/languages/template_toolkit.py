"""Perl's Template Toolkit: directives in ``[% %]``, several of them with ``;`` between."""

from __future__ import annotations

import re

from chanfix.template.construct import Construct, Flow, TemplateError
from chanfix.template.languages.scan import NEVER_CLOSED, without_strings
from chanfix.template.languages.steps import Steps
from chanfix.xml.span import Span

__all__ = ["find", "looks_like_template_toolkit"]

_OWN = re.compile(rb"\[%[-+=~#]?\s*[A-Za-z#$'\"]")
_CONSTRUCT = re.compile(rb"\[%(?P<mark>[-+=~#]?)(?P<code>.*?)(?:(?P<end>[-+=~]?%\])|\Z)", re.DOTALL)
_STRING = re.compile(rb""""(?:\\.|[^"\\])*(?:"|\Z)|'(?:\\.|[^'\\])*(?:'|\Z)|\#[^\r\n]*""", re.DOTALL)
_STATEMENT = re.compile(rb"[^;]+")
_WORD = re.compile(rb"\s*(\w*)")
_KEPT = re.compile(rb"\s*(?:MACRO\s+\w+(?:\s*\([^)]*\))?|[\w.]+\s*=)\s*BLOCK\b")
_ASSIGNMENT = re.compile(rb"\s*[\w.]+\s*=(?!=)")
_BLOCKS = {
    b"IF": Flow.CHOICE,
    b"UNLESS": Flow.CHOICE,
    b"FOREACH": Flow.CHOICE,
    b"FOR": Flow.CHOICE,
    b"WHILE": Flow.CHOICE,
    b"SWITCH": Flow.CHOICE,
    b"TRY": Flow.CHOICE,
    b"FILTER": Flow.ONCE,
    b"WRAPPER": Flow.CHOICE,
    b"BLOCK": Flow.ELSEWHERE,
    b"VIEW": Flow.ELSEWHERE,
    b"PERL": Flow.ELSEWHERE,
    b"RAWPERL": Flow.ELSEWHERE,
}
_PUT_OUT = (b"WRAPPER", b"PERL", b"RAWPERL")
_SILENT = (b"SET", b"DEFAULT", b"USE", b"CALL", b"META", b"DEBUG", b"CLEAR", b"")


def looks_like_template_toolkit(data: bytes) -> bool:
    """Return True if a text holds Template Toolkit's marks."""
    return _OWN.search(data) is not None and b"%]" in data


def find(data: bytes, encoding: str) -> list[Construct]:
    """Return the constructs in the order of the text. Raises ``TemplateError``."""
    constructs: list[Construct] = []
    blocks: list[str] = []
    for match in _CONSTRUCT.finditer(data):
        if not match["end"]:
            raise TemplateError(NEVER_CLOSED, match.start())
        steps = Steps(blocks)
        if match["mark"] != b"#":
            code = without_strings(match["code"], _STRING)
            for statement in _STATEMENT.finditer(code):
                _read(statement[0], match.start("code") + statement.start(), match.start(), steps)
        constructs += steps.constructs(Span(*match.span()))
    return constructs


def _read(statement: bytes, at: int, start: int, steps: Steps) -> None:
    word_match = _WORD.match(statement)
    word = word_match[1] if word_match else b""
    at += len(statement) - len(statement.lstrip())
    if word in _BLOCKS:
        if word in _PUT_OUT:
            steps.output(at)
            at += 1
        steps.open(at, _BLOCKS[word], word.decode("ascii"))
    elif _KEPT.match(statement):
        steps.open(at, Flow.ELSEWHERE)
    elif word == b"END":
        steps.close(at)
    elif word in (b"ELSIF", b"ELSE", b"CASE"):
        steps.middle(at)
    elif word in (b"CATCH", b"FINAL"):
        steps.again(at)
    elif word in (b"NEXT", b"LAST", b"BREAK", b"RETURN", b"STOP", b"THROW"):
        steps.jump(at)
    elif word == b"TAGS":
        raise TemplateError("this template changes its marks, which is not followed", start)
    elif not (statement.isspace() or word in (*_SILENT[:-1], b"MACRO") or _ASSIGNMENT.match(statement)):
        steps.output(at)
