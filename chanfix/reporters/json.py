"""The format ``json``: the frozen shape ``json-v1``, described by ``schemas/report.schema.json``."""

from __future__ import annotations

from typing import TextIO

from chanfix.lint.finding import FileReport, Finding, Report, Severity
from chanfix.reporters.counts import Counts
from chanfix.reporters.json_text import dump, range_of
from chanfix.reporters.options import Options
from chanfix.xml.place import Place

__all__ = ["write_json"]

_Object = dict[str, object]


def write_json(report: Report, stream: TextIO, options: Options) -> None:
    """Write all that a report holds of its files; every key is always there."""
    counts = Counts.of(report)
    dump(
        {
            "version": "json-v1",
            "tool": {"name": "chanfix", "version": report.tool_version},
            "counts": {
                "files": counts.files,
                "errors": counts.findings[Severity.ERROR],
                "warnings": counts.findings[Severity.WARNING],
                "infos": counts.findings[Severity.INFO],
                "fixable": counts.fixable,
                "unsafely_fixable": counts.unsafely_fixable,
                "fixed": counts.fixed,
                "suppressed": counts.suppressed,
                "skipped": counts.skipped,
                "not_linted": counts.not_linted,
            },
            "files": [_file(file) for file in report.files],
        },
        stream,
    )


def _file(file: FileReport) -> _Object:
    return {
        "path": file.path,
        "findings": [_finding(file, finding) for finding in file.findings],
        "fixed": [_finding(file, finding) for finding in file.fixed],
        "suppressed": file.suppressed,
        "error": file.error,
        "skipped": file.skipped,
    }


def _finding(file: FileReport, finding: Finding) -> _Object:
    return {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "message": finding.message,
        "place": range_of(finding.place),
        "related": [
            {"path": place.path or file.path, "label": place.label, "place": range_of(place)}
            for place in finding.related
        ],
        "fix": _fix(finding),
    }


def _fix(finding: Finding) -> _Object | None:
    fix = finding.fix
    if fix is None:
        return None
    edits = [
        {"place": range_of(Place(edit.span, change.start, change.end)), "text": change.text}
        for edit, change in zip(fix.edits, finding.changes, strict=True)
    ]
    return {"title": fix.title, "safety": fix.safety.name.lower(), "edits": edits}
