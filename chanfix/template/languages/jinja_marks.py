"""The marks of Jinja's family, ``{% %}``, ``{{ }}`` and ``{# #}``, whatever stands between them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from chanfix.named_tuple import NamedTuple
from chanfix.template.construct import TemplateError
from chanfix.template.languages.scan import NEVER_CLOSED

__all__ = ["Stretch", "stretches"]


class Stretch(NamedTuple):
    """A construct with its place in characters. ``kind`` is Jinja's name of the token that begins it."""

    kind: str
    words: list[str]
    start: int
    end: int


_START = re.compile(r"\{([%{#])")
_KINDS = {"%": "block_begin", "{": "variable_begin", "#": "comment_begin"}
# Strings end in their line: a single apostrophe must not take the rest of the text along.
_CLOSINGS = {
    "%": re.compile(r"""(?>(?:"[^"\n]*"|'[^'\n]*'|[^"'%]|%(?!\}))*)%\}"""),
    "{": re.compile(r"""(?>(?:"[^"\n]*"|'[^'\n]*'|[^"'}]|\}(?!\}))*)\}\}"""),
    "#": re.compile(r"(?>(?:[^#]|#(?!\}))*)#\}"),
}
_PLAIN = {"%": "%}", "{": "}}", "#": "#}"}
_WORD = re.compile(r"""\w+|"[^"\n]*"|'[^'\n]*'|[^\s\w]""")
_LITERAL = {
    word: re.compile(rf"\{{%[-~+]?\s*end{word}\s*[-~+]?%\}}", re.IGNORECASE) for word in ("raw", "verbatim", "comment")
}


def stretches(text: str, offset_of: Callable[[int], int]) -> Iterator[Stretch]:
    """Yield the constructs of a text. Raises ``TemplateError`` for one that is never closed."""
    at = 0
    ends = dict(_LITERAL)
    while match := _START.search(text, at):
        start, mark = match.start(), match[1]
        at = _end(text, match, offset_of)
        words = _WORD.findall(text, match.end(), at - 2) if mark == "%" else []
        words = words[1:] if words and words[0] in "-~+" else words
        yield Stretch(_KINDS[mark], words, start, at)
        if words and words[0] in ends:
            if end := ends[words[0]].search(text, at):
                at = end.start()
            else:
                # There is none further on either.
                del ends[words[0]]


def _end(text: str, match: re.Match[str], offset_of: Callable[[int], int]) -> int:
    mark = match[1]
    if closed := _CLOSINGS[mark].match(text, match.end()):
        return closed.end()
    end = text.find(_PLAIN[mark], match.end())
    if end < 0:
        raise TemplateError(NEVER_CLOSED, offset_of(match.start()))
    return end + 2
