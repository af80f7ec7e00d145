"""The line that a finding is shown with, without the secrets in it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from functools import lru_cache

from chanfix.lint.finding import Excerpt
from chanfix.secrets import MASK, find_secrets
from chanfix.xml.place import Place
from chanfix.xml.span import LineIndex, Span

__all__ = ["excerpt_of"]

_EXCERPT = 100
_LONGEST_CHARACTER = 4


def excerpt_of(lines: LineIndex, place: Place) -> Excerpt:
    """Return the line of a place with its secrets masked, or the part of a long line around the place."""
    line = lines.line_span(place.start.line)
    most = 2 * _EXCERPT
    # A line of a whole document is not decoded for each finding in it.
    is_long = line.end - line.start > most * _LONGEST_CHARACTER or len(lines.text(line)) > most
    here = max(line.start, place.span.start)
    shown = _around(lines, line, here) if is_long else line
    text = _masked(lines, shown)
    start, end = (
        len(_masked(lines, Span(shown.start, min(at, shown.end)))) for at in (here, max(here, place.span.end))
    )
    first = max(0, start - _EXCERPT) if is_long else 0
    last = first + 2 * _EXCERPT
    return Excerpt(text[first:last], start - first, max(start, min(end, last)) - first)


def _around(lines: LineIndex, line: Span, at: int) -> Span:
    """Return as much of a line as can be shown, in whole characters."""
    start = max(line.start, at - _EXCERPT * _LONGEST_CHARACTER)
    end = min(line.end, at + 2 * _EXCERPT * _LONGEST_CHARACTER)
    return Span(lines.start_of_character(start), lines.start_of_character(end))


def _masked(lines: LineIndex, part: Span) -> str:
    secrets = _secrets_of(lines)
    if not secrets:
        return lines.text(part)
    first = bisect_right(secrets, part.start, key=lambda secret: secret.end)
    last = bisect_left(secrets, part.end, key=lambda secret: secret.start)
    texts, at = [], part.start
    for secret in secrets[first:last] if not part.is_empty else ():
        texts += [lines.text(Span(at, max(at, secret.start))), MASK]
        at = min(secret.end, part.end)
    return "".join([*texts, lines.text(Span(at, part.end))])


@lru_cache(maxsize=1)
def _secrets_of(lines: LineIndex) -> list[Span]:
    """Return the bytes that are secret in the whole text: in one line it does not show what began before it."""
    # Each byte is taken as a character, so that places are bytes. What tells a secret is ASCII.
    return [Span(*secret) for secret in find_secrets(lines.data.decode("latin-1"))]
