"""Jinja, as its own lexer has it. Only the lexer is asked: which filters and extensions there are does not matter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from chanfix.markup.span import Span
from chanfix.template.construct import Construct, Flow, Role, TemplateError

__all__ = ["ENDS", "Offsets", "find", "is_inline", "located", "text_of"]

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
ENDS = {
    "variable_begin": "variable_end",
    "block_begin": "block_end",
    "comment_begin": "comment_end",
    "raw_begin": "raw_begin",
    "raw_end": "raw_end",
}
"""The kind of token that begins a construct, and the one that ends it."""


def find(data: bytes, encoding: str) -> list[Construct]:
    """Return the constructs in the order of the text. Raises ``TemplateError``."""
    text = text_of(data, encoding)
    offsets = Offsets(text, encoding)
    constructs = []
    for kind, words, start, end in _stretches(text, offsets):
        role, flow, word = _meaning(kind, words)
        constructs.append(Construct(Span(offsets.of(start), offsets.of(end)), role, flow, word))
    return constructs


def text_of(data: bytes, encoding: str) -> str:
    """Return a template as the lexer is to have it: one character for one, where it would make one of CR LF.

    Raises ``TemplateError`` for bytes that are not of the encoding.
    """
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        message = f"byte 0x{data[error.start]:02x} is not valid in the encoding '{encoding}'"
        raise TemplateError(message, error.start) from None
    return _CR.sub(lambda end: " \n" if len(end[0]) == 2 else "\n", text)


def located(text: str, tokens: Iterable[tuple[int, str, str]]) -> Iterator[tuple[int, str, str, int]]:
    """Yield the line, the kind and the value of each token of the lexer, and at which character it starts."""
    at = 0
    for line, kind, value in tokens:
        # Of the white space that "-" takes away the lexer says nothing.
        start = text.index(value, at)
        at = start + len(value)
        yield line, kind, value, start


def is_inline(words: list[str]) -> bool:
    """Say whether a block is opened and closed by its one construct: ``{% set a = 1 %}``."""
    head = words[: words.index("|")] if "|" in words else words
    return head[:1] == ["set"] and "=" in head


def _stretches(text: str, offsets: Offsets) -> Iterator[tuple[str, list[str], int, int]]:
    """Yield the kind, the words and the place of each construct, in characters."""
    begin: tuple[str, int] | None = None
    words: list[str] = []
    for _, kind, value, start in located(text, _tokens(text, offsets)):
        if begin is None and kind in ENDS:
            begin, words = (kind, start), []
        elif begin is not None and kind not in ("whitespace", *ENDS.values()):
            words.append(value)
        if begin is not None and kind == ENDS[begin[0]]:
            yield begin[0], words, begin[1], start + len(value.rstrip())
            begin = None


def _tokens(text: str, offsets: Offsets) -> Iterator[tuple[int, str, str]]:
    # Loaded here: only a template pays for the template engine.
    import jinja2

    lexer = jinja2.Environment(keep_trailing_newline=True).lexer
    try:
        yield from lexer.tokeniter(text, None)
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
    if word in _BLOCKS and not is_inline(words):
        return Role.OPEN, _BLOCKS[word], word
    return (Role.OUTPUT if word in ("include", "extends") else Role.SILENT), Flow.ONCE, ""


class Offsets:
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
