"""Containers that lines make: examples in documents, and the blocks of YAML."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from chanfix.embedded.container import Container, Kind
from chanfix.embedded.languages import program_of
from chanfix.embedded.styles import LITERAL, STYLES
from chanfix.xml.span import Span

__all__ = ["find_blocks", "find_examples"]

_FENCE = (
    rb"^(?:\xef\xbb\xbf)?(?P<around>[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)?)(?P<fence>`{3,}|~{3,})(?P<info>[^`\r\n]*)\r?$"
)
# AsciiDoc's listings and literal blocks; Org's blocks.
_DELIMITED = rb"^(?P<fence>-{4,}|\.{4,})[ \t]*\r?$"
_ORG = rb"(?i)^[ \t]*\#\+(?P<edge>begin|end)_(?P<fence>src|example)(?P<info>[^\r\n]*)\r?$"
# Of reStructuredText: what is indented behind a line that ends so, or behind a directive for code. Marks of lists count
# as indentation.
_INDENTED = re.compile(
    rb"^(?P<indent>[ \t]*+(?:(?:[-*+]|\#\.|\w{1,3}[.)])[ ]+|(?!))*+)"
    rb"(?:\.\.[ ](?:[\w:-]*code[\w-]*|parsed-literal|prompt)::(?P<info>[^\n]*)|(?!\.\.[ ])[^\n]*::)[ \t]*\r?\n",
    re.MULTILINE,
)
# Of AsciiDoc: a paragraph behind its line of attributes.
_PARAGRAPH = re.compile(
    rb"^\[(?P<info>source|listing|literal)[^\]\n]*\][ \t]*\r?\n(?P<text>(?![-.=`])(?:[^\r\n]++\r?(?:\n|\Z)|(?!))++)",
    re.MULTILINE,
)
# Of Markdown: indented code behind an empty line.
_CODE = re.compile(
    rb"(?:\A|^[ \t]*+\r?\n)(?P<text>(?:(?:[ ]{4}|\t)[^\n]*+(?:\n|\Z)|[ \t]*+\r?\n|(?!))++)", re.MULTILINE
)
_PRE = re.compile(rb"<pre\b[^<>]*+>(?P<text>(?:[^<]++|<(?!/pre)|(?!))*+)", re.IGNORECASE)
_OTHERS = re.compile(rb"(?i)(?:\[source\s*,\s*)?[ \t{.]*(?:diff|patch)\b")

_SCALAR = re.compile(
    rb"^(?P<indent>[ ]*)(?:[^\s#][^\n]*?(?::|-)[ \t]+|-[ \t]+|)"
    rb"(?:[!&]\S+[ \t]+)*[|>][+-]?\d?[+-]?[ \t]*(?:#[^\n]*)?\r?\n",
    re.MULTILINE,
)
_QUOTED = re.compile(
    rb"""(?:^[ \t]*|[:,\[{-][ \t]+|[\[{])(?:"(?P<c>(?:[^"\\]++|\\.)*+)"|'(?P<doubledsingle>(?:[^']++|'')*+)')""",
    re.MULTILINE | re.DOTALL,
)


def find_examples(data: bytes, language: str) -> Iterator[Container]:
    """Yield the examples in a document: fences, and what its language has beside them."""
    if language == "asciidoc":
        yield from _between(data, _DELIMITED)
        yield from _paragraphs(data, _PARAGRAPH)
    elif language == "org":
        yield from _between(data, _ORG)
    elif language == "restructuredtext":
        yield from _indented(data)
    elif language == "markdown":
        yield from _paragraphs(data, _CODE)
    yield from _between(data, _FENCE)
    if b"&lt;" in data:
        for match in _PRE.finditer(data):
            if b"&lt;" in match["text"]:
                yield Container(Span(*match.span("text")), Kind.FENCE, STYLES["html"], match.start())


def _between(data: bytes, pattern: bytes) -> Iterator[Container]:
    """Yield what stands between a line and the next one that closes it, or the end of the text."""
    opened: re.Match[bytes] | None = None
    for line in re.finditer(pattern, data, re.MULTILINE):
        if opened is None:
            if line.groupdict().get("edge", b"begin").lower() == b"begin":
                opened = line
        elif _closes(opened, line):
            yield from _example(data, opened, line.start())
            opened = None
    if opened is not None:
        yield from _example(data, opened, len(data))


def _closes(opened: re.Match[bytes], line: re.Match[bytes]) -> bool:
    groups = line.groupdict()
    if "edge" in groups:
        return bool(line["edge"].lower() == b"end" and line["fence"].lower() == opened["fence"].lower())
    is_bare = not groups.get("info", b"").strip()
    return is_bare and line["fence"].startswith(opened["fence"])


def _example(data: bytes, opened: re.Match[bytes], end: int) -> Iterator[Container]:
    info = opened.groupdict().get("info") or b""
    opening = opened.start()
    if not info and data.startswith(b"[source", above := data.rfind(b"\n", 0, max(0, opening - 1)) + 1):
        info, opening = data[above:opening], above  # as AsciiDoc has it
    start = min(data.find(b"\n", opened.end()) + 1 or len(data), end)
    kind = Kind.OTHER if _OTHERS.match(info) else Kind.FENCE
    yield Container(Span(start, end), kind, LITERAL, opening, program=program_of(info))


def _paragraphs(data: bytes, pattern: re.Pattern[bytes]) -> Iterator[Container]:
    """Yield paragraphs that are examples by themselves; one that holds a fence is around an example."""
    for match in pattern.finditer(data):
        text = match["text"]
        if b"<" in text and b"```" not in text and b"~~~" not in text:
            yield Container(Span(*match.span("text")), Kind.FENCE, opening=match.start())


def _indented(data: bytes) -> Iterator[Container]:
    done = 0
    for match in _INDENTED.finditer(data):
        if match.start() < done:
            continue
        done = _end_of_block(data, match.end(), len(match["indent"].expandtabs()))
        if done > match.end():
            start = match.end()
            kind = Kind.OTHER if _OTHERS.match(match["info"] or b"") else Kind.FENCE
            # Options of the directive come first.
            while option := re.compile(rb"[ ]*:[\w-]+:[^\n]*\n").match(data, start, done):
                start = option.end()
            yield Container(Span(start, done), kind, LITERAL, match.start(), program=program_of(match["info"] or b""))


def _end_of_block(data: bytes, start: int, indent: int) -> int:
    """Return where the first line begins that is not blank and not indented further, or the end of the text."""
    for line in re.compile(rb"^[ \t]*(?=[^\s])", re.MULTILINE).finditer(data, start):
        if len(line[0].expandtabs()) <= indent:
            return line.start()
    return len(data)


def find_blocks(data: bytes) -> Iterator[Container]:
    """Yield the block scalars and the quoted scalars of YAML."""
    done = 0
    blocks: list[Span] = []
    for match in _SCALAR.finditer(data):
        if match.start() < done:
            continue
        done = _end_of_block(data, match.end(), len(match["indent"]))
        if done > match.end():
            blocks.append(Span(match.start(), done))
            yield Container(Span(match.end(), done), Kind.BLOCK, LITERAL, match.start())
    for match in _QUOTED.finditer(data):
        group = match.lastgroup or ""
        at = bisect_left(blocks, match.end(), key=lambda block: block.start)
        if b"<" in match[group] and not (at and match.start() < blocks[at - 1].end):
            quote = b'"' if group == "c" else b"'"
            yield Container(Span(*match.span(group)), Kind.STRING, STYLES[group], match.start(), quote + rb"|[\r\n]")
