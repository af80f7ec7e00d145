"""The formats for CI services, read back as their readers do it: all of a report is there, and nothing else."""

import json
import re

import pytest
from lxml import etree
from sarif_runs import BLANK, GOOD, HOSTILE, PTY, SOCKET, TWICE

from chanfix.cli import main
from chanfix.escape import for_terminal

FILES = {
    "vms/pty.xml": PTY,
    "vms/blank.xml": BLANK,
    "twice.xml": TWICE,
    "socket.xml": SOCKET.replace("a.sock", HOSTILE),
    "100%;a]b=c%0A%AZP25.xml": PTY,
    "not-ascii.xml": BLANK.replace("<target", "<!-- \u6f22 --><target"),
    "typo.xml": GOOD.replace("agent.0", "agent.O"),
}
NO_ASCII = "not-ascii.xml"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return tmp_path


@pytest.fixture
def lint(folder, capfd):
    """Lint the files, of which one is missing, and return what is printed in a format."""

    def run(name):
        assert main(["lint", "--output-format", name, ".", "missing.xml"]) == 3
        return capfd.readouterr().out

    return run


@pytest.fixture
def findings(lint):
    """The findings of all files: file, line, column, severity, rule, message."""
    return [
        (
            file["path"],
            finding["place"]["start"]["line"],
            finding["place"]["start"]["column"],
            finding["severity"],
            finding["rule"],
            for_terminal(finding["message"]),
        )
        for file in json.loads(lint("json"))["files"]
        for finding in file["findings"]
    ]


def unescaped(text):
    """Undo what ``CommandStringConvertor.cs`` of the agent of Azure Pipelines undoes, in its order."""
    for escape, character in [("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%AZP25", "%")]:
        text = text.replace(escape, character)
    return text


def azure_issue(line):
    """Read a command as ``Command.cs`` of the agent does: properties and message."""
    start = line.index("##vso[")
    end = line.index("]", start)
    name, _, properties = line[start + len("##vso[") : end].partition(" ")
    assert name == "task.logissue"
    pairs = (each.split("=", 1) for each in properties.split(";") if each)
    return {key: unescaped(value) for key, value in pairs}, unescaped(line[end + 1 :])


def test_azure_reads_every_finding(lint, findings):
    issues = [azure_issue(line) for line in lint("azure").splitlines()]
    assert len(issues) == len(findings) + 1
    missing = [issue for issue in issues if issue[0]["sourcepath"] == "missing.xml"]
    assert [properties for properties, _ in missing] == [{"type": "error", "sourcepath": "missing.xml"}]
    kinds = {"error": "error", "warning": "warning", "info": "warning"}
    assert [issue for issue in issues if issue not in missing] == [
        (
            {
                "type": kinds[severity],
                "sourcepath": file,
                "linenumber": str(line),
                "columnnumber": str(column),
                "code": rule,
            },
            message,
        )
        for file, line, column, severity, rule, message in findings
    ]


@pytest.mark.parametrize(
    "name", ["json", "json-v1", "sarif", "gitlab", "codeclimate", "junit", "checkstyle", "rdjson", "text", "concise"]
)
def test_no_other_format_has_a_command_in_a_log_of_azure_or_github(lint, monkeypatch, name):
    monkeypatch.setenv("TF_BUILD", "True")
    printed = lint(name)
    assert "task.complete" in printed
    assert "##vso[" not in printed
    assert "##[" not in printed


def test_checkstyle_reads_every_finding(lint, findings):
    root = etree.fromstring(lint("checkstyle").encode("ascii"))
    assert (root.tag, set(root.attrib)) == ("checkstyle", {"version"})
    errors = [(file.get("name"), dict(error.attrib)) for file in root.iterfind("file") for error in file]
    assert all(error.tag == "error" for error in root.iterfind("file/*"))
    assert len({file.get("name") for file in root}) == len(root)
    missing = [attributes for name, attributes in errors if name == "missing.xml"]
    assert [(one["line"], one["severity"], one["source"]) for one in missing] == [("1", "error", "chanfix.not-linted")]
    assert [one for one in errors if one[0] != "missing.xml"] == [
        (
            file,
            {
                "line": str(line),
                "column": str(column),
                "severity": severity,
                "message": message,
                "source": f"chanfix.{rule}",
            },
        )
        for file, line, column, severity, rule, message in findings
    ]


@pytest.mark.parametrize("name", ["gitlab", "codeclimate"])
def test_code_quality_has_every_finding_once(lint, findings, name):
    issues = json.loads(lint(name))
    assert len({issue["fingerprint"] for issue in issues}) == len(issues) == len(findings) + 1
    told = [
        (issue["location"]["path"], issue["location"]["lines"]["begin"], issue["check_name"], issue["description"])
        for issue in issues
        if issue["check_name"] != "not-linted"
    ]
    assert told == [(file, line, rule, message) for file, line, _, _, rule, message in findings]


