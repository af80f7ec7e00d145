"""From an input to a text: its bytes, its tree, its domains; or why there is none."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from chanfix.domain import Domain, domains_in
from chanfix.embedded.languages import language_of, may_be_device
from chanfix.errors import ChanfixError, InputError, InputKind
from chanfix.lint.finding import FileReport
from chanfix.lint.rule import At, Draft
from chanfix.lint.rules import by_name
from chanfix.named_tuple import NamedTuple
from chanfix.template import read_document
from chanfix.template.endings import ending_of, may_hold_domain
from chanfix.xml.bounds import known_format
from chanfix.xml.decode import decode
from chanfix.xml.document import Document
from chanfix.xml.span import LineIndex, Span

__all__ = ["Parts", "Refused", "Source", "Text", "error_report", "read", "read_bytes", "refused"]

_RULES = {
    InputKind.NOT_WELL_FORMED: "not-well-formed",
    InputKind.DOCTYPE: "doctype",
    InputKind.TEMPLATE: "template-not-lintable",
}
# The place of a refusal: the beginning of a tag, a word, or one character. Compiled when a text is refused.
_TOKEN = r"<[!?/]?[\w:.-]*|[\w:.-]+|[^\r\n]"
_LONGEST = 80


class Source(NamedTuple):
    """An input: its name for reports, and how to get its bytes.

    ``is_named`` is false for what was found in a folder: then a file without a domain is skipped without a finding.
    ``is_stored`` is true for what libvirt keeps: that is no template, whatever stands in it. With ``variables``, as
    ``read_variables`` returns them, Jinja templates are rendered. With ``looks_inside`` scripts, documents and other
    files are read for the XML in them.
    """

    name: str
    read: Callable[[], bytes]
    is_named: bool = True
    is_stored: bool = False
    variables: str | None = None
    looks_inside: bool = True

    def parse(self, data: bytes) -> Document:
        """Return bytes of this input as a document. Raises ``InputError``."""
        if self.is_stored:
            return Document.parse(data)
        if self.variables is not None:
            from chanfix.template.rendered.rendering import read_rendered

            return read_rendered(data, self.name, self.variables)
        return read_document(data, self.name)


class Text(NamedTuple):
    """An input that was read: its bytes, their document, and the domains in the document's first reading."""

    name: str
    data: bytes
    document: Document
    domains: Sequence[Domain]

    @classmethod
    def of(cls, name: str, document: Document) -> Text:
        """Return the text of a document."""
        return cls(name, document.data, document, domains_in(document))

    @property
    def parts(self) -> tuple[Text, ...]:
        """The text itself: an input that is one document."""
        return (self,)


class Refused(NamedTuple):
    """A text that is no document, and the draft about it."""

    name: str
    draft: Draft
    lines: LineIndex
    origin: None = None


class Parts(NamedTuple):
    """An input in which several texts stand, each a document of its own: their places are the input's.

    With ``are_examples`` their domains are never all on one host.
    """

    name: str
    data: bytes
    parts: tuple[Text | Refused, ...]
    are_examples: bool = False

    @property
    def texts(self) -> list[Text]:
        """The parts that were read."""
        return [part for part in self.parts if isinstance(part, Text)]

    @property
    def domains(self) -> list[Domain]:
        """The domains of all parts."""
        return [domain for text in self.texts for domain in text.domains]


_NO_DOMAIN = "holds no libvirt domain"


def read(source: Source) -> Text | Refused | Parts | FileReport:
    """Read an input. One without a domain, or that cannot be read at all, is a report already."""
    try:
        return read_bytes(source, source.read())
    except ChanfixError as error:
        return error_report(source.name, error)


def read_bytes(source: Source, data: bytes) -> Text | Refused | Parts | FileReport:
    """Read the bytes of an input. Raises ``ChanfixError`` for those that no rule is about."""
    name = source.name
    language = None if source.is_stored else language_of(name, data)
    if language and source.looks_inside:
        from chanfix.lint.inside import read_inside

        return read_inside(source, data, language)
    if language and not source.is_named and ending_of(name) is None:
        return FileReport(name, skipped=_NO_DOMAIN)
    is_found = not source.is_named and b"\0" not in data[:64]
    if is_found and not may_hold_domain(name, data) and not may_be_device(data):
        return FileReport(name, skipped=_NO_DOMAIN)
    try:
        document = source.parse(data)
    except InputError as error:
        from chanfix.lint.inside import read_in_turn

        is_template = error.kind is InputKind.TEMPLATE
        if is_template or error.kind is InputKind.NOT_WELL_FORMED:
            parts = read_in_turn(name, data, is_template=is_template)
            if parts is not None:
                return parts
        if (refusal := refused(name, data, error)) is None:
            raise
        return refusal
    text = Text.of(name, document)
    if text.domains:
        return text
    from chanfix.lint.inside import read_device

    return read_device(name, document) or FileReport(name, skipped=_NO_DOMAIN)


def error_report(name: str, error: ChanfixError) -> FileReport:
    """Return the report on an input that could not be linted."""
    where = ""
    if isinstance(error, InputError) and error.position:
        where = f" (line {error.position.line}, column {error.position.column})"
    return FileReport(name, error=error.message + where, hint=error.hint)


def refused(name: str, data: bytes, error: InputError, lines: LineIndex | None = None) -> Refused | None:
    """Return the draft about bytes that ``error`` refuses as a document; None if no rule is about that error.

    ``lines`` is the line index of the bytes, if there is one.
    """
    position = error.position
    if error.kind not in _RULES or position is None:
        return None
    lines = LineIndex(*_readable(data)) if lines is None else lines
    text, encoding = lines.data, lines.encoding
    start = lines.offset(position)
    kind, message = error.kind, error.message
    is_text = known_format(data) is None
    if kind is InputKind.NOT_WELL_FORMED and is_text and (placeholder := _placeholder_at(text, start)):
        shown = placeholder.decode(encoding, "replace")
        kind = InputKind.TEMPLATE
        message = f"no XML is left of the template: '{shown}' stands where XML has no text"
    rule = by_name(_RULES[kind])
    if rule is None:
        return None
    # The error may be between CR and LF, where no text is.
    rest = text[start : min(start + _LONGEST, lines.line_span(position.line).end)]
    token = re.match(_TOKEN, rest.decode(encoding, "surrogateescape"))
    end = start + len(token[0].encode(encoding, "surrogateescape")) if token else start
    sentence = f"{message}; {error.hint}" if error.hint else message
    draft = Draft(sentence, At.bytes(Span(start, end)), severity=rule.severity, rule=rule.name)
    return Refused(name, draft, lines)


def _placeholder_at(text: bytes, offset: int) -> bytes:
    from chanfix.template.languages.placeholders import stands_in

    return stands_in(text, offset)


def _readable(data: bytes) -> tuple[bytes, str]:
    """Return the text that positions refer to, and its encoding; of bytes that are no text, each is a character."""
    try:
        decoded = decode(data)
    except InputError:
        return data, "latin-1"
    return decoded.data, decoded.encoding
