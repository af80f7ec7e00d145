"""The formats for machines: their shapes, and that what is read back is what was reported."""

import io
import json
import re

import pytest
from jsonschema import Draft202012Validator
from lxml import etree

from chanfix import resources
from chanfix.lint.finding import FileReport, Finding, Report, Severity
from chanfix.position import Position
from chanfix.reporters import REPORTERS, Options
from chanfix.xml.place import Place
from chanfix.xml.span import Span


def objects_of(schema):
    """Yield the descriptions of objects in a schema."""
    if isinstance(schema, dict):
        if "properties" in schema:
            yield schema
        for value in schema.values():
            yield from objects_of(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from objects_of(value)


def read_schema(name):
    return json.loads(resources.read(f"schemas/{name}.schema.json"))


@pytest.mark.parametrize(("name", "schema"), [("json", "report-v2"), ("json-v1", "report")])
def test_json_is_valid_against_the_schema_of_its_version(written, name, schema):
    Draft202012Validator.check_schema(read_schema(schema))
    Draft202012Validator(read_schema(schema)).validate(json.loads(written(name)))


@pytest.mark.parametrize("name", ["report", "status", "audit"])
def test_frozen_schema_requires_every_key_and_allows_no_other(name):
    for each in objects_of(read_schema(name)):
        assert each.get("additionalProperties") is False
        assert set(each["required"]) == set(each["properties"])


@pytest.mark.parametrize("name", ["report", "status", "audit"])
def test_second_schema_requires_every_key_of_the_first_and_allows_others(name):
    frozen, open_ = list(objects_of(read_schema(name))), list(objects_of(read_schema(f"{name}-v2")))
    required = [each["required"] for each in frozen]
    # Keys, and objects that the first has not, may be added.
    assert [keys for keys in required if not any(set(keys) <= set(each["required"]) for each in open_)] == []
    assert all(each.get("additionalProperties") is not False for each in open_)


def test_json_gives_edits_that_can_be_carried_out(report, written):
    [web, *_] = json.loads(written("json"))["files"]
    edits = [edit for finding in report.files[0].findings for edit in finding.fix.edits]
    told = [edit for finding in web["findings"] for edit in finding["fix"]["edits"]]
    assert [(edit["place"]["start"]["byte"], edit["place"]["end"]["byte"], edit["text"].encode()) for edit in told] == [
        (edit.span.start, edit.span.end, edit.new) for edit in edits
    ]


@pytest.fixture
def commands(written):
    """The workflow commands as GitHub's runner reads them: name, properties, message."""
    commands = []
    for line in written("github").splitlines():
        name, properties, message = re.fullmatch(r"::(\w+) ((?:(?!::).)*)::(.*)", line).groups()
        pairs = dict(each.split("=", 1) for each in properties.split(","))
        commands.append((name, {key: unescaped(value) for key, value in pairs.items()}, unescaped(message)))
    return commands


def unescaped(text):
    for escape, character in [("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")]:
        text = text.replace(escape, character)
    return text


def test_github_has_a_command_for_each_finding_and_error(commands):
    assert sorted(name for name, _, _ in commands) == ["error"] * 4 + ["notice"] + ["warning"] * 2


def test_github_has_errors_first_and_else_the_order_of_the_files(commands):
    names = [name for name, _, _ in commands]
    assert names == sorted(names, key=["error", "warning", "notice"].index)
    errors = [properties["title"] for name, properties, _ in commands if name == "error"]
    assert errors[:2] == ["chanfix: agent-not-unix", "chanfix: agent-name-typo"]
    assert errors[-1] == "chanfix"


@pytest.mark.parametrize(
    ("severities", "last"),
    [
        ([Severity.ERROR] * 10 + [Severity.INFO] * 10, None),
        ([Severity.WARNING] * 11, "GitHub shows 10 of 11 warnings as annotations; this log has all of them"),
        (
            [Severity.INFO] * 12 + [Severity.ERROR] * 1200,
            "GitHub shows 10 of 1,200 errors, 10 of 12 notices as annotations; this log has all of them",
        ),
    ],
)
def test_github_says_in_the_last_line_what_is_not_shown(severities, last):
    place = Place(Span(0, 1), Position(1, 1), Position(1, 2))
    files = tuple(FileReport("a.xml", (Finding("some-rule", severity, "message", place),)) for severity in severities)
    stream = io.StringIO()
    REPORTERS["github"](Report(files, (), "0.1.0"), stream, Options())
    lines = stream.getvalue().splitlines()
    assert [line for line in lines if not line.startswith("::")] == ([last] if last else [])
    assert lines[-1] == last or last is None
    assert len(lines) == len(severities) + (last is not None)


def test_github_has_columns_only_within_one_line(commands):
    (_, one_line, _), *_, (_, many_lines, _) = commands
    assert one_line == {
        "file": "hosts/web.xml",
        "line": "4",
        "col": "20",
        "endLine": "4",
        "endColumn": "23",
        "title": "chanfix: agent-not-unix",
    }
    assert many_lines == {"file": "hosts/web.xml", "line": "7", "endLine": "9", "title": "chanfix: hint"}


def test_github_reads_back_what_a_hostile_name_was_but_for_control_characters(commands):
    _, properties, _ = commands[2]
    assert properties["file"].startswith("a\n::error::b%,:\\x1b[31m\\u202e]]><script>")


def test_github_says_what_else_belongs_to_a_finding(commands):
    _, _, message = commands[1]
    assert message.splitlines()[1:] == [
        "hosts/web.xml:8:35: the agent channel",
        "fix: Set the target name to org.qemu.guest_agent.0",
    ]


def test_gitlab_has_all_keys_and_no_fingerprint_twice(written):
    issues = json.loads(written("gitlab"))
    assert len(issues) == 7
    assert len({issue["fingerprint"] for issue in issues}) == 7
    for issue in issues:
        assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert not issue["location"]["path"].startswith("./")
        assert issue["location"]["lines"]["begin"] >= 1


def test_junit_counts_are_those_of_its_cases(written):
    root = etree.fromstring(written("junit").encode("ascii"))
    [suite] = root
    assert {name: int(suite.get(name)) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": len(suite.findall("testcase")),
        "failures": len(suite.findall("testcase/failure")),
        "errors": len(suite.findall("testcase/error")),
        "skipped": len(suite.findall("testcase/skipped")),
    }


def test_junit_case_has_one_outcome_at_most_and_a_name_of_its_own(written):
    cases = etree.fromstring(written("junit").encode("ascii")).findall("testsuite/testcase")
    assert [case for case in cases if len(case) > 1] == []
    assert len({(case.get("classname"), case.get("name")) for case in cases}) == len(cases)
    assert [case.get("name") for case in cases if not len(case)] == ["lint"]
