"""``chanfix audit`` as it is run: on several hosts of libvirt's own test driver, and on one that never says a word."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import chanfix
from chanfix import resources
from chanfix.audit.formats import FORMATS
from chanfix.cli import main

libvirt = pytest.importorskip("libvirt", reason="libvirt-python is not installed: pip install 'chanfix[libvirt]'")

AGENT = "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>"
SHARED = (
    "<channel type='unix'><source mode='bind' path='/var/tmp/one'/>"
    "<target type='virtio' name='org.qemu.guest_agent.0'/></channel>"
)


@pytest.fixture
def node(tmp_path, monkeypatch):
    """Make hosts, each with domains that have these devices."""
    monkeypatch.chdir(tmp_path)

    def node(name, **domains):
        documents = [
            f"<domain type='qemu'><name>{domain}</name><memory>65536</memory><os><type>hvm</type></os>"
            f"<features><acpi/></features><devices>{devices}</devices></domain>"
            for domain, devices in domains.items()
        ]
        path = tmp_path / f"{name}.xml"
        path.write_text(f"<node>{''.join(documents)}</node>")
        return f"test://{path}"

    return node


def report(*arguments):
    status = main(["audit", *arguments, "--output-format", "json", "--output", "report.json"])
    found = json.loads(Path("report.json").read_text())
    Draft202012Validator(json.loads(resources.read("schemas/audit-v2.schema.json"))).validate(found)
    return status, found["hosts"]


def verdicts(hosts):
    return {host["name"]: {domain["name"]: domain["verdict"] for domain in host["domains"]} for host in hosts}


def test_all_domains_of_all_hosts_are_in_the_report(node):
    a, b = node("a", web=AGENT, db=""), node("b", mail=AGENT)
    status, hosts = report("-c", a, "-c", b)
    assert verdicts(hosts) == {a: {"db": "not-configured", "web": "responding"}, b: {"mail": "responding"}}
    assert status == 1


def test_status_is_0_when_all_is_well(node):
    assert report("-c", node("a", web=AGENT))[0] == 0


def test_findings_of_a_host_know_of_each_other_and_count_for_the_status(node):
    status, [host] = report("-c", node("a", web=SHARED, db=SHARED))
    assert {finding["rule"] for domain in host["domains"] for finding in domain["findings"]} >= {"path-shared"}
    assert status == 1


def test_exit_zero_is_for_pipelines(node):
    assert report("-c", node("a", web=""), "--exit-zero")[0] == 0


def test_dead_host_is_named_and_the_others_are_audited(node, tmp_path):
    dead = f"test://{tmp_path}/nowhere.xml"
    a = node("a", web=AGENT)
    status, hosts = report("-c", dead, "-c", a)
    assert "cannot connect" in hosts[0]["error"]
    assert verdicts(hosts)[a] == {"web": "responding"}
    assert status == 3


def test_silent_host_costs_its_deadline_and_nobody_elses(node, silent):
    a = node("a", web=AGENT)
    status, hosts = report("-c", silent, "-c", a, "--jobs", "2", "--host-timeout", "3")
    assert hosts[0]["error"] == "not done within 3 seconds"
    assert verdicts(hosts)[a] == {"web": "responding"}
    assert status == 3


def test_hosts_come_from_a_list_under_the_names_that_it_gives(node):
    Path("hosts.txt").write_text(f"# two\nfirst {node('a', web=AGENT)}\n{node('b', web=AGENT)}\n")
    assert list(verdicts(report("--hosts", "hosts.txt")[1])) == ["first", node("b", web=AGENT)]


def test_state_spares_what_was_done_before(node, capfd):
    a, b = node("a", web=AGENT), node("b", web=AGENT)
    report("-c", a, "--state", "state")
    Path("a.xml").unlink()
    assert verdicts(report("-c", a, "-c", b, "--state", "state")[1]) == {
        a: {"web": "responding"},
        b: {"web": "responding"},
    }
    assert "1 host is in the state already" in capfd.readouterr().err


def test_targets_refuse_domains_by_cause_and_the_hosts_version_is_named(node, capfd):
    # SPICE is in the QEMU of Debian 12, and not in that of RHEL 9.
    a = node("a", web=AGENT, desk="<graphics type='spice'/><video><model type='vga'/></video>" + AGENT)
    status, [host] = report("-c", a, "--no-config", "--target", "debian-12", "--target", "rhel-9")
    assert (status, host["targets"]) == (1, ["debian-12", "rhel-9"])
    assert re.fullmatch(r"\d+\.\d+\.\d+", host["libvirt"])
    found = {place["target"]: place for place in json.loads(Path("report.json").read_text())["refusals"]}
    assert [(found[name]["judged"], found[name]["refused"]) for name in ("debian-12", "rhel-9")] == [(2, 0), (2, 1)]
    assert {cause["rule"]: cause["named"] for cause in found["rhel-9"]["causes"] if cause["certain"]} == {
        "display-removed": [{"host": a, "name": "desk"}]
    }
    main(["audit", "-c", a, "--no-config", "--target", "rhel-9"])
    assert "refused by rhel-9: 1 of 2 domains" in capfd.readouterr().out


def test_state_is_asked_again_for_other_targets(node, capfd):
    a = node("a", web=AGENT)
    report("-c", a, "--state", "state", "--target", "debian-12")
    assert report("-c", a, "--state", "state", "--target", "debian-12", "--target", "rhel-9")[1][0]["targets"] == [
        "debian-12",
        "rhel-9",
    ]
    assert "in the state already" not in capfd.readouterr().err


def test_state_may_know_hosts_that_nobody_asks_for(node):
    a, b = node("a", web=AGENT), node("b", web=AGENT)
    report("-c", a, "--state", "state")
    assert list(verdicts(report("-c", b, "--state", "state")[1])) == [b]


def test_reports_of_other_machines_become_one(node, tmp_path):
    for name in ("hv1", "hv2"):
        (tmp_path / "results").mkdir(exist_ok=True)
        main(["audit", "-c", node(name, web=AGENT), "--output-format", "json", "--output", f"results/{name}.json"])
    assert verdicts(report("--merge", "results")[1]) == {"hv1": {"web": "responding"}, "hv2": {"web": "responding"}}


def test_refusals_of_other_machines_are_counted_together(node, tmp_path):
    (tmp_path / "results").mkdir()
    for name in ("hv1", "hv2"):
        command = ["audit", "-c", node(name, desk="<graphics type='spice'/>"), "--no-config", "--target", "rhel-9"]
        main([*command, "--output-format", "json", "--output", f"results/{name}.json"])
    # What is selected here does not change what was found there.
    (tmp_path / "chanfix.toml").write_text('profile = "channel"\n')
    report("--merge", "results")
    [place] = json.loads(Path("report.json").read_text())["refusals"]
    assert (place["target"], place["judged"], place["refused"]) == ("rhel-9", 2, 2)
    assert [named["host"] for named in place["causes"][0]["named"]] == ["hv1", "hv2"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "no host to audit"),
        (["--merge", ".", "-c", "test:///default"], "--merge audits nothing"),
        (["-c", "test:///default", "--host-timeout", "0"], "--host-timeout of 0.0 seconds makes no sense"),
        (["--hosts", "missing"], "'missing': no such file"),
        (["-c", "test:///default", "--output", "."], "'.' cannot be written: it is a folder"),
        (["--hosts", "a.txt", "--output", "./a.txt"], "--output would replace 'a.txt', which the audit reads"),
        (["-c", "test:///default", "--state", "a", "--output", "a"], "--output would replace 'a'"),
    ],
)
def test_nonsense_is_refused(arguments, words, capfd):
    assert main(["audit", *arguments]) in (2, 3)
    assert words in capfd.readouterr().err


def test_old_report_stays_when_the_new_one_cannot_be_made(node):
    Path("report.html").write_text("old")
    assert main(["audit", "--merge", "nowhere", "--output-format", "html", "--output", "report.html"]) == 3
    assert Path("report.html").read_text() == "old"


def test_report_without_a_place_is_refused_before_any_host_is_asked(node, capfd):
    assert main(["audit", "-c", node("a", web=AGENT), "--state", "state", "--output", "missing/report"]) == 3
    assert "there is no folder 'missing'" in capfd.readouterr().err
    assert not Path("state").exists()


def test_connection_before_the_command_is_a_host_too(node):
    assert main(["-c", node("a", web=AGENT), "audit", "--output", "report"]) == 0
    assert main(["-c", node("a", web=AGENT), "audit", "--merge", "."]) == 2


def test_passwords_reach_no_report(node):
    display = "<graphics type='vnc' passwd='s3cret'/>"
    a = node("a", web=display + SHARED.replace("agent.0", "agent.O"))
    for name in FORMATS:
        main(["audit", "-c", a, "--output-format", name, "--output", "report"])
        text = Path("report").read_text()
        assert "web" in text
        assert "s3cret" not in text


def test_interrupt_ends_an_audit_at_once_and_the_state_keeps_what_was_done(node, silent, tmp_path):
    a = node("a", web=AGENT)
    command = [sys.executable, "-m", "chanfix", "audit", "-c", a, "-c", silent, "--state", "state"]
    environment = os.environ | {"PYTHONPATH": str(Path(chanfix.__file__).parents[1])}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        deadline = time.monotonic() + 60
        while not Path("state").exists() or b"responding" not in Path("state").read_bytes():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) != 0
        assert b"Traceback" not in process.stderr.read()
    assert a.encode() in Path("state").read_bytes()
