"""Jinja, as its own lexer has it. Only the lexer is asked: which filters and extensions there are does not matter."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chanfix.markup.span import Span
from chanfix.template.construct import Construct, Flow, Role, TemplateError

__all__ = ["find"]

_BLOCKS = {
    "if": Flow.CHOICE,
    "for": Flow.CHOICE,
    "macro": Flow.ELSEWHERE,
    "set": Flow.ELSEWHERE,
    "call": Flow.ELSEWHERE,
    "filter": Flow.ONCE,
    "block": Flow.ONCE,
    "with": Flow.ONCE,
    "autoescape": Flow.ONCE,
    "trans": Flow.ONCE,
}
_CR = re.compile(r"\r\n?")
_MIDDLES = {"elif": "if", "else": "", "pluralize": "trans"}
_ENDS = {
    "variable_begin": "variable_end",
    "block_begin": "block_end",
    "comment_begin": "comment_end",
    "raw_begin": "raw_begin",
    "raw_end": "raw_end",
}


def find(data: bytes, encoding: str) -> list[Construct]:
    """Return the constructs in the order of the text. Raises ``TemplateError``."""
    # One character for one: the lexer would make one of two.
    text = _CR.sub(lambda end: " \n" if len(end[0]) == 2 else "\n", data.decode(encoding))
    offsets = _Offsets(text, encoding)
    constructs = []
    for kind, words, start, end in _stretches(text, offsets):
        role, flow, word = _meaning(kind, words)
        constructs.append(Construct(Span(offsets.of(start), offsets.of(end)), role, flow, word))
    return constructs


def _stretches(text: str, offsets: _Offsets) -> Iterator[tuple[str, list[str], int, int]]:
    """Yield the kind, the words and the place of each construct, in characters."""
    at = 0
    begin: tuple[str, int] | None = None
    words: list[str] = []
    for kind, value in _tokens(text, offsets):
        # Of the white space that "-" takes away the lexer says nothing.
        start = text.index(value, at)
        at = start + len(value)
        if begin is None and kind in _ENDS:
            begin, words = (kind, start), []
        elif begin is not None and kind not in ("whitespace", *_ENDS.values()):
            words.append(value)
        if begin is not None and kind == _ENDS[begin[0]]:
            yield begin[0], words, begin[1], start + len(value.rstrip())
            begin = None


def _tokens(text: str, offsets: _Offsets) -> Iterator[tuple[str, str]]:
    # Loaded here: only a template pays for the template engine.
    import jinja2

    lexer = jinja2.Environment(keep_trailing_newline=True).lexer
    try:
        for _, kind, value in lexer.tokeniter(text, None):
            yield kind, value
    except jinja2.TemplateSyntaxError as error:
        line = sum(len(line) + 1 for line in text.split("\n")[: error.lineno - 1])
        raise TemplateError(f"Jinja does not read it: {error.message}", offsets.of(line)) from None


def _meaning(kind: str, words: list[str]) -> tuple[Role, Flow, str]:
    if kind == "variable_begin":
        return Role.OUTPUT, Flow.ONCE, ""
    word = words[0] if kind == "block_begin" and words else ""
    if word.startswith("end"):
        return Role.CLOSE, Flow.ONCE, word.removeprefix("end")
    if word in _MIDDLES:
        return Role.MIDDLE, Flow.ONCE, _MIDDLES[word]
    if word in _BLOCKS and not (word == "set" and "=" in words):
        return Role.OPEN, _BLOCKS[word], word
    return (Role.OUTPUT if word in ("include", "extends") else Role.SILENT), Flow.ONCE, ""


class _Offsets:
    """From characters to bytes, asked in the order of the text."""

    def __init__(self, text: str, encoding: str) -> None:
        self._text = text
        self._encoding = encoding
        self._last = (0, 0)

    def of(self, index: int) -> int:
        """Return the byte at which a character starts."""
        known, offset = self._last if index >= self._last[0] else (0, 0)
        self._last = index, offset + len(self._text[known:index].encode(self._encoding))
        return self._last[1]
