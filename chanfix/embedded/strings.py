"""Strings of programs: one expression for each language, which passes over comments as well."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from chanfix.embedded.container import Container, Kind
from chanfix.embedded.styles import BRACES, JOINTS, PARENTHESES, STYLES
from chanfix.xml.span import Span

__all__ = ["find_strings"]

# What stands between the quotes. All of it is possessive, and the closing quote may be missing: what is never closed is
# looked at once. Before Python 3.11.5 a possessive repeat goes on from where its last attempt failed (python/cpython,
# issues 100061 and 106052). The choice that never matches, (?!), fails where the attempt began.
_LINE_D, _LINE_S = rb'(?:[^"\\\n]++|\\.)*+', rb"(?:[^'\\\n]++|\\.)*+"
_ALL_D, _ALL_S = rb'(?:[^"\\]++|\\.)*+', rb"(?:[^'\\]++|\\.)*+"
_THREE_D, _THREE_S = rb'(?:[^"\\]++|\\.|"(?!"")|(?!))*+', rb"(?:[^'\\]++|\\.|'(?!'')|(?!))*+"
_RAW_D, _RAW_S, _TICK = rb'[^"]*+', rb"[^']*+", rb"[^`]*+"
# Expressions in them may hold quotes of their own.
_TICK_FILLED = rb"(?:[^`\\$]++|\\.|\$%s|\$)*+" % BRACES
_SHELL_FILLED = rb'(?:[^"\\$]++|\\.|\$%s|\$%s|\$)*+' % (PARENTHESES, BRACES)
_RUBY_FILLED = rb'(?:[^"\\\#]++|\\.|\#%s|\#)*+' % BRACES
_NIX_FILLED = rb"(?:[^'$]++|'(?!')|'''|''\$|''\\.|\$%s|\$|(?!))*+" % BRACES

_HASH = rb"(?<!\S)\#[^\n]*+"
_SLASHES = rb"//[^\n]*+|/\*(?:[^*]++|\*(?!/)|(?!))*+(?:\*/)?+"
_CHARACTER = rb"'(?:[^'\\\n]|\\[^\n]{1,8}?)'"


def _quoted(before: bytes, quote: bytes, body: bytes, style: str, number: int) -> bytes:
    return rb"%s%s(?P<%s_%d>%s)(?:%s)?+" % (before, quote, style.encode(), number, body, quote)


def _all(*strings: tuple[bytes, bytes, bytes, str]) -> bytes:
    return b"|".join(_quoted(*string, number) for number, string in enumerate(strings))


_SPECIFIC: Mapping[str, Sequence[bytes]] = {
    "python": (
        rb"\#[^\n]*+",
        _all(
            (b"", b'"""', _THREE_D, "c"),
            (b"", b"'''", _THREE_S, "c"),
            (b"", b'"', _LINE_D, "c"),
            (b"", b"'", _LINE_S, "c"),
        ),
    ),
    "toml": (
        _HASH,
        _all(
            (b"", b'"""', _THREE_D, "c"),
            (b"", b"'''", rb"(?:[^']++|'(?!'')|(?!))*+", "literal"),
            (b"", b'"', _LINE_D, "c"),
            (b"", b"'", rb"[^'\n]*+", "literal"),
        ),
    ),
    "shell": (_HASH, rb"\\.", _all((b"", b"'", _RAW_S, "literal"), (b"", b'"', _SHELL_FILLED, "shell"))),
    "ruby": (_HASH, rb"\\.", _all((b"", b"'", _ALL_S, "literal"), (b"", b'"', _RUBY_FILLED, "hash"))),
    "perl": (_HASH, rb"\\.", _all((b"", b"'", _ALL_S, "literal"), (b"", b'"', _ALL_D, "perl"))),
    "php": (_HASH, _SLASHES, _all((b"", b"'", _ALL_S, "literal"), (b"", b'"', _ALL_D, "php"))),
    "go": (_SLASHES, _CHARACTER, _all((b"", b"`", _TICK, "literal"), (b"", b'"', _LINE_D, "c"))),
    "rust": (
        _SLASHES,
        *(
            rb'(?<!\w)b?r%s"(?P<literal_%d>(?:[^"]++|"(?!%s)|(?!))*+)(?:"%s)?+' % (marks, number, marks, marks)
            for number, marks in enumerate((rb"\#\#\#", rb"\#\#", rb"\#"))
        ),
        rb'(?<!\w)b?r"(?P<literal_8>[^"]*+)(?:")?+',
        _CHARACTER,
        _all((b"", b'"', _ALL_D, "c")),
    ),
    "javascript": (
        _SLASHES,
        _all((b"", b"`", _TICK_FILLED, "dollar"), (b"", b'"', _LINE_D, "c"), (b"", b"'", _LINE_S, "c")),
    ),
    "java": (
        _SLASHES,
        _all(
            (b"", b'"""', _THREE_D, "dollarname"),
            (b"", b"'''", _THREE_S, "c"),
            (b"", b'"', _LINE_D, "dollarname"),
            (b"", b"'", _LINE_S, "c"),
        ),
    ),
    "csharp": (
        _SLASHES,
        _all(
            (rb"\$", b'"""', rb'(?:[^"]++|"(?!"")|(?!))*+', "rawformat"),
            (b"", b'"""', rb'(?:[^"]++|"(?!"")|(?!))*+', "literal"),
            (rb"(?:\$@|@\$)", b'"', rb'(?:[^"]++|"")*+', "doubledformat"),
            (b"@", b'"', rb'(?:[^"]++|"")*+', "doubled"),
            (rb"\$", b'"', _LINE_D, "format"),
            (b"", b'"', _LINE_D, "c"),
        ),
        _CHARACTER,
    ),
    "c": (
        _SLASHES,
        rb'R"(?P<mark>[^()\\\s"]{0,16})\((?P<literal_9>(?:[^)]++|\)(?!(?P=mark)")|(?!))*+)(?:\)(?P=mark)")?+',
        _CHARACTER,
        _all((b"", b'"', _LINE_D, "c")),
    ),
    "hcl": (_HASH, _SLASHES, _all((b"", b'"', _LINE_D, "hclstring"))),
    "nix": (
        _HASH,
        _SLASHES,
        _all((b"", b"''", _NIX_FILLED, "nix")),
        _all((b"", b'"', _ALL_D, "dollar")),
    ),
    "json": (_all((b"", b'"', _LINE_D, "c")),),
}


