"""Every format of an audit says the same, and hostile names are harmless in each."""

import json
import re
import shutil
import subprocess
from contextlib import suppress
from xml.etree import ElementTree

import pytest
from audits import FEATURED, HOSTILE_HOSTS, HOSTS, JUDGED, UUID, domain, finding, write_audit
from jsonschema import Draft202012Validator

from chanfix import links, resources
from chanfix.audit.formats import FORMATS
from chanfix.audit.report import HostAudit

SCHEMA = json.loads(resources.read("schemas/audit-v2.schema.json"))
FROZEN_SCHEMA = json.loads(resources.read("schemas/audit.schema.json"))
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\ud800-\udfff]")

IDS = ["plain", "features", "judged", "hostile", "none"]

every_format = pytest.mark.parametrize("name", FORMATS)


@every_format
def test_no_control_character_gets_through(name):
    assert not CONTROLS.search(write_audit(name, HOSTILE_HOSTS))


@every_format
def test_an_audit_of_nothing_can_be_written(name):
    assert write_audit(name, ())


@every_format
def test_two_writings_of_an_audit_are_the_same(name):
    assert write_audit(name) == write_audit(name)


@pytest.mark.parametrize("hosts", [HOSTS, FEATURED, JUDGED, HOSTILE_HOSTS, ()], ids=IDS)
@pytest.mark.parametrize(("name", "schema"), [("json", SCHEMA), ("json-v1", FROZEN_SCHEMA)])
def test_json_is_valid_against_the_schema_of_its_version(name, schema, hosts):
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(json.loads(write_audit(name, hosts)))


@pytest.mark.parametrize("key", ["verdict", "findings", "standing"])
def test_schema_refuses_a_domain_that_lacks_something(key):
    report = json.loads(write_audit("json"))
    del report["hosts"][0]["domains"][0][key]
    assert not Draft202012Validator(SCHEMA).is_valid(report)


def test_table_names_what_is_wrong_and_counts_the_rest():
    assert write_audit("table") == (
        "b.example\n"
        "  mail: disconnected: nobody in the guest has the port open\n"
        "    warning[mode-missing] the path has no mode\n"
        "    error[agent-name-typo] 'O' is no '0'\n"
        "    next: start the agent in the guest\n"
        "          systemctl start qemu-guest-agent\n"
        "\n"
        "c.example\n"
        "  not audited: gave no answer within 30 seconds\n"
        "\n"
        "3 domains on 3 hosts, 1 of them not audited in full\n"
        "  responding    1\n"
        "  shut-off      1\n"
        "  disconnected  1\n"
        "findings: 1 error, 1 warning\n"
    )


def test_sarif_has_the_bad_verdict_beside_the_findings():
    [run] = json.loads(write_audit("sarif"))["runs"]
    assert [result["ruleId"] for result in run["results"]] == [
        "agent-is-disconnected",
        "mode-missing",
        "agent-name-typo",
    ]
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} == {
        "agent-is-disconnected",
        "mode-missing",
        "agent-name-typo",
    }
    [place] = run["results"][0]["locations"]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "b.example/mail"
    assert run["invocations"][0]["executionSuccessful"] is False


def test_sarif_names_the_libvirt_that_was_asked():
    [run] = json.loads(write_audit("sarif", JUDGED))["runs"]
    assert {extension["name"]: extension["version"] for extension in run["tool"]["extensions"]} == {
        "libvirt": "12.8.0",
        "qemu": "11.1.0",
    }
    [run] = json.loads(write_audit("sarif", (*JUDGED, *HOSTILE_HOSTS)))["runs"]
    assert "extensions" not in run["tool"]


def test_junit_has_a_case_for_each_domain_and_an_error_for_the_dead_host():
    suite = ElementTree.fromstring(write_audit("junit"))[0]
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("6", "3", "1")


def test_metrics_count_hosts_domains_and_findings():
    mail = 'host="b.example",domain="mail",uuid="0c3f2a57-5f0e-4d0b-8a44-3d1f9a6b7e20"'
    lines = [line for line in write_audit("prometheus").splitlines() if not line.startswith("#")]
    assert lines[:3] == [
        'chanfix_host_up{host="a.example"} 1',
        'chanfix_host_up{host="b.example"} 1',
        'chanfix_host_up{host="c.example"} 0',
    ]
    assert f'chanfix_domain_agent_verdict{{{mail},verdict="disconnected"}} 1' in lines
    assert lines[-3:] == [
        f'chanfix_domain_findings{{{mail},severity="warning"}} 1',
        f'chanfix_domain_findings{{{mail},severity="error"}} 1',
        "chanfix_audit_timestamp_seconds 1795482123",
    ]


