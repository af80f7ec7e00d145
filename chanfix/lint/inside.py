"""Inputs that hold more than one domain, or none: other files with XML in them, devices, several documents in a row."""

from __future__ import annotations

import re
from itertools import islice
from operator import itemgetter

from chanfix.embedded.languages import Language, holds_mark
from chanfix.embedded.reading import idle_directives, read_region
from chanfix.embedded.regions import MOST_REGIONS, Outer, Region, find_regions
from chanfix.embedded.roots import device_of, documents_in, roots_in
from chanfix.errors import InputError, InputKind
from chanfix.files import MAX_BYTES
from chanfix.lint.finding import FileReport, Severity
from chanfix.lint.rule import At, Draft
from chanfix.lint.source import Parts, Refused, Source, Text, refused
from chanfix.xml.bounds import refuse_size
from chanfix.xml.document import Document
from chanfix.xml.span import Span

__all__ = ["read_device", "read_in_turn", "read_inside"]

_PROMPT = ">"
# So many suppressions that stand above nothing are named.
_MOST_IDLE = 100
_NO_DOMAIN = "holds no libvirt domain"


def read_inside(source: Source, data: bytes, language: Language) -> Parts | FileReport:
    """Return the texts in a file of another language. Raises ``InputError`` for a named file that is too large."""
    name = source.name
    if not source.is_named and len(data) > MAX_BYTES:
        return FileReport(name, skipped=_NO_DOMAIN)
    refuse_size(data)
    # A domain that HTML writes with references is looked for where somebody names the file.
    if b"\0" in data or not (holds_mark(data) or (source.is_named and b"&lt;" in data)):
        return FileReport(name, skipped=_NO_DOMAIN)
    outer = Outer(data)
    regions = list(islice(find_regions(outer, language), MOST_REGIONS + 1))
    parts: list[tuple[int, Text | Refused]] = []
    for region in regions[:MOST_REGIONS]:
        if part := _read(name, region):
            parts.append((region.span.start, part))
            if region.prompt:
                message = f"'{_PROMPT}' begins each line as a shell's prompt: what is copied from here is no XML"
                parts.append((region.span.start, _note(name, region, "not-well-formed", message, region.prompt)))
    if not parts:
        return FileReport(name, skipped=_NO_DOMAIN)
    if len(regions) > MOST_REGIONS:
        message = f"only the first {MOST_REGIONS:,} domains and devices of a file are looked at, not this one"
        parts.append((regions[-1].span.start, _note(name, regions[-1], "template-not-lintable", message)))
    else:
        parts += [
            (place.start, _idle(name, outer, place)) for place in islice(idle_directives(data, regions), _MOST_IDLE)
        ]
        parts.sort(key=itemgetter(0))
    return Parts(name, data, tuple(part for _, part in parts), language.is_of_examples)


def _idle(name: str, outer: Outer, place: Span) -> Refused:
    message = "the suppression is above no XML that is read; it counts for what begins on the next line"
    draft = Draft(message, At.bytes(place), severity=Severity.WARNING, rule="unused-suppression")
    return Refused(name, draft, outer.lines)


def read_in_turn(name: str, data: bytes, *, is_template: bool) -> Parts | None:
    """Return the documents of an XML file, or of a template, that is several of them; None for any other."""
    regions = documents_in(data, name) if is_template else roots_in(data, name)
    parts = [part for region in regions[:MOST_REGIONS] if (part := _read(name, region))]
    texts = sum(isinstance(part, Text) for part in parts)
    # A template that is not understood may be anything.
    if not texts or (is_template and texts < max(2, len(parts))):
        return None
    message = f"{len(regions):,} documents in one text: each is looked at by itself; libvirt takes one at a time"
    note = _note(name, regions[1], "not-well-formed", message)
    # Of the documents of a template only one may be made at a time.
    return Parts(name, data, (note, *parts), are_examples=is_template)


def read_device(name: str, document: Document) -> Parts | None:
    """Return the one text of a file that is a device without its domain; None for any other."""
    region = device_of(document, name)
    part = _read(name, region) if region else None
    return Parts(name, document.data, (part,)) if part else None


def _read(name: str, region: Region) -> Text | Refused | None:
    """Read a region; None where no domain is in it after all."""
    try:
        document = read_region(region)
    except InputError as error:
        if not _is_utf_8(region.data):
            return _note(name, region, "template-not-lintable", "the text is not UTF-8, and is not looked at")
        if not region.is_literal or region.holes:
            error.kind = InputKind.TEMPLATE
        return _refused(name, region, error)
    text = Text.of(name, document)
    return text if text.domains else None


def _refused(name: str, region: Region, error: InputError) -> Refused:
    outer = region.outer
    return refused(name, outer.data, error, outer.lines) or _note(name, region, "template-not-lintable", error.message)


def _is_utf_8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _note(name: str, region: Region, rule: str, message: str, place: Span | None = None) -> Refused:
    """Return a hint about a region, at its first tag if no other place is given."""
    if place is None:
        tag = re.compile(rb"<[\w:]+").search(region.outer.data, *region.span)
        place = Span(*tag.span()) if tag else region.span
    return Refused(name, Draft(message, At.bytes(place), severity=Severity.INFO, rule=rule), region.outer.lines)
