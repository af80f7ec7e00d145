"""SARIF: the shape that the standard and GitHub's code scanning ask for."""

import json
import re
from urllib.parse import unquote_to_bytes

import pytest

TEXT = {"text!": str}
REGION = {"startLine!": int, "startColumn!": int, "endLine!": int, "endColumn!": int}
ARTIFACT = {"uri!": str}
LOCATION = {"id": int, "message": TEXT, "physicalLocation!": {"artifactLocation!": ARTIFACT, "region!": REGION}}
LEVEL = {"error", "warning", "note"}

# The keys that the standard knows, as far as they are used; "!" are those that it or code scanning requires.
LOG = {
    "$schema!": {"https://json.schemastore.org/sarif-2.1.0.json"},
    "version!": {"2.1.0"},
    "runs!": [
        {
            "tool!": {
                "driver!": {
                    "name!": str,
                    "version": str,
                    "rules!": [
                        {
                            "id!": str,
                            "shortDescription!": TEXT,
                            "fullDescription!": TEXT,
                            "help!": {"text!": str, "markdown": str},
                            "defaultConfiguration": {"level": LEVEL},
                        }
                    ],
                },
                "extensions": [{"name!": str, "version": str}],
            },
            "columnKind": {"unicodeCodePoints"},
            "invocations": [
                {
                    "executionSuccessful!": bool,
                    "toolExecutionNotifications": [
                        {
                            "level": LEVEL,
                            "message!": TEXT,
                            "locations": [{"physicalLocation!": {"artifactLocation!": ARTIFACT}}],
                        }
                    ],
                }
            ],
            "results!": [
                {
                    "ruleId!": str,
                    "ruleIndex": int,
                    "level": LEVEL,
                    "message!": TEXT,
                    "locations!": [LOCATION],
                    "relatedLocations": [LOCATION],
                    "partialFingerprints!": {"chanfixFinding/v1!": str},
                    "fixes": [
                        {
                            "description": TEXT,
                            "artifactChanges!": [
                                {
                                    "artifactLocation!": ARTIFACT,
                                    "replacements!": [{"deletedRegion!": REGION, "insertedContent": TEXT}],
                                }
                            ],
                        }
                    ],
                }
            ],
        }
    ],
}


def faults(value, shape, at="log"):
    """Yield where a value has not the shape; texts must not be empty."""
    if isinstance(shape, dict) and isinstance(value, dict):
        known = {key.rstrip("!"): inner for key, inner in shape.items()}
        yield from (f"{at}: {key} is unknown" for key in value.keys() - known.keys())
        yield from (f"{at}: {key} is missing" for key in shape if key.endswith("!") and key[:-1] not in value)
        for key in value.keys() & known.keys():
            yield from faults(value[key], known[key], f"{at}.{key}")
    elif isinstance(shape, list) and isinstance(value, list):
        for number, each in enumerate(value):
            yield from faults(each, shape[0], f"{at}[{number}]")
    elif isinstance(shape, set):
        if value not in shape:
            yield f"{at}: {value!r} is none of {shape}"
    elif not isinstance(shape, type) or type(value) is not shape or value == "":
        yield f"{at}: {value!r} is not {shape}"


@pytest.fixture
def log(written):
    return json.loads(written("sarif"))


@pytest.fixture
def results(log):
    return log["runs"][0]["results"]


def everything_in(value):
    yield value
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from everything_in(inner)


def test_log_has_the_shape_of_the_standard(log):
    assert list(faults(log, LOG)) == []


def test_regions_begin_at_one_and_end_behind_their_start(log):
    regions = [each for each in everything_in(log) if isinstance(each, dict) and "startLine" in each]
    assert len(regions) > 10
    for region in regions:
        start, end = (region["startLine"], region["startColumn"]), (region["endLine"], region["endColumn"])
        assert (1, 1) <= start <= end
        assert region["startColumn"] >= 1
        assert region["endColumn"] >= 1


def test_rules_are_those_that_fired_and_results_point_at_them(log, results):
    rules = [rule["id"] for rule in log["runs"][0]["tool"]["driver"]["rules"]]
    assert rules == ["agent-not-unix", "agent-name-typo", "shared-socket-path", "hint"]
    assert {rules[result["ruleIndex"]] == result["ruleId"] for result in results if "ruleIndex" in result} == {True}


def test_rule_page_becomes_markdown(log):
    [rule, *_] = log["runs"][0]["tool"]["driver"]["rules"]
    assert "\n\n## What it does\n\nReports ``agent-not-unix``.\n" in rule["help"]["markdown"]


def test_paths_are_uris_that_decode_to_the_names(log):
    uris = [each["uri"] for each in everything_in(log) if isinstance(each, dict) and "uri" in each]
    assert {uri for uri in uris if not re.fullmatch(r"(?:[\w.~/-]|%[0-9A-F]{2})+", uri, re.ASCII)} == set()
    names = {unquote_to_bytes(uri) for uri in uris}
    assert {b"hosts/web.xml", b"hosts/other host#1.xml", b"broken\x1b.xml"} < names
    assert any(b"\xff" in name for name in names)


def test_message_links_to_each_related_place(results):
    for result in results:
        linked = [int(number) for number in re.findall(r"(?<!\\)\]\((\d+)\)", result["message"]["text"])]
        assert linked == [place["id"] for place in result["relatedLocations"]]


def test_message_links_nowhere_else(results):
    assert {match for result in results for match in re.findall(r"\]\((?!\d+\)).*", result["message"]["text"])} == set()


def test_fixes_are_offered_unless_they_must_not_be_applied(results):
    assert [(result["ruleId"], "fixes" in result) for result in results[:5]] == [
        ("agent-not-unix", True),
        ("agent-name-typo", True),
        ("hint", False),
        ("shared-socket-path", False),
        ("shared-socket-path", False),
    ]


def test_file_that_was_not_linted_is_a_notification_and_no_success(log):
    [invocation] = log["runs"][0]["invocations"]
    [notification] = invocation["toolExecutionNotifications"]
    assert not invocation["executionSuccessful"]
    assert notification["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "broken%1B.xml"
