"""The format ``checkstyle``: the XML of the Java linter of that name, which reviewdog, Jenkins and many others read."""

from __future__ import annotations

from typing import TextIO

from chanfix.escape import for_terminal
from chanfix.lint.finding import Report, Severity
from chanfix.reporters.fingerprint import repository_path
from chanfix.reporters.options import Options
from chanfix.reporters.wording import not_linted
from chanfix.reporters.xml_text import dump_xml

__all__ = ["write_checkstyle"]

_SEVERITIES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "info"}


def write_checkstyle(report: Report, stream: TextIO, options: Options) -> None:
    """Write a file with its errors for each input that has some."""
    from xml.etree.ElementTree import Element, SubElement

    root = Element("checkstyle", version="4.3")
    for file in report.files:
        if not file.findings and file.error is None:
            continue
        element = SubElement(root, "file", name=for_terminal(repository_path(file.path)))
        for finding in file.findings:
            SubElement(
                element,
                "error",
                line=str(finding.place.start.line),
                column=str(finding.place.start.column),
                severity=_SEVERITIES[finding.severity],
                message=for_terminal(finding.message),
                source=f"chanfix.{finding.rule}",
            )
        if file.error is not None:
            message = not_linted(file)
            SubElement(element, "error", line="1", severity="error", message=message, source="chanfix.not-linted")
    dump_xml(root, stream)
