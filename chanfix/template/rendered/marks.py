"""Marks in a Jinja template that survive its rendering: they show where in the template each part of the output stood.

They are put between the template's tokens, behind all trimming of white space. What a template catches in a value of
its own (a macro, a block that sets) is left without: what comes of it stands where it is put out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from jinja2.lexer import Lexer

from chanfix.template.construct import TemplateError
from chanfix.template.languages.jinja import ENDS, Offsets, is_inline, located
from chanfix.xml.origin import Piece
from chanfix.xml.span import Span

__all__ = ["MarkingLexer", "last_mark", "read_marks"]

_OTHER_FILES = ("include", "import", "from", "extends")
_CAUGHT = ("macro", "call", "set", "filter")
_PUT_OUT = ("call", "filter")
_Token = tuple[int, str, str]


class MarkingLexer(Lexer):
    """Jinja's lexer, with a mark for each construct and each text. ``key`` is what no text may hold by chance."""

    encoding = "utf-8"
    key = ""

    def tokeniter(
        self, source: str, name: str | None, filename: str | None = None, state: str | None = None
    ) -> Iterator[_Token]:
        """Yield the tokens and the marks. Raises ``TemplateError`` for what would read another file."""
        offsets = Offsets(source, self.encoding)
        caught: list[str] = []
        construct: list[_Token] = []
        begin = 0
        for line, kind, value, start in located(source, super().tokeniter(source, name, filename, state)):
            if construct:
                construct.append((line, kind, value))
                if kind == ENDS[construct[0][1]]:
                    span = Span(offsets.of(begin), offsets.of(start + len(value.rstrip())))
                    yield from self._marked(construct, span, caught)
                    construct = []
            elif kind in ("variable_begin", "block_begin"):
                construct, begin = [(line, kind, value)], start
            elif kind == "data" and not caught:
                yield line, kind, self._mark("T", offsets.of(start)) + value
            else:
                yield line, kind, value

    def _marked(self, construct: list[_Token], span: Span, caught: list[str]) -> Iterator[_Token]:
        line = construct[0][0]
        opening = (line, "data", self._mark("O", span.start, span.end))
        closing = (line, "data", self._mark("C", span.end))
        words = [value for _, kind, value in construct[1:-1] if kind != "whitespace"]
        word = words[0] if construct[0][1] == "block_begin" and words else ""
        if word in _OTHER_FILES:
            raise TemplateError(f"'{word}' reads another file, which is not done", span.start)
        catches = word in _CAUGHT and not is_inline(words)
        before = after = None
        if not caught:
            before = (
                opening if not word or (catches and word in _PUT_OUT) else (line, "data", self._mark("T", span.start))
            )
            after = closing if not word else None
        if catches:
            caught.append(word)
        elif caught and word == f"end{caught[-1]}":
            ended = caught.pop()
            after = closing if not caught and ended in _PUT_OUT else None
        if before:
            yield before
        yield from construct
        if after:
            yield after

    def _mark(self, kind: str, *offsets: int) -> str:
        return f"\0{self.key}{kind}{'-'.join(map(str, offsets))}\0"


def _marks(key: str) -> re.Pattern[str]:
    return re.compile(rf"\x00{re.escape(key)}([TOC])(\d+)(?:-(\d+))?\0")


def last_mark(key: str, parts: Sequence[str]) -> int | None:
    """Return the byte of the template at which the last mark in rendered parts stands."""
    pattern = _marks(key)
    found = (marks[-1] for part in reversed(parts) if (marks := pattern.findall(part)))
    mark = next(found, None)
    return int(mark[1]) if mark else None


def read_marks(key: str, rendered: str, encoding: str) -> tuple[bytes, list[Piece]]:
    """Take the marks out of a rendered text and return it as bytes, with where they come from."""
    parts: list[bytes] = []
    pieces: list[Piece] = [Piece(0, Span(0, 0), is_copy=True)]
    size = depth = 0
    for kind, here, end, text in _stretches(key, rendered):
        if kind == "O":
            depth += 1
        elif kind == "C":
            depth = max(0, depth - 1)
        # Within what an expression gives, the marks of what it has rendered itself are of no use.
        if kind == "O" and depth == 1:
            pieces.append(Piece(size, Span(here, end), is_copy=False))
        elif depth == 0:
            pieces.append(Piece(size, Span(here, here), is_copy=True))
        parts.append(text.encode(encoding, "xmlcharrefreplace"))
        size += len(parts[-1])
    return b"".join(parts), pieces


def _stretches(key: str, rendered: str) -> Iterable[tuple[str, int, int, str]]:
    """Yield each mark with the text behind it."""
    split = _marks(key).split(rendered)
    yield "T", 0, 0, split[0]
    for kind, start, end, text in zip(*(split[number::4] for number in (1, 2, 3)), split[4::4], strict=True):
        yield kind, int(start), int(end or start), text
