"""The format ``github``: workflow commands that GitHub Actions turns into annotations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TextIO

from chanfix.escape import for_terminal, for_workflow_data, for_workflow_property
from chanfix.lint.finding import FileReport, Finding, Report, Severity
from chanfix.reporters.fingerprint import repository_path
from chanfix.reporters.options import Options
from chanfix.reporters.wording import not_linted, notes

__all__ = ["write_github"]

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
# So many of each kind a step, and 50 a job (docs/problem-matchers.md of github.com/actions/toolkit, "Limitations").
_SHOWN = 10


def write_github(report: Report, stream: TextIO, options: Options) -> None:
    """Write a command for each finding and for each file that could not be linted, and what of that GitHub leaves out.

    The first ones are shown, so errors come first.
    """
    commands = sorted((command for file in report.files for command in _commands(file)), key=lambda one: -one[0])
    stream.writelines(command for _, command in commands)
    counts = Counter(severity for severity, _ in commands)
    if left_out := [_left_out(number, severity) for severity, number in counts.items() if number > _SHOWN]:
        stream.write(f"GitHub shows {', '.join(left_out)} as annotations; this log has all of them\n")


def _left_out(number: int, severity: Severity) -> str:
    return f"{_SHOWN} of {number:,} {_COMMANDS[severity]}s"


def _commands(file: FileReport) -> Iterator[tuple[Severity, str]]:
    path = repository_path(file.path)
    for finding in file.findings:
        lines = [for_terminal(finding.message), *notes(path, finding)]
        properties = {"file": path, **_region(finding), "title": f"chanfix: {finding.rule}"}
        yield finding.severity, _command(_COMMANDS[finding.severity], properties, "\n".join(lines))
    if file.error is not None:
        yield Severity.ERROR, _command("error", {"file": path, "title": "chanfix"}, not_linted(file))


def _region(finding: Finding) -> dict[str, str]:
    """Return a place as properties. The runner knows columns only within one line."""
    start, end = finding.place.start, finding.place.end
    if start.line != end.line:
        return {"line": str(start.line), "endLine": str(end.line)}
    return {
        "line": str(start.line),
        "col": str(start.column),
        "endLine": str(end.line),
        "endColumn": str(end.column),
    }


def _command(name: str, properties: dict[str, str], message: str) -> str:
    written = ",".join(f"{key}={for_workflow_property(value)}" for key, value in properties.items())
    return f"::{name} {written}::{for_workflow_data(message)}\n"
