"""How text stands in a place that is written in some language: which characters are written in another way, and holes.

A style is one regular expression. Its groups tell what a piece of text is: ``hole`` is filled in later; ``open``,
``middle`` and ``close`` are marks of a block; ``keep`` is what an escape stands for; ``named`` is a letter of a table;
``hex`` or ``decimal`` a number of a character, ``entity`` its name; what has none of them is not there at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from chanfix.named_tuple import NamedTuple
from chanfix.template.construct import Construct, Flow, Role
from chanfix.xml.origin import Piece
from chanfix.xml.span import Span

__all__ = [
    "BRACES",
    "DOUBLE",
    "LITERAL",
    "PARENTHESES",
    "SINGLE",
    "STYLES",
    "Reading",
    "Style",
    "joined",
    "joint",
    "read",
]

_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"a": b"", b"b": b"", b"f": b"", b"v": b"", b"e": b"", b"0": b""}
_ENTITIES = {b"lt": b"<", b"gt": b">", b"amp": b"&", b"quot": b'"', b"apos": b"'", b"nbsp": b" "}
_ROLES = {"hole": Role.OUTPUT, "open": Role.OPEN, "middle": Role.MIDDLE, "close": Role.CLOSE}

# Within each other, three deep; possessive, so that no text is looked at again and again.
BRACES = rb"\{(?:[^{}]++|\{(?:[^{}]++|\{[^{}]*+\}|(?!))*+\}|(?!))*+\}"
PARENTHESES = rb"\((?:[^()]++|\((?:[^()]++|\([^()]*+\)|(?!))*+\)|(?!))*+\)"
"""Expressions for braces and parentheses, with what is in them."""
_LETTER = rb"\\(?P<named>[nrtabfve0])"
_NUMBER = (
    rb"\\(?:x(?P<hex>[0-9A-Fa-f]{2})|u(?P<hex_4>[0-9A-Fa-f]{4})|[uU](?P<hex_8>000[0-9A-Fa-f]{5})"
    rb"|u\{(?P<hex_n>[0-9A-Fa-f]{1,6})\})"
)
_LINE = rb"\\\r?\n"
_C = rb"""\\(?P<keep>["'\\/`?])|%s|%s|%s""" % (_LETTER, _NUMBER, _LINE)
_SHELL = rb"\$(?:%s|%s|\w+|[@*#?!$-])|`[^`]*+`" % (BRACES, PARENTHESES)
_HCL = (
    rb"""[$%%](?P<keep_9>[$%%]\{)|(?P<hole>\$%s)
    |%%\{~?\s*(?:(?P<open>(?:if|for)\b[^{}]*)|(?P<middle>else)|(?P<close>end(?:if|for)))\s*~?\}"""
    % BRACES
)
_NOTHING = rb"""(?:\s++|[+,\\]|\.(?!\w)|//[^\n]*+|\#[^\n]*+|(?!))*+"""
_VALUE = rb"""\s*+[+.]\s*+[A-Za-z_$][\w.$>\[\]-]*+(?:\([^()"'`]*+\))?\s*+[+.]\s*+"""
_PREFIX = rb"[bBfFrRtTuUs$@]{0,2}"
# In a word of a shell, what stands between two strings: variables and commands, in quotes of their own or without.
_BESIDE_SINGLE = rb"""'(?:"[^"]*+"|\$\w+|\$%s|\$%s|(?!))++'""" % (BRACES, PARENTHESES)
_BESIDE_DOUBLE = rb"""\"(?:\$\w+|\$%s|\$%s|'[^'\n]*+'|(?!))++\"""" % (BRACES, PARENTHESES)
SINGLE = rb"""(?:[^']++|'\\''|%s|(?!))*+""" % _BESIDE_SINGLE
DOUBLE = rb"""(?:[^"\\$]++|\\.|\$%s|\$%s|\$|%s|(?!))*+""" % (PARENTHESES, BRACES, _BESIDE_DOUBLE)
"""Expressions for strings of a shell, up to the quote that ends the last of a word."""


class Style(NamedTuple):
    """A way to write text. ``special`` is the expression; new text with a match of ``forbidden`` cannot be written."""

    name: str
    special: bytes = b""
    forbidden: bytes = b""


LITERAL = Style("literal")
"""Every byte stands for itself."""

_TABLE = (
    LITERAL,
    Style("here", rb"\\(?P<keep>[\\$`])|%s|(?P<hole>%s)" % (_LINE, _SHELL), rb"[\\$`]"),
    Style("shell", rb"""\\(?P<keep>["\\$`])|%s|(?P<hole>%s|%s)""" % (_LINE, _SHELL, _BESIDE_DOUBLE), rb"[\\$`]"),
    Style("single", rb"""'\\(?P<keep>')'|'"(?P<keep_2>')"'|(?P<hole>%s)""" % _BESIDE_SINGLE, rb"'"),
    Style("c", _C, rb"\\"),
    Style("format", rb"%s|\{(?P<keep_2>\{)|\}(?P<keep_3>\})|(?P<hole>%s)" % (_C, BRACES), rb"[\\{}]"),
    Style("rawformat", rb"\{(?P<keep>\{)|\}(?P<keep_2>\})|(?P<hole>%s)" % BRACES, rb"[{}]"),
    Style("dollar", rb"\\(?P<keep_2>[$])|%s|(?P<hole>\$%s)" % (_C, BRACES), rb"[\\$]"),
    Style("dollarname", rb"\\(?P<keep_2>[$])|%s|(?P<hole>\$(?:%s|[A-Za-z_]\w*))" % (_C, BRACES), rb"[\\$]"),
    Style("hash", rb"\\(?P<keep_2>\#)|%s|(?P<hole>\#%s)" % (_C, BRACES), rb"[\\#]"),
    Style(
        "perl",
        rb"\\(?P<keep_2>[$@])|%s|(?P<hole>[$@](?:%s|\w+(?:(?:->)?(?:\[[^\]\n]*\]|\{[^{}\n]*\})|(?!))*+))"
        % (_C, BRACES),
        rb"[\\$@]",
    ),
    Style(
        "php",
        rb"\\(?P<keep_2>[${])|%s|(?P<hole>\$(?:%s|[A-Za-z_]\w*+(?:->\w+|\[[^\]\n]*\])?)|\{\$(?:[^{}]++|%s|(?!))*+\})"
        % (_C, BRACES, BRACES),
        rb"[\\$]",
    ),
    Style("hcl", _HCL, rb"[$%]\{"),
    Style("hclstring", _C + rb"|" + _HCL, rb"\\|[$%]\{"),
    Style(
        "nix",
        rb"''(?P<keep>\$)|'(?P<keep_2>'')|''\\(?:(?P<named>[nrt])|(?P<keep_3>.))|\$(?P<keep_4>\$)|(?P<hole>\$%s)"
        % BRACES,
        rb"''|\$\{",
    ),
    Style("quoted", rb"\\(?P<keep>['\\])", rb"\\"),
    Style("doubledsingle", rb"'(?P<keep>')", rb"'"),
    Style("doubled", rb'"(?P<keep>")', rb'"'),
    Style("doubledformat", rb'"(?P<keep>")|\{(?P<keep_2>\{)|\}(?P<keep_3>\})|(?P<hole>%s)' % BRACES, rb'["{}]'),
    # In HTML: what makes text bold or coloured is nothing of the text.
    Style(
        "html",
        rb"&(?:(?P<entity>lt|gt|amp|quot|apos|nbsp)|\#(?P<decimal>[0-9]{1,7})|\#[xX](?P<hex>[0-9A-Fa-f]{1,6}));"
        rb"|</?(?:a|b|code|em|i|mark|span|strong)\b[^<>]*>",
        rb"[<&]",
    ),
    Style("make", rb"\$(?P<keep>\$)|(?P<hole>\$(?:%s|%s|[A-Za-z@<^]))" % (PARENTHESES, BRACES), rb"\$"),
)
STYLES: Mapping[str, Style] = {style.name: style for style in _TABLE}
"""The styles by their names; letters and numbers name no escape twice, and a doubled sign stands for one."""


def joint(quote: bytes) -> bytes:
    """Return the expression for what stands between two strings that a program joins, with their quotes.

    That is nothing but what joins them, or a value, which is its group ``hole_joint``.
    """
    return rb"(?P<hole_joint>%s%s%s%s)|%s%s%s%s" % (quote, _VALUE, _PREFIX, quote, quote, _NOTHING, _PREFIX, quote)


def joined(style: Style, quote: bytes) -> Style:
    """Return the style of several strings, each in that style and those quotes, that a program joins."""
    parts = (style.special, joint(quote)) if style.special else (joint(quote),)
    return style._replace(special=b"|".join(parts))


class Reading(NamedTuple):
    """Text as its reader has it, where each of its bytes stands, and what in it is not its own."""

    data: bytes
    pieces: tuple[Piece, ...]
    holes: tuple[Construct, ...]

    @property
    def is_literal(self) -> bool:
        """Return True if every byte stands for itself; holes do too."""
        return len(self.pieces) == 1

    def part(self, span: Span) -> tuple[bytes, list[Piece], list[Construct]]:
        """Return a part of the text, with places and holes counted from its own beginning."""
        pieces: list[Piece] = []
        for number in range(_piece_at(self.pieces, span.start), len(self.pieces)):
            piece = self.pieces[number]
            if piece.start >= span.end and pieces:
                break
            skipped = max(0, span.start - piece.start) if piece.is_copy else 0
            source = Span(piece.source.start + skipped, piece.source.end)
            pieces.append(Piece(max(0, piece.start - span.start), source, piece.is_copy))
        holes = [
            hole._replace(span=Span(hole.span.start - span.start, hole.span.end - span.start))
            for hole in self.holes[_hole_at(self.holes, span.start) : _hole_at(self.holes, span.end)]
            if hole.span.end <= span.end
        ]
        return self.data[span.start : span.end], pieces, holes


def _piece_at(pieces: tuple[Piece, ...], offset: int) -> int:
    from bisect import bisect_right

    return max(0, bisect_right(pieces, offset, key=lambda piece: piece.start) - 1)


def _hole_at(holes: tuple[Construct, ...], offset: int) -> int:
    from bisect import bisect_left

    return bisect_left(holes, offset, key=lambda hole: hole.span.start)


def read(raw: bytes, start: int, style: Style) -> Reading:
    """Read text that is written in a style; ``start`` is where it stands in its file."""
    if not style.special:
        return Reading(raw, (Piece(0, Span(start, start), is_copy=True),), ())
    parts: list[bytes] = []
    pieces = [Piece(0, Span(start, start), is_copy=True)]
    holes: list[Construct] = []
    size = done = 0
    for match in re.compile(style.special, re.DOTALL | re.VERBOSE).finditer(raw):
        group = match.lastgroup or ""
        kind = group.partition("_")[0]
        if kind in _ROLES:
            begin = size + match.start() - done
            holes.append(Construct(Span(begin, begin + len(match[0])), _ROLES[kind], Flow.CHOICE))
            continue
        parts.append(raw[done : match.start()])
        size += len(parts[-1])
        new = _meant(kind, match[group] if group else b"")
        source = Span(start + match.start(), start + match.end())
        if new:
            _put(pieces, Piece(size, source, is_copy=False))
        parts.append(new)
        size += len(new)
        done = match.end()
        _put(pieces, Piece(size, Span(source.end, source.end), is_copy=True))
    parts.append(raw[done:])
    return Reading(b"".join(parts), tuple(pieces), tuple(holes))


def _put(pieces: list[Piece], piece: Piece) -> None:
    """Add a piece, in the place of one before it that has no bytes."""
    if pieces[-1].start == piece.start:
        pieces.pop()
    pieces.append(piece)


def _meant(kind: str, written: bytes) -> bytes:
    match kind:
        case "keep":
            return written
        case "named":
            return _LETTERS[written]
        case "entity":
            return _ENTITIES[written]
        case "hex" | "decimal":
            number = int(written, 16 if kind == "hex" else 10)
            return chr(min(number, 0x10FFFF)).encode("utf-8", "replace")
        case _:
            return b""
