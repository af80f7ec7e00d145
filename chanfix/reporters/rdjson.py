"""The format ``rdjson``: the Reviewdog Diagnostic Format, with fixes as suggestions.

Its columns count bytes of UTF-8, those of a finding code points: they are left out where the line is not ASCII.
"""

from __future__ import annotations

from typing import TextIO

from chanfix.escape import for_terminal
from chanfix.lint.finding import Change, FileReport, Finding, Report, Severity
from chanfix.position import Position
from chanfix.reporters.fingerprint import repository_path
from chanfix.reporters.json_text import dump
from chanfix.reporters.options import Options
from chanfix.reporters.wording import not_linted
from chanfix.xml.place import Place

__all__ = ["write_rdjson"]

_Object = dict[str, object]

_SEVERITIES = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.INFO: "INFO"}


def write_rdjson(report: Report, stream: TextIO, options: Options) -> None:
    """Write a diagnostic for each finding and for each file that could not be linted."""
    diagnostics: list[_Object] = []
    for file in report.files:
        diagnostics += [_diagnostic(file, finding) for finding in file.findings]
        if file.error is not None:
            diagnostics.append({"message": not_linted(file), "location": _location(file.path), "severity": "ERROR"})
    dump({"source": {"name": "chanfix"}, "diagnostics": diagnostics}, stream)


def _diagnostic(file: FileReport, finding: Finding) -> _Object:
    has_columns = finding.excerpt is not None and finding.excerpt.text.isascii()
    diagnostic: _Object = {
        "message": for_terminal(finding.message),
        "location": _location(file.path, finding.place, has_columns=has_columns),
        "severity": _SEVERITIES[finding.severity],
        "code": {"value": finding.rule},
    }
    if finding.related:
        diagnostic["related_locations"] = [
            {"message": for_terminal(place.label or "related"), "location": _location(place.path or file.path, place)}
            for place in finding.related
        ]
    if has_columns and (changes := _changes_of_line(finding)):
        diagnostic["suggestions"] = [{"range": _range(change), "text": change.text} for change in changes]
    return diagnostic


def _changes_of_line(finding: Finding) -> tuple[Change, ...]:
    """Return the edits of a fix if all lie in the line of the finding; of other lines nothing is known here."""
    # Who reads this may apply a suggestion at once; one that must not be applied is not offered.
    if finding.fix is None or finding.fix.safety.name == "DISPLAY":
        return ()
    line = finding.place.start.line
    is_there = all(change.start.line == change.end.line == line for change in finding.changes)
    return finding.changes if is_there else ()


def _location(path: str, place: Place | None = None, *, has_columns: bool = False) -> _Object:
    location: _Object = {"path": for_terminal(repository_path(path))}
    if place is None:
        return location
    if not has_columns:
        return location | {"range": {"start": {"line": place.start.line}, "end": {"line": place.end.line}}}
    return location | {"range": _range(place)}


def _range(place: Place | Change) -> _Object:
    return {"start": _position(place.start), "end": _position(place.end)}


def _position(position: Position) -> _Object:
    return {"line": position.line, "column": position.column}
