"""The finding that a text is which cannot be read as a document."""

from __future__ import annotations

import re

from chanfix.errors import InputError, InputKind
from chanfix.lint.excerpt import excerpt_of
from chanfix.lint.finding import Finding
from chanfix.lint.rules import by_name
from chanfix.xml.decode import decode
from chanfix.xml.place import Place
from chanfix.xml.span import LineIndex, Span

__all__ = ["finding_of"]

_RULES = {
    InputKind.NOT_WELL_FORMED: "not-well-formed",
    InputKind.DOCTYPE: "doctype",
    InputKind.TEMPLATE: "template-not-lintable",
}
# What to point at: the beginning of a tag, a word, or one character.
_TOKEN = re.compile(r"<[!?/]?[\w:.-]*|[\w:.-]+|[^\r\n]")
_LONGEST = 80


def finding_of(error: InputError, data: bytes) -> Finding | None:
    """Return the finding that ``Document.parse`` means by refusing ``data``; None for an error that is none."""
    position = error.position
    if error.kind not in _RULES or position is None:
        return None
    text, encoding = _readable(data)
    lines = LineIndex(text, encoding)
    start = lines.offset(position)
    if error.kind is InputKind.NOT_WELL_FORMED and (placeholder := _placeholder_at(text, start)):
        shown = placeholder.decode(encoding, "replace")
        what = f"no XML is left of the template: '{shown}' stands where XML has no text"
        error = InputError(what, hint=error.hint, position=position, kind=InputKind.TEMPLATE)
    rule = by_name(_RULES[error.kind])
    if rule is None:
        return None
    rest = text[start : min(start + _LONGEST, lines.line_span(position.line).end)]
    token = _TOKEN.match(rest.decode(encoding, "surrogateescape"))
    end = start + len(token[0].encode(encoding, "surrogateescape")) if token else start
    # The error may be between CR and LF, where no text is.
    place = Place(Span(start, end), lines.position(start), lines.position(end))
    message = f"{error.message}; {error.hint}" if error.hint else error.message
    return Finding(rule.name, rule.severity, message, place, excerpt=excerpt_of(lines, place))


def _placeholder_at(text: bytes, offset: int) -> bytes:
    from chanfix.template.languages.placeholders import stands_in

    return stands_in(text, offset)


def _readable(data: bytes) -> tuple[bytes, str]:
    """Return the text that positions speak of, and its encoding; bytes of none are taken one by one."""
    try:
        decoded = decode(data)
    except InputError:
        return data, "latin-1"
    return decoded.data, decoded.encoding
