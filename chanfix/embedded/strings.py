"""Strings of programs: one expression for each language, which passes over comments as well."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from chanfix.embedded.container import Container, Kind
from chanfix.embedded.styles import BRACES, DOUBLE, SINGLE, STYLES, Style, joined, joint
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
_RUBY_FILLED = rb'(?:[^"\\\#]++|\\.|\#%s|\#)*+' % BRACES
_NIX_FILLED = rb"(?:[^'$]++|'(?!')|'''|''\$|''\\.|\$%s|\$|(?!))*+" % BRACES

_HASH = rb"(?<!\S)\#[^\n]*+"
# Text between the lines of a program, in which a quote is none.
_POD = rb"(?m:^)=[a-zA-Z](?:[^\n]++|\n(?!=(?:cut|end)\b)|(?!))*+"
_DATA = rb"(?m:^)__(?:END|DATA)__\b.*+"
_PAGE = rb"\?>(?:[^<]++|<(?!\?)|(?!))*+"
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
    "shell": (
        _HASH,
        rb"\\.",
        _all((rb"\$", b"'", _ALL_S, "c"), (b"", b"'", SINGLE, "single"), (b"", b'"', DOUBLE, "shell")),
    ),
    "ruby": (_POD, _DATA, _HASH, rb"\\.", _all((b"", b"'", _ALL_S, "quoted"), (b"", b'"', _RUBY_FILLED, "hash"))),
    "perl": (_POD, _DATA, _HASH, rb"\\.", _all((b"", b"'", _ALL_S, "quoted"), (b"", b'"', _ALL_D, "perl"))),
    "php": (_PAGE, _HASH, _SLASHES, _all((b"", b"'", _ALL_S, "quoted"), (b"", b'"', _ALL_D, "php"))),
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
_LONGEST_JOINT = 400
# Of two styles of Python that are joined, the later one here is that of both.
_OF_PYTHON = ("literal", "c", "rawformat", "format")
_JOINABLE = (*_OF_PYTHON, "quoted", "dollar", "dollarname", "hash", "perl", "php")


def find_strings(data: bytes, language: str, start: int, end: int) -> Iterator[Container]:
    """Yield the strings of a stretch of a program that may hold XML; several that are joined are one."""
    held: Container | None = None
    is_one = True
    for match in _matches(data, language, start, end):
        # What XML begins in has a "<"; most strings of a program have none.
        if held is None and not _may_hold_xml(data, match):
            continue
        string = _container(data, language, match)
        if held is not None and (style := _style_of_both(data, held, string)):
            held = held._replace(span=Span(held.span.start, string.span.end), style=style)
            is_one = False
            continue
        if held is not None:
            yield held if is_one else held._replace(style=joined(held.style, _quote(data, held)))
        held, is_one = string if _may_hold_xml(data, match) else None, True
    if held is not None:
        yield held if is_one else held._replace(style=joined(held.style, _quote(data, held)))


def _style_of_both(data: bytes, one: Container, other: Container) -> Style | None:
    """Return the style of two strings if nothing stands between them, or what adds them and perhaps a value."""
    names = one.style.name, other.style.name
    if other.span.start - one.span.end > _LONGEST_JOINT or not all(name in _JOINABLE for name in names):
        return None
    if names[0] != names[1] and not all(name in _OF_PYTHON for name in names):
        return None
    quote = _quote(data, one)
    if not quote or _joint(quote).fullmatch(data, one.span.end, other.span.start) is None:
        return None
    return one.style if names[0] == names[1] else STYLES[max(names, key=_OF_PYTHON.index)]


def _quote(data: bytes, string: Container) -> bytes:
    """Return the quotes around a string; nothing for other marks."""
    start, end = string.span
    quote = data[start - 1 : start]
    if quote not in (b'"', b"'", b"`"):
        return b""
    is_tripled = data[start - 3 : start] == data[end : end + 3] == quote * 3
    return quote * 3 if is_tripled else quote


@lru_cache
def _joint(quote: bytes) -> re.Pattern[bytes]:
    return re.compile(joint(quote), re.VERBOSE)


def _matches(data: bytes, language: str, start: int, end: int) -> Iterator[re.Match[bytes]]:
    """Yield the strings that are closed."""
    pattern = _pattern(language)
    for match in pattern.finditer(data, start, end) if pattern else ():
        group = match.lastgroup
        if group is not None and group != "mark" and match.end(group) < match.end():
            yield match


def _may_hold_xml(data: bytes, match: re.Match[bytes]) -> bool:
    start, end = match.span()
    return data.find(b"<", start, end) >= 0 or data.find(b"003", start, end) >= 0


def _container(data: bytes, language: str, match: re.Match[bytes]) -> Container:
    group = match.lastgroup or ""
    span = Span(*match.span(group))
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
    return Container(span, Kind.STRING, STYLES[style], opening, forbidden)


@lru_cache
def _pattern(language: str) -> re.Pattern[bytes] | None:
    parts = _SPECIFIC.get(language)
    return re.compile(b"|".join(parts), re.DOTALL | re.VERBOSE) if parts else None
