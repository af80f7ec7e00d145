"""The formats ``json`` and ``json-v1``: ``schemas/report-v2.schema.json`` and ``schemas/report.schema.json``.

A key that is added to ``json-v2`` must not appear in ``json-v1``, whose keys are frozen.
"""

from __future__ import annotations

from typing import Any, TextIO

from chanfix.lint.finding import FileReport, Finding, Report, Severity
from chanfix.reporters.counts import Counts
from chanfix.reporters.json_text import dump, range_of
from chanfix.reporters.options import Options
from chanfix.xml.place import Place

__all__ = ["write_json", "write_json_v1"]

_Object = dict[str, object]


def write_json(report: Report, stream: TextIO, options: Options) -> None:
    """Write the files of a report and their findings as ``json-v2``.

    Every key is always there but for ``url``: a finding has it when its rule's page has an address.
    """
    content = _content(report)
    files = [_with_unasked(file, value) for file, value in zip(report.files, content["files"], strict=True)]
    pages = report.pages
    for finding in (finding for file in files for key in ("findings", "fixed") for finding in file[key]):
        if url := pages.get(finding["rule"]):
            finding["url"] = url
    dump({"version": "json-v2", **content, "libvirt": _libvirt(report), "files": files}, stream)


def write_json_v1(report: Report, stream: TextIO, options: Options) -> None:
    """Write the same as ``json-v1``."""
    dump({"version": "json-v1", **_content(report)}, stream)


def _libvirt(report: Report) -> _Object | None:
    """Return the libvirt that was asked, and about how many inputs it was not; None when none was asked."""
    if report.asked is None:
        return None
    not_asked = Counts.of(report).not_asked
    return {"version": report.asked.libvirt, "qemu": report.asked.qemu, "not_asked": not_asked}


def _with_unasked(file: FileReport, value: dict[str, Any]) -> dict[str, Any]:
    return value | {"not_asked": file.unasked.reason if file.unasked else None}


def _content(report: Report) -> dict[str, Any]:
    counts = Counts.of(report)
    return {
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
    }


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
