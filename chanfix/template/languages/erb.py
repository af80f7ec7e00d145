"""ERB: Ruby between ``<%`` and ``%>``. Of Ruby only what opens and closes a block is read."""

from __future__ import annotations

import re

from chanfix.markup.span import Span
from chanfix.template.construct import Construct, Flow, Role, TemplateError

__all__ = ["find"]

_CONSTRUCT = re.compile(rb"<%(?!%)(?P<kind>[=#-]?)(?P<code>.*?)(?:(?P<end>-?%>)|\Z)", re.DOTALL)
_STRING = re.compile(rb"""(?<!\\)(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')""", re.DOTALL)
_COMMENT = re.compile(rb"(?m)(?:^|\s)#[^{\r\n][^\r\n]*")
# Behind an expression "if" and its like open nothing.
_OPENER = re.compile(rb"(?:^|[\n;=(])\s*(?P<word>if|unless|case|while|until|for|begin)\b(?P<rest>[^\n;]*)")
_LOOP = re.compile(rb"\b(while|until|for)\b")
_DO = re.compile(rb"\bdo\b")
_END = re.compile(rb"(?<![.:@\w])end\b(?![?!:])")
_MIDDLE = re.compile(rb"\s*(?:elsif|else|when|in|rescue|ensure)\b")


def find(data: bytes, encoding: str) -> list[Construct]:
    """Return the constructs in the order of the text. Raises ``TemplateError``."""
    constructs: list[Construct] = []
    for match in _CONSTRUCT.finditer(data):
        if not match["end"]:
            raise TemplateError("this construct of the template is never closed", match.start())
        constructs.append(Construct(Span(*match.span()), *_meaning(match["kind"], match["code"])))
    return constructs


def _meaning(kind: bytes, code: bytes) -> tuple[Role, Flow]:
    if kind == b"#":
        return Role.SILENT, Flow.ONCE
    code = _COMMENT.sub(b"", _STRING.sub(b"''", code)).strip()
    depth = _depth(code)
    if depth > 0:
        return Role.OPEN, Flow.CHOICE
    if depth < 0:
        return Role.CLOSE, Flow.CHOICE
    if kind == b"=":
        return Role.OUTPUT, Flow.ONCE
    return (Role.MIDDLE if _MIDDLE.match(code) else Role.SILENT), Flow.ONCE


def _depth(code: bytes) -> int:
    """Return how many blocks the code leaves open, less those that it closes."""
    openers = [match for match in _OPENER.finditer(code) if not _MIDDLE.match(code[match.start("word") :])]
    # "while x do" is one block.
    loops = sum(1 for match in openers if _LOOP.match(match["word"]) and _DO.search(match["rest"]))
    opened = len(openers) + len(_DO.findall(code)) - loops + code.count(b"{")
    return opened - len(_END.findall(code)) - code.count(b"}")
