"""Jinja, as its own lexer has it, and its family: Django, Twig, Liquid, Tornado, where they are the same.

Only a lexer is asked: which filters and extensions there are does not matter. What Jinja's does not take, a plain one
of the marks does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from chanfix.template.construct import Construct, Flow, Role, TemplateError
from chanfix.template.languages import jinja_marks
from chanfix.template.languages.jinja_marks import Stretch
from chanfix.template.languages.scan import NEVER_CLOSED
from chanfix.template.languages.steps import again, output_and_open
from chanfix.xml.span import Span

__all__ = ["ENDS", "Offsets", "find", "is_inline", "located", "text_of"]

# Every other word with an end opens a choice.
_FLOWS = {
    "macro": Flow.ELSEWHERE,
    "set": Flow.ELSEWHERE,
    "call": Flow.ELSEWHERE,
    "capture": Flow.ELSEWHERE,
    "comment": Flow.ELSEWHERE,
    "filter": Flow.ONCE,
    "with": Flow.ONCE,
    "autoescape": Flow.ONCE,
    "trans": Flow.ONCE,
    "spaceless": Flow.ONCE,
    "verbatim": Flow.ONCE,
    "apply": Flow.ONCE,
    "sandbox": Flow.ONCE,
}
# These open a block, with an end or without.
_BLOCKS = ("if", "for", "macro", "call", "filter", "block", "with", "autoescape")
# Tornado ends every block with "end".
_BLOCKS_OF_TORNADO = ("while", "try", "apply")
_MIDDLES = {"elif": "if", "else": "", "elsif": "", "elseif": "", "empty": "for", "pluralize": "trans", "plural": ""}
# What these begin may be there together with what was before.
_AGAIN = ("when", "except", "finally")
_PUT_OUT = ("call", "embed")
_LITERAL = ("comment", "verbatim")
_SILENT = ("", "set", "do", "import", "from", "load", "assign", "use", "debug", "flush", "layout", "deprecated")
_JUMPS = ("break", "continue")
# No code is that long, in characters; Jinja's lexer takes its time over it.
_LONGEST = 100_000
_CR = re.compile(r"\r\n?")
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
    try:
        stretches = list(_stretches(text))
    except TemplateError:
        stretches = list(jinja_marks.stretches(text, offsets.of))
    ended = {word.removeprefix("end") for word in map(_word, stretches) if word.startswith("end")}
    begun = {*map(_word, stretches), *_BLOCKS}
    constructs: list[Construct] = []
    around: list[str] = []
    for stretch in stretches:
        word = _word(stretch)
        if around[-1:] and around[-1] in _LITERAL and word != f"end{around[-1]}":
            continue
        span = Span(offsets.of(stretch.start), offsets.of(stretch.end))
        if word.startswith("end") and word[3:] in begun | {""}:
            around[-1:] = []
            constructs.append(Construct(span, Role.CLOSE, word=word[3:]))
        elif _opens(stretch, word, ended):
            around.append(word)
            flow = _FLOWS.get(word, Flow.CHOICE)
            constructs += (
                output_and_open(span, flow, word) if word in _PUT_OUT else [Construct(span, Role.OPEN, flow, word)]
            )
        elif word in _AGAIN:
            constructs += again(span, around[-1] if around else "")
        else:
            constructs.append(Construct(span, *_meaning(stretch, word)))
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
    """Return True if a block is opened and closed by its one construct: ``{% set a = 1 %}``."""
    head = words[: words.index("|")] if "|" in words else words
    return head[:1] == ["set"] and "=" in head


def _stretches(text: str) -> Iterator[Stretch]:
    """Yield the constructs of a text. Raises ``TemplateError`` for what Jinja does not read."""
    begin: tuple[str, int] | None = None
    words: list[str] = []
    for _, kind, value, start in located(text, _tokens(text)):
        if begin is None and kind in ENDS:
            begin, words = (kind, start), []
        elif begin is not None and kind not in ("whitespace", *ENDS.values()):
            words.append(value)
            if start - begin[1] > _LONGEST:
                raise TemplateError(NEVER_CLOSED, 0)
        if begin is not None and kind == ENDS[begin[0]]:
            yield Stretch(begin[0], words, begin[1], start + len(value.rstrip()))
            begin = None


def _tokens(text: str) -> Iterator[tuple[int, str, str]]:
    # Loaded here: only a template pays for the template engine.
    import jinja2

    lexer = jinja2.Environment(keep_trailing_newline=True).lexer
    try:
        yield from lexer.tokeniter(text, None)
    except jinja2.TemplateSyntaxError as error:
        raise TemplateError(f"Jinja does not read it: {error.message}", 0) from None


def _word(stretch: Stretch) -> str:
    return stretch.words[0] if stretch.kind == "block_begin" and stretch.words else ""


def _opens(stretch: Stretch, word: str, ended: set[str]) -> bool:
    """Return True if a word opens a block, which may be shown by an end of it alone."""
    words = stretch.words
    if not word or is_inline(words) or not (word in _BLOCKS or word in ended):
        return word in _BLOCKS_OF_TORNADO and "" in ended
    # Twig's block with its value, and Django's text to translate, have no end.
    is_whole = (word == "block" and len(words) > 2 and words[2] not in ("scoped", "required", "-", "%")) or (
        word == "trans" and len(words) > 1 and words[1][0] in "\"'"
    )
    return not is_whole


def _meaning(stretch: Stretch, word: str) -> tuple[Role, Flow, str]:
    if stretch.kind == "variable_begin":
        return Role.OUTPUT, Flow.ONCE, ""
    if word in _MIDDLES:
        return Role.MIDDLE, Flow.ONCE, _MIDDLES[word]
    if word in _JUMPS:
        return Role.JUMP, Flow.ONCE, ""
    is_silent = word in _SILENT or word.startswith("#") or stretch.kind != "block_begin"
    return (Role.SILENT if is_silent else Role.OUTPUT), Flow.ONCE, ""


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
