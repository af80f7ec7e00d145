"""The format ``concise``: one line for each finding."""

from __future__ import annotations

from typing import TextIO

from chanfix.escape import for_terminal
from chanfix.lint.finding import Report
from chanfix.reporters.options import Options
from chanfix.reporters.wording import label, not_linted, shown_path, where

__all__ = ["write_concise"]


def write_concise(report: Report, stream: TextIO, options: Options) -> None:
    """Write ``path:line:column: severity[rule] message`` for each finding, and a line for each file with an error."""
    for file in report.files:
        for finding in file.findings:
            message = for_terminal(finding.message)
            stream.write(f"{where(file.path, finding.place)}: {label(finding)} {message}\n")
        if file.error is not None:
            stream.write(f"{shown_path(file.path)}: {not_linted(file)}\n")
