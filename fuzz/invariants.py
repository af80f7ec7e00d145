"""What holds of any input whatsoever. An error here is a fault of chanfix."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from lxml import etree

from chanfix.errors import ChanfixError, InputError, InternalError
from chanfix.lint.finding import FileReport
from chanfix.lint.known.config import Config, chosen_rules
from chanfix.lint.resolve import resolve
from chanfix.lint.run import Job, Run, Source
from chanfix.lint.source import refused
from chanfix.position import Position
from chanfix.template import read_document
from chanfix.xml.decode import decode
from chanfix.xml.document import Document
from chanfix.xml.edit import Safety
from chanfix.xml.place import Place
from chanfix.xml.span import Span

__all__ = ["accepted", "check_lint", "check_position", "is_xml", "refusals", "run_on"]

_JOB = Job(chosen_rules(Config()))
_LINE_END = re.compile(r"\r\n|\r|\n")


@contextmanager
def refusals() -> Iterator[None]:
    """Let chanfix refuse an input in its own words; a broken promise of its own is none of these."""
    try:
        yield
    except InternalError:
        raise
    except ChanfixError as error:
        assert error.message
        assert error.status in (2, 3)


def accepted(data: bytes, name: str = "web.xml") -> Document | None:
    """Return an input as a document; None when it is refused, and then at a place that is there."""
    try:
        return read_document(data, name)
    except InputError as error:
        if error.position is not None:
            check_position(data, error.position)
        if refusal := refused(name, data, error):
            for finding in resolve([refusal.draft], refusal):
                _check_place(data, finding.place)
        return None


def is_xml(document: Document) -> bool:
    """Return True if a parser of its own takes what a document is."""
    data = document.mask.data if document.mask else document.data
    encoding = None if document.is_editable else "utf-8"
    try:
        etree.fromstring(data, etree.XMLParser(encoding=encoding, resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return False
    return True


def run_on(data: bytes, name: str = "web.xml") -> Run:
    """Lint an input by every rule that is on by default."""
    return Run.lint([Source(name, partial(bytes, data))], _JOB)


def check_lint(data: bytes, name: str = "web.xml") -> None:
    """Lint and fix an input: no rule fails, places are inside the text, and fixes leave XML and come to rest."""
    document = accepted(data, name)
    run = run_on(data, name)
    [report] = run.reports
    if document is not None:
        assert report.error is None, report.error
    _check_report(data, report)
    for safety in (Safety.SAFE, Safety.UNSAFE):
        for number in run.fixable(safety):
            fixed = run.fix(number, safety)
            after = accepted(fixed.after, name)
            # Several documents in a row are no document, before a fix and after it.
            assert (after is None) == (document is None), "a fix leaves what is refused"
            assert after is None or is_xml(after), "a fix leaves what is no XML"
            _check_report(fixed.after, fixed.report._replace(fixed=()))
            assert run_on(fixed.after, name).fix(0, safety).after == fixed.after, "a second fix changes something"
    if report.findings:
        _check_comments(run, name)


def _check_comments(run: Run, name: str) -> None:
    """See that comments that are written suppress what they should and nothing else, and that none is missing."""
    done = run.ignore(0)
    _check_report(done.file.after, done.file.report)
    if not done.comments:
        assert done.file.after == done.file.before, "no comment was written, and the text is another"
        return
    again = run_on(done.file.after, name)
    found, left = (
        [(finding.rule, finding.place.span, finding.message) for finding in report.findings]
        for report in (again.reports[0], done.file.report)
    )
    assert found == left, "comments suppress something else than they should"
    # Those that would not do alone may do beside the others.
    assert again.ignore(0).suppressed <= len(left)


def check_position(data: bytes, position: Position) -> None:
    """See that a position is one of a text: in a line, or right behind it."""
    lines = _LINE_END.split(_text_of(data))
    assert 1 <= position.line <= len(lines), position
    # Between CR and LF is a place too.
    assert 1 <= position.column <= len(lines[position.line - 1]) + 2, position


def _check_report(data: bytes, report: FileReport) -> None:
    for finding in (*report.findings, *report.fixed):
        for place in (finding.place, *finding.related):
            _check_place(data, place)
        for change in finding.changes:
            check_position(data, change.start)
            check_position(data, change.end)


def _check_place(data: bytes, place: Place) -> None:
    span: Span = place.span
    assert 0 <= span.start <= span.end <= len(_bytes_of(data)), place
    assert place.start <= place.end, place
    check_position(data, place.start)
    check_position(data, place.end)


def _bytes_of(data: bytes) -> bytes:
    try:
        return decode(data).data
    except InputError:
        return data


def _text_of(data: bytes) -> str:
    try:
        text = decode(data)
    except InputError:
        return data.decode("latin-1")
    return text.data.decode(text.encoding, "replace")
