"""Reporters: a report goes in, one format comes out. The table lists all formats."""

from __future__ import annotations

from importlib import import_module
from typing import TextIO

from chanfix.lint.finding import Report
from chanfix.reporters.options import Options, Reporter

__all__ = ["REPORTERS", "Options", "Reporter"]


def _reporter(module: str, function: str) -> Reporter:
    """Return a reporter that imports its module when it is called: a run needs one of them."""

    def write(report: Report, stream: TextIO, options: Options) -> None:
        getattr(import_module(f"chanfix.reporters.{module}"), function)(report, stream, options)

    return write


REPORTERS: dict[str, Reporter] = {
    "text": _reporter("text", "write_text"),
    "concise": _reporter("concise", "write_concise"),
    "json": _reporter("json", "write_json"),
    "json-v1": _reporter("json", "write_json_v1"),
    "sarif": _reporter("sarif", "write_sarif"),
    "github": _reporter("github", "write_github"),
    "gitlab": _reporter("gitlab", "write_gitlab"),
    "codeclimate": _reporter("gitlab", "write_codeclimate"),
    "junit": _reporter("junit", "write_junit"),
    "checkstyle": _reporter("checkstyle", "write_checkstyle"),
    "azure": _reporter("azure", "write_azure"),
    "rdjson": _reporter("rdjson", "write_rdjson"),
}