def test_metrics_tell_which_features_work_and_which_guests_are_frozen():
    lines = write_audit("prometheus", FEATURED).splitlines()
    web = f'host="d.example",domain="web",uuid="{UUID}"'
    assert [line for line in lines if line.startswith("chanfix_agent_feature")] == [
        f'chanfix_agent_feature{{{web},feature="shutdown"}} 1',
        f'chanfix_agent_feature{{{web},feature="exec"}} 0',
    ]
    [frozen] = [line for line in lines if line.startswith("chanfix_domain_guest_frozen")]
    assert 'domain="nfs"' in frozen
    assert frozen.endswith(" 1")


def test_features_and_addresses_are_news_of_the_second_version():
    [host] = json.loads(write_audit("json", FEATURED))["hosts"]
    assert host["domains"][0]["features"][1] == {
        "name": "exec",
        "works": False,
        "reason": "guest-exec blocked by block-rpcs in /etc/qemu/qemu-ga.conf",
        "blocked": ["guest-exec"],
    }
    assert host["domains"][0]["addresses"][0]["address"] == "192.0.2.7"
    [host] = json.loads(write_audit("json-v1", FEATURED))["hosts"]
    assert not {"features", "addresses", "frozen_since"} & host["domains"][0].keys()
    assert host["domains"][1]["verdict"] == "responding"


def test_page_shows_features_reasons_and_addresses():
    page = write_audit("html", FEATURED)
    assert "exec: does not work (guest-exec blocked by block-rpcs in /etc/qemu/qemu-ga.conf)" in page
    assert "shutdown: works" in page
    assert "password: " not in page
    assert "192.0.2.7" in page


@pytest.fixture(scope="module")
def promtool(tmp_path_factory):
    """Prometheus' own checker. Debian 12 has it together with the server, which nobody wants installed for this."""
    if found := shutil.which("promtool"):
        return found
    for package in ("promtool", "prometheus"):
        folder = tmp_path_factory.mktemp(package)
        with suppress(OSError, subprocess.SubprocessError, ValueError):
            subprocess.run(
                ["apt-get", "-qq", "download", package], cwd=folder, capture_output=True, check=True, timeout=300
            )
            [file] = folder.glob("*.deb")
            subprocess.run(["dpkg-deb", "-x", file, folder], capture_output=True, check=True, timeout=300)
        if found := shutil.which("promtool", path=folder / "usr" / "bin"):
            return found
    pytest.skip("promtool is missing, and apt-get gave no package to take it from: install promtool or prometheus")


@pytest.mark.parametrize("hosts", [HOSTS, FEATURED, JUDGED, HOSTILE_HOSTS, ()], ids=IDS)
def test_promtool_has_nothing_to_say_of_the_metrics(promtool, hosts):
    metrics = write_audit("prometheus", hosts)
    check = subprocess.run([promtool, "check", "metrics"], input=metrics, capture_output=True, text=True)
    assert (check.returncode, check.stdout + check.stderr) == (0, "")


@pytest.mark.parametrize("name", ["html", "sarif"])
def test_rules_link_to_their_pages_when_the_documentation_has_an_address(name, monkeypatch):
    monkeypatch.setattr(links, "DOCUMENTATION", "https://chanfix.example/docs/")
    assert "https://chanfix.example/docs/rules/mode-missing.html" in write_audit(name)
    monkeypatch.setattr(links, "DOCUMENTATION", "")
    assert "/rules/" not in write_audit(name)


def test_findings_in_json_link_to_the_pages_of_rules_that_there_are(monkeypatch):
    hosts = (HostAudit("kvm1", "test:///a", (domain(findings=(finding("agent-not-unix"), finding("of-old"))),)),)
    assert '"url"' not in write_audit("json", hosts)
    monkeypatch.setattr(links, "DOCUMENTATION", "https://example.org/chanfix")
    content = json.loads(write_audit("json", hosts))
    Draft202012Validator(SCHEMA).validate(content)
    [seen] = content["hosts"][0]["domains"]
    page = "https://example.org/chanfix/rules/agent-not-unix.html"
    assert [one.get("url") for one in seen["findings"]] == [page, None]
    assert '"url"' not in write_audit("json-v1", hosts)