def test_code_climate_has_what_its_specification_requires(lint):
    for issue in json.loads(lint("codeclimate")):
        assert issue["type"] == "issue"
        assert set(issue["categories"]) <= {"Bug Risk", "Clarity", "Compatibility", "Complexity", "Security", "Style"}
        assert "\n" not in issue["description"]
        assert issue["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert 1 <= issue["location"]["lines"]["begin"] <= issue["location"]["lines"]["end"]
        assert not issue["location"]["path"].startswith(("/", "./"))


# The messages of reviewdog's proto/rdf/reviewdog.proto; protojson refuses a value of another kind.
POSITION = {"line": int, "column": int}
RANGE = {"start": POSITION, "end": POSITION}
LOCATION = {"path": str, "range": RANGE}
SOURCE = {"name": str, "url": str}
DIAGNOSTIC = {
    "message": str,
    "location": LOCATION,
    "severity": re.compile("ERROR|WARNING|INFO"),
    "source": SOURCE,
    "code": {"value": str, "url": str},
    "suggestions": [{"range": RANGE, "text": str}],
    "original_output": str,
    "related_locations": [{"message": str, "location": LOCATION}],
}
RESULT = {"diagnostics": [DIAGNOSTIC], "source": SOURCE, "severity": str}


def faults(value, message, at="result"):
    """Yield where a value is not as a message has it."""
    if isinstance(message, dict):
        for key in value.keys() - message.keys():
            yield f"{at}: {key} is unknown"
        for key in value.keys() & message.keys():
            yield from faults(value[key], message[key], f"{at}.{key}")
    elif isinstance(message, list):
        for number, each in enumerate(value):
            yield from faults(each, message[0], f"{at}[{number}]")
    elif isinstance(message, re.Pattern):
        if not message.fullmatch(value):
            yield f"{at}: {value!r}"
    elif type(value) is not message or (value == "" and not at.endswith(".text")):
        yield f"{at}: {value!r} is no {message}"


def test_rdjson_is_as_the_messages_of_reviewdog_are(lint, written):
    for text in (lint("rdjson"), written("rdjson")):
        assert list(faults(json.loads(text), RESULT)) == []


def test_rdjson_has_every_finding_at_its_line(lint, findings):
    diagnostics = json.loads(lint("rdjson"))["diagnostics"]
    told = [
        (
            one["location"]["path"],
            one["location"]["range"]["start"]["line"],
            one["severity"].lower(),
            one["code"]["value"],
            one["message"],
        )
        for one in diagnostics
        if "code" in one
    ]
    assert told == [(file, line, severity, rule, message) for file, line, _, severity, rule, message in findings]
    [missing] = [one for one in diagnostics if "code" not in one]
    assert (missing["location"], missing["severity"]) == ({"path": "missing.xml"}, "ERROR")


def test_rdjson_counts_columns_in_bytes_or_not_at_all(lint, folder):
    for one in json.loads(lint("rdjson"))["diagnostics"]:
        place = one["location"].get("range")
        if place is None:
            continue
        lines = (folder / one["location"]["path"]).read_text().splitlines()
        has_columns = lines[place["start"]["line"] - 1].isascii() and place["start"]["line"] == place["end"]["line"]
        assert ["column" in place[end] for end in ("start", "end")] == [has_columns, has_columns]


def test_rdjson_offers_what_fix_would_write(lint, folder, capfd):
    """reviewdog offers each suggestion by itself: applied in bytes to its line, it is all of the fix."""
    offered = {}
    for one in json.loads(lint("rdjson"))["diagnostics"]:
        for suggestion in one.get("suggestions", ()):
            assert one["location"]["path"] not in offered
            start, end = suggestion["range"]["start"], suggestion["range"]["end"]
            assert start["line"] == end["line"] == one["location"]["range"]["start"]["line"]
            lines = (folder / one["location"]["path"]).read_bytes().splitlines(keepends=True)
            line = lines[start["line"] - 1]
            before, after = line[: start["column"] - 1], line[end["column"] - 1 :]
            lines[start["line"] - 1] = before + suggestion["text"].encode() + after
            offered[one["location"]["path"]] = b"".join(lines)
    assert {"vms/blank.xml", "typo.xml", "vms/pty.xml"} <= offered.keys()
    assert NO_ASCII not in offered
    main(["lint", "--fix", "--unsafe-fixes", *offered])
    assert {path: (folder / path).read_bytes() for path in offered} == offered
