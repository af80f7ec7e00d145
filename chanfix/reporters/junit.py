"""The format ``junit``: test results, for services that know nothing else.

Each finding is a failed test case of its own and a file without findings a passed one: of several failures in one test
case Jenkins keeps one, and other readers refuse the whole file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TextIO

from chanfix.escape import for_terminal
from chanfix.lint.finding import FileReport, Finding, Report
from chanfix.named_tuple import NamedTuple
from chanfix.reporters.fingerprint import repository_path
from chanfix.reporters.options import Options
from chanfix.reporters.wording import label, not_linted, notes, where
from chanfix.reporters.xml_text import dump_xml

__all__ = ["write_junit"]


_NONE: Mapping[str, str] = {}


class _Case(NamedTuple):
    """A test case; one without an outcome has passed."""

    file: FileReport
    name: str
    outcome: str | None = None
    attributes: Mapping[str, str] = _NONE
    text: str | None = None


def write_junit(report: Report, stream: TextIO, options: Options) -> None:
    """Write one test suite."""
    from xml.etree.ElementTree import Element, SubElement

    cases = [case for file in report.files for case in _cases(file)]
    outcomes = Counter(case.outcome for case in cases)
    root = Element("testsuites")
    suite = SubElement(
        root,
        "testsuite",
        name="chanfix",
        tests=str(len(cases)),
        failures=str(outcomes["failure"]),
        errors=str(outcomes["error"]),
        skipped=str(outcomes["skipped"]),
    )
    for case in cases:
        path = for_terminal(repository_path(case.file.path))
        element = SubElement(suite, "testcase", classname=path, name=for_terminal(case.name), file=path)
        if case.outcome:
            attributes = {name: for_terminal(value) for name, value in case.attributes.items()}
            SubElement(element, case.outcome, attributes).text = case.text and for_terminal(case.text, keep="\n")
    dump_xml(root, stream)


def _cases(file: FileReport) -> Iterator[_Case]:
    for finding in file.findings:
        yield _failure(file, finding)
    if file.error is not None:
        yield _Case(file, "lint", "error", {"message": not_linted(file)})
    elif file.skipped is not None:
        yield _Case(file, "lint", "skipped", {"message": file.skipped})
    elif not file.findings:
        yield _Case(file, "lint")


def _failure(file: FileReport, finding: Finding) -> _Case:
    place = where(file.path, finding.place)
    lines = [f"{place}: {label(finding)} {for_terminal(finding.message)}", *notes(file.path, finding)]
    return _Case(
        file,
        f"{finding.rule} at {finding.place.start.line}:{finding.place.start.column}",
        "failure",
        {"type": str(finding.severity), "message": f"{finding.rule}: {finding.message}"},
        "\n".join(lines),
    )
