"""XML in other files: places are in the file, fixes change regions alone. The first line is the name of the file."""

from __future__ import annotations

import re

from chanfix.embedded.languages import language_of
from chanfix.embedded.regions import Outer, find_regions
from chanfix.lint.finding import FileReport
from chanfix.position import Position
from chanfix.xml.edit import Safety
from fuzz.invariants import run_on

__all__ = ["try_one"]

_LINE_END = re.compile(r"\r\n|\r|\n")


def try_one(data: bytes) -> None:
    """Lint and fix the file that an input is."""
    first, _, text = data.partition(b"\n")
    name = first.decode("ascii", "replace").strip()
    language = language_of(name, text)
    if language is None or "/" in name or "\0" in name:
        return
    end = 0
    for region in find_regions(Outer(text), language):
        assert end <= region.span.start < region.span.end <= len(text), region.span
        assert not region.is_literal or text[region.span.start : region.span.end] == region.data
        end = region.span.end
    run = run_on(text, name)
    [report] = run.reports
    _check_report(text, report)
    for safety in (Safety.SAFE, Safety.UNSAFE):
        for number in run.fixable(safety):
            fixed = run.fix(number, safety)
            _check_report(fixed.after, fixed.report._replace(fixed=()))
            assert run_on(fixed.after, name).fix(0, safety).after == fixed.after, "a second fix changes something"


def _check_report(data: bytes, report: FileReport) -> None:
    assert report.error is None or "over" in report.error, report.error
    lines = _LINE_END.split(data.decode("utf-8", "replace"))
    for finding in (*report.findings, *report.fixed):
        for place in (finding.place, *finding.related):
            assert 0 <= place.span.start <= place.span.end <= len(data), place
            assert place.start <= place.end, place
            _check_position(lines, place.start)
            _check_position(lines, place.end)
        for change in finding.changes:
            _check_position(lines, change.start)
            _check_position(lines, change.end)


def _check_position(lines: list[str], position: Position) -> None:
    assert 1 <= position.line <= len(lines), position
    assert 1 <= position.column <= len(lines[position.line - 1]) + 2, position
