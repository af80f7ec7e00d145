"""What keeps a finding the same one from run to run, and two findings apart."""

import io
import json

import pytest

from chanfix.lint.finding import Excerpt, FileReport, Finding, Report, Severity
from chanfix.position import Position
from chanfix.reporters import Options
from chanfix.reporters.gitlab import write_gitlab
from chanfix.reporters.sarif import write_sarif
from chanfix.xml.place import Place
from chanfix.xml.span import Span


def sarif(report):
    stream = io.StringIO()
    write_sarif(report, stream, Options())
    [run] = json.loads(stream.getvalue())["runs"]
    return [result["partialFingerprints"]["chanfixFinding/v1"] for result in run["results"]]


def gitlab(report):
    stream = io.StringIO()
    write_gitlab(report, stream, Options())
    return [issue["fingerprint"] for issue in json.loads(stream.getvalue())]


both = pytest.mark.parametrize("fingerprints", [sarif, gitlab])


def finding(line=4, text="    <channel type='pty'>", rule="some-rule"):
    place = Place(Span(0, 3), Position(line, 20), Position(line, 23))
    return Finding(rule, Severity.ERROR, "message", place, excerpt=Excerpt(text, 19, 22))


def report(*findings, path="web.xml"):
    return Report((FileReport(path, findings),), (), "0.1.0")


@both
@pytest.mark.parametrize(
    "same",
    [
        pytest.param(report(finding(line=40)), id="line moved"),
        pytest.param(report(finding(text="\t<channel  type='pty'>")), id="white space changed"),
        pytest.param(report(finding()._replace(message="other words")), id="message reworded"),
        pytest.param(report(finding(), path="./web.xml"), id="path given with a dot"),
    ],
)
def test_fingerprint_stays_what_it_is(fingerprints, same):
    assert fingerprints(same) == fingerprints(report(finding()))


@both
@pytest.mark.parametrize(
    "other",
    [
        pytest.param(report(finding(rule="other-rule")), id="rule"),
        pytest.param(report(finding(), path="other.xml"), id="path"),
        pytest.param(report(finding(text="    <channel type='tcp'>")), id="text"),
    ],
)
def test_fingerprint_of_another_finding_is_another(fingerprints, other):
    assert fingerprints(other) != fingerprints(report(finding()))


@both
def test_same_line_in_two_places_has_two_fingerprints_and_the_first_keeps_its_own(fingerprints):
    first, second = fingerprints(report(finding(4), finding(9)))
    assert first != second
    assert [first] == fingerprints(report(finding(4)))
