"""The formats ``gitlab``, a Code Quality report, and ``codeclimate``, the specification that it was taken from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO

from chanfix.escape import for_terminal
from chanfix.lint.finding import Report, Severity
from chanfix.reporters.fingerprint import findings_with_fingerprints, fingerprint, repository_path
from chanfix.reporters.json_text import dump
from chanfix.reporters.options import Options
from chanfix.reporters.wording import not_linted

__all__ = ["write_codeclimate", "write_gitlab"]

_Object = dict[str, object]

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def write_gitlab(report: Report, stream: TextIO, options: Options) -> None:
    """Write an issue for each finding and, as there is no other place for it, for each file that was not linted."""
    dump([*_findings(report), *_errors(report)], stream)


def write_codeclimate(report: Report, stream: TextIO, options: Options) -> None:
    """Write the same issues with what Code Climate's specification requires besides: a type and categories."""
    more: _Object = {"type": "issue", "categories": ["Bug Risk"]}
    dump([more | issue for issue in (*_findings(report, with_end=True), *_errors(report, with_end=True))], stream)


def _findings(report: Report, *, with_end: bool = False) -> Iterator[_Object]:
    pages = report.pages
    for file, finding, its_fingerprint in findings_with_fingerprints(report):
        url = pages.get(finding.rule)
        # Markdown, with what leads further (Code Climate's SPEC.md, "Contents").
        content = {"content": {"body": f"[{finding.rule}]({url})"}} if url else {}
        yield {
            "description": for_terminal(finding.message),
            "check_name": finding.rule,
            **content,
            "fingerprint": its_fingerprint,
            "severity": _SEVERITIES[finding.severity],
            "location": _location(file.path, finding.place.start.line, finding.place.end.line if with_end else None),
        }


def _errors(report: Report, *, with_end: bool = False) -> Iterator[_Object]:
    for file in report.files:
        if file.error is not None:
            yield {
                "description": not_linted(file),
                "check_name": "not-linted",
                "fingerprint": fingerprint("not-linted", repository_path(file.path)),
                "severity": "critical",
                "location": _location(file.path, 1, 1 if with_end else None),
            }


def _location(path: str, begin: int, end: int | None) -> _Object:
    lines = {"begin": begin} if end is None else {"begin": begin, "end": end}
    return {"path": repository_path(path), "lines": lines}
