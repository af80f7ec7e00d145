"""Here-documents: lines from one that opens them to one that holds their word alone."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping

from chanfix.embedded.container import Container, Kind
from chanfix.embedded.styles import LITERAL, STYLES, Style
from chanfix.named_tuple import NamedTuple
from chanfix.xml.span import Span

__all__ = ["HERE", "find_heredocs"]


class Here(NamedTuple):
    """How a language opens here-documents, and the style of those whose word is not quoted.

    The closing word may be indented where ``dash`` matched, or always.
    """

    opening: bytes
    style: Style
    is_always_indented: bool = False


_WORD = rb"(?P<word>[A-Za-z_]\w*)"
HERE: Mapping[str, Here] = {
    "shell": Here(rb"(?<!<)<<(?P<dash>-?)[ \t]*(?P<quote>\\|['\"]?)" + _WORD, STYLES["here"]),
    # In an example or a block of YAML, all lines may be indented.
    "commands": Here(
        rb"(?<!<)<<(?P<dash>-?)[ \t]*(?P<quote>\\|['\"]?)" + _WORD, STYLES["here"], is_always_indented=True
    ),
    "make": Here(rb"(?<!<)<<(?P<dash>-?)[ \t]*(?P<quote>\\|['\"]?)" + _WORD, STYLES["make"]),
    "ruby": Here(rb"<<(?P<dash>[~-])(?P<quote>['\"]?)" + _WORD + rb"|<<(?P<word_2>[A-Z_]\w*)", STYLES["hash"]),
    "perl": Here(rb"<<(?P<dash>~?)[ \t]*(?P<quote>['\"]?)" + _WORD, STYLES["perl"]),
    "php": Here(rb"<<<[ \t]*(?P<quote>['\"]?)" + _WORD, STYLES["php"], is_always_indented=True),
    "hcl": Here(rb"<<(?P<dash>-?)" + _WORD, STYLES["hcl"], is_always_indented=True),
}
"""The languages that have here-documents."""

_LINE_OF_WORD = re.compile(rb"^(?P<indent>[ \t]*)(?P<word>[A-Za-z_]\w*)[;,)\]]*[ \t]*\r?$", re.MULTILINE)


def find_heredocs(data: bytes, language: str) -> list[Container]:
    """Return the here-documents of a text. One that is never closed is none."""
    here = HERE.get(language)
    if here is None or b"<<" not in data:
        return []
    closers = _closers(data)
    found: list[Container] = []
    # The bodies of several that open on one line follow each other.
    line_end = done = 0
    for match in re.finditer(here.opening, data):
        if line_end <= match.start() < done:
            continue
        if match.start() >= line_end:
            line_end = data.find(b"\n", match.end()) + 1
            done = line_end
        if line_end == 0:
            break
        groups = match.groupdict()
        word = groups["word"] or groups.get("word_2") or b""
        may_be_indented = here.is_always_indented or bool(groups.get("dash"))
        ends = closers.get((word, may_be_indented), [])
        at = bisect_left(ends, done)
        if at == len(ends):
            continue
        quote = groups.get("quote") or b""
        style = LITERAL if quote and (quote != b'"' or language in ("shell", "commands")) else here.style
        found.append(Container(Span(done, ends[at]), Kind.BLOCK, style, match.start()))
        done = data.find(b"\n", ends[at]) + 1 or len(data)
    return found


def _closers(data: bytes) -> dict[tuple[bytes, bool], list[int]]:
    """Return where lines begin that hold a word alone: by the word, those without indentation, and all."""
    closers: dict[tuple[bytes, bool], list[int]] = {}
    for line in _LINE_OF_WORD.finditer(data):
        closers.setdefault((line["word"], True), []).append(line.start())
        if not line["indent"]:
            closers.setdefault((line["word"], False), []).append(line.start())
    return closers
