"""The format ``rdjson``: the Reviewdog Diagnostic Format, with fixes as suggestions.

Its columns count bytes of UTF-8, those of a finding code points: they are left out where the line is not ASCII.
"""

from __future__ import annotations

from typing import TextIO

from chanfix.escape import for_terminal
from chanfix.links import documentation
from chanfix.lint.finding import Change, FileReport, Finding, Report, Severity
from chanfix.position import Position
from chanfix.reporters.fingerprint import repository_path
from chanfix.reporters.json_text import dump
from chanfix.reporters.options import Options
from chanfix.reporters.wording import not_linted
from chanfix.secrets import MASK
from chanfix.xml.place import Place

__all__ = ["write_rdjson"]

_Object = dict[str, object]

_SEVERITIES = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.INFO: "INFO"}


def write_rdjson(report: Report, stream: TextIO, options: Options) -> None:
    """Write a diagnostic for each finding and for each file that could not be linted."""
    diagnostics: list[_Object] = []
    pages = report.pages
    for file in report.files:
        diagnostics += [_diagnostic(file, finding, pages.get(finding.rule)) for finding in file.findings]
        if file.error is not None:
            diagnostics.append({"message": not_linted(file), "location": _location(file.path), "severity": "ERROR"})
    dump({"source": _with_url({"name": "chanfix"}, documentation()), "diagnostics": diagnostics}, stream)


def _with_url(value: _Object, url: str | None) -> _Object:
    return value | {"url": url} if url else value


def _diagnostic(file: FileReport, finding: Finding, url: str | None) -> _Object:
    has_columns = _is_line_in_ascii(finding)
    diagnostic: _Object = {
        "message": for_terminal(finding.message),
        "location": _location(file.path, finding.place, has_columns=has_columns),
        "severity": _SEVERITIES[finding.severity],
        "code": _with_url({"value": finding.rule}, url),
    }
    if finding.related:
        diagnostic["related_locations"] = [
            {"message": for_terminal(place.label or "related"), "location": _location(place.path or file.path, place)}
            for place in finding.related
        ]
    if has_columns and (change := _only_change(finding)):
        diagnostic["suggestions"] = [{"range": _range(change), "text": change.text}]
    return diagnostic


def _is_line_in_ascii(finding: Finding) -> bool:
    """Return True if a finding is within one line, and what is shown of that is its beginning as it is, in ASCII."""
    place, excerpt = finding.place, finding.excerpt
    if excerpt is None or place.start.line != place.end.line or MASK in excerpt.text:
        return False
    return excerpt.start == place.start.column - 1 and excerpt.text.isascii()


def _only_change(finding: Finding) -> Change | None:
    """Return the edit of a fix that is one edit in the line of the finding; of other lines nothing is known here.

    reviewdog offers each suggestion by itself, so a fix of two edits would be applied by halves; and it refuses one
    whose lines are not those of the finding (its ``service/github/github.go``).
    """
    # Who reads this may apply a suggestion at once; one that must not be applied is not offered.
    if finding.fix is None or finding.fix.safety.name == "DISPLAY" or len(finding.changes) != 1:
        return None
    [change] = finding.changes
    is_there = change.start.line == change.end.line == finding.place.start.line
    is_shown = finding.excerpt is not None and change.end.column - 1 <= len(finding.excerpt.text)
    return change if is_there and is_shown else None


def _location(path: str, place: Place | None = None, *, has_columns: bool = False) -> _Object:
    location: _Object = {"path": for_terminal(repository_path(path))}
    if place is None:
        return location
    if has_columns:
        return location | {"range": _range(place)}
    # Without columns the last line is meant as a whole, also the one that a place ends before.
    ends_before = place.end.column == 1 and place.end.line > place.start.line
    last = place.end.line - 1 if ends_before else place.end.line
    return location | {"range": {"start": {"line": place.start.line}, "end": {"line": last}}}


def _range(place: Place | Change) -> _Object:
    return {"start": _position(place.start), "end": _position(place.end)}


def _position(position: Position) -> _Object:
    return {"line": position.line, "column": position.column}
