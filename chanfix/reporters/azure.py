"""The format ``azure``: logging commands that Azure Pipelines turns into the issues of a build."""

from __future__ import annotations

from typing import TextIO

from chanfix.escape import for_azure_data, for_azure_property, for_terminal
from chanfix.lint.finding import Report, Severity
from chanfix.reporters.fingerprint import repository_path
from chanfix.reporters.options import Options
from chanfix.reporters.wording import not_linted

__all__ = ["write_azure"]

# An issue of a build is an error or a warning: there is nothing below.
_TYPES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "warning"}


def write_azure(report: Report, stream: TextIO, options: Options) -> None:
    """Write a command for each finding and for each file that could not be linted."""
    for file in report.files:
        path = repository_path(file.path)
        for finding in file.findings:
            start = finding.place.start
            properties = {
                "type": _TYPES[finding.severity],
                "sourcepath": path,
                "linenumber": str(start.line),
                "columnnumber": str(start.column),
                "code": finding.rule,
            }
            stream.write(_command(properties, for_terminal(finding.message)))
        if file.error is not None:
            stream.write(_command({"type": "error", "sourcepath": path}, not_linted(file)))


def _command(properties: dict[str, str], message: str) -> str:
    written = "".join(f"{key}={for_azure_property(value)};" for key, value in properties.items())
    return f"##vso[task.logissue {written}]{for_azure_data(message)}\n"
