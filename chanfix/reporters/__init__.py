"""Reporters: a report goes in, one format comes out. The table is the list of formats there are."""

from __future__ import annotations

from importlib import import_module
from typing import TextIO

from chanfix.lint.finding import Report
from chanfix.reporters.options import Options, Reporter

__all__ = ["REPORTERS", "Options", "Reporter"]


def _reporter(name: str) -> Reporter:
    """Return the reporter of ``chanfix.reporters.NAME``, which is imported when it is called: a run needs one."""

    def write(report: Report, stream: TextIO, options: Options) -> None:
        getattr(import_module(f"chanfix.reporters.{name}"), f"write_{name}")(report, stream, options)

    return write


REPORTERS: dict[str, Reporter] = {
    name: _reporter(name) for name in ("text", "concise", "json", "sarif", "github", "gitlab", "junit")
}