# The letters before a string of Python, and what is done with it behind it.
_PREFIX = re.compile(rb"(?<!\w)[A-Za-z]{1,2}\Z")
_FORMAT = re.compile(rb"\s{0,99}\.format(?:_map)?\(")
_JOINT = re.compile(b"|".join(JOINTS), re.VERBOSE)
_LONGEST_JOINT = 400
_JOINABLE = ("c", "dollarname")


def find_strings(data: bytes, language: str, start: int, end: int) -> Iterator[Container]:
    """Yield the strings of a stretch of a program that may hold XML; several that are joined are one."""
    held: Container | None = None
    for string in _strings(data, language, start, end):
        if held is not None and _are_joined(data, held, string):
            style = STYLES["joined" if data[held.span.start - 1 : held.span.start] == b'"' else "joinedsingle"]
            held = held._replace(span=Span(held.span.start, string.span.end), style=style)
            continue
        if held is not None and _may_hold_xml(data, held.span):
            yield held
        held = string
    if held is not None and _may_hold_xml(data, held.span):
        yield held


def _are_joined(data: bytes, one: Container, other: Container) -> bool:
    """Return True if nothing stands between two strings of one line each, or what adds them and perhaps a value."""
    is_plain = one.style.name in (*_JOINABLE, "joined", "joinedsingle") and other.style.name in _JOINABLE
    size = other.span.start - one.span.end
    return is_plain and size < _LONGEST_JOINT and _JOINT.fullmatch(data, one.span.end, other.span.start) is not None


def _strings(data: bytes, language: str, start: int, end: int) -> Iterator[Container]:
    pattern = _pattern(language)
    if pattern is None:
        return
    for match in pattern.finditer(data, start, end):
        group = match.lastgroup
        if group is None or group == "mark":
            continue
        span = Span(*match.span(group))
        if span.end == match.end():
            continue  # never closed
        quote = data[span.end : match.end()]
        forbidden = re.escape(quote[:1]) if quote[:1] in (b'"', b"'", b"`") else rb"(?!)"
        if len(quote) == 3 and quote[:1] in (b'"', b"'"):
            forbidden = re.escape(quote)
        elif b"\n" not in match[group]:
            forbidden += rb"|[\r\n]"
        style, opening = group.partition("_")[0], match.start()
        if language == "python":
            # Where a string ends its letters do not change.
            prefix = _PREFIX.search(data, max(0, opening - 3), opening)
            letters = prefix[0].lower() if prefix else b""
            opening -= len(letters)
            is_filled = b"f" in letters or b"t" in letters or _FORMAT.match(data, match.end())
            is_raw = b"r" in letters
            style = ("rawformat" if is_raw else "format") if is_filled else "literal" if is_raw else "c"
        yield Container(span, Kind.STRING, STYLES[style], opening, forbidden)


def _may_hold_xml(data: bytes, span: Span) -> bool:
    return any(data.find(sign, *span) >= 0 for sign in (b"<", b"003c", b"003C"))


@lru_cache
def _pattern(language: str) -> re.Pattern[bytes] | None:
    parts = _SPECIFIC.get(language)
    return re.compile(b"|".join(parts), re.DOTALL | re.VERBOSE) if parts else None
