"""``chanfix status`` as it is run: on libvirt's own test driver, whose agents give the time and nothing else."""

import io
import json
import sys

import pytest
from jsonschema import Draft202012Validator

from chanfix import resources
from chanfix.cli import main

libvirt = pytest.importorskip("libvirt", reason="libvirt-python is not installed: pip install 'chanfix[libvirt]'")

AGENT = "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>"


SHUT_OFF = "<test:runstate xmlns:test='http://libvirt.org/schemas/domain/test/1.0'>5</test:runstate>"


def domain(number, name, devices=AGENT, kind="qemu", state=""):
    return (
        f"<domain type='{kind}'><name>{name}</name><uuid>6695eb01-f6a4-8304-79aa-97f25020{number:04}</uuid>"
        f"<memory>65536</memory><os><type>hvm</type></os><devices>{devices}</devices>{state}</domain>"
    )


@pytest.fixture
def node(tmp_path, monkeypatch):
    """Return the URI of a host with those domains, all of them running."""
    monkeypatch.chdir("/")

    def node(*domains):
        path = tmp_path / "node.xml"
        path.write_text(f"<node>{''.join(domains)}</node>")
        return f"test://{path}"

    return node


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self):
        return True


def test_each_domain_gets_a_line_and_the_worst_counts(node, capfd):
    uri = node(domain(1, "web"), domain(2, "database", ""))
    assert main(["-c", uri, "status"]) == 1
    assert capfd.readouterr().out.splitlines() == [
        f"database  not-configured  no channel 'org.qemu.guest_agent.0'; "
        f"put the channel in place: chanfix -c {uri} add database",
        "web       responding      the agent answers. works: time. does not work: addresses (no address yet); "
        "nothing to do",
    ]


def test_named_domains_come_in_their_order(node, capfd):
    uri = node(domain(1, "a"), domain(2, "b"), domain(3, "c"))
    assert main(["-c", uri, "status", "c", "a"]) == 0
    assert [line.split()[0] for line in capfd.readouterr().out.splitlines()] == ["c", "a"]


def test_a_domain_that_is_not_there_is_told_and_the_others_are_looked_at(node, capfd):
    assert main(["-c", node(domain(1, "web")), "status", "wbe", "web"]) == 3
    first, second = capfd.readouterr().out.splitlines()
    assert first.startswith("wbe  error       no domain 'wbe'")
    assert "did you mean 'web'" in first
    assert second.startswith("web  responding")


def test_quiet_tells_by_the_exit_status_alone(node, capfd):
    uri = node(domain(1, "web", ""))
    assert main(["-c", uri, "-q", "status"]) == 1
    assert capfd.readouterr() == ("", "")


def test_a_host_without_domains_has_nothing_wrong(node, capfd):
    assert main(["-c", node(), "status"]) == 0
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize(
    "arguments", [["--all", "web"], ["--wait", "0"], ["--agent-timeout", "-1"], ["--jobs", "0"], ["--wait", "nan"]]
)
def test_what_makes_no_sense_is_wrong_usage(node, arguments):
    assert main(["-c", node(), "status", *arguments]) == 2


@pytest.mark.parametrize(("output_format", "schema"), [("json", "status-v2"), ("json-v1", "status")])
def test_json_is_valid_against_the_schema_of_its_version(node, capfd, output_format, schema):
    uri = node(domain(1, "web"), domain(2, "db", ""), domain(3, "other", "", "xen"))
    main(["-c", uri, "status", "--output-format", output_format, "web", "db", "other", "nope"])
    report = json.loads(capfd.readouterr().out)
    schema = json.loads(resources.read(f"schemas/{schema}.schema.json"))
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(report)
    assert [(entry["domain"], entry["verdict"], entry["is_answering"]) for entry in report["domains"]] == [
        ("web", "responding", True),
        ("db", "not-configured", False),
        ("other", "not-qemu", False),
        ("nope", None, False),
    ]
    assert report["domains"][1]["next_step"]["command"] == f"chanfix -c {uri} add db"
    assert report["domains"][0]["readiness"]["time"] is True
    assert report["domains"][0]["readiness"]["shutdown"] is None


def test_waiting_ends_when_the_agent_answers(node, capfd):
    assert main(["-c", node(domain(1, "web")), "status", "web", "--wait", "60"]) == 0


def test_waiting_ends_at_once_where_it_would_be_in_vain(node, capfd):
    # A test that waits would run into the time limit of the whole suite.
    assert main(["-c", node(domain(1, "web", "")), "status", "web", "--wait", "80000"]) == 1


def test_waiting_has_an_end(node, capfd):
    assert main(["-c", node(domain(1, "web", state=SHUT_OFF)), "status", "web", "--wait", "1.5"]) == 1
    assert capfd.readouterr().out.startswith("web  shut-off  ")


NIC = "<interface type='user'><target dev='vnet0'/></interface>"


def test_addresses_are_shown_and_needed_and_waited_for(node, capfd):
    # The test driver invents an address for each interface.
    uri = node(domain(1, "web", AGENT + NIC), domain(2, "db"))
    assert main(["-c", uri, "status", "web", "--need", "addresses", "--wait", "60", "--wait-for", "time"]) == 0
    assert "works: addresses (192.168.0.1), time;" in capfd.readouterr().out
    assert main(["-c", uri, "status", "--need", "addresses"]) == 1
    assert main(["-c", uri, "status", "db", "--wait", "1", "--wait-for", "addresses"]) == 1
    capfd.readouterr()
    main(["-c", uri, "status", "web", "--output-format", "json"])
    [entry] = json.loads(capfd.readouterr().out)["domains"]
    assert [each["prefix"] for each in entry["addresses"]] == [24]
    assert {"name": "addresses", "works": True, "reason": None, "blocked": []} in entry["features"]
    assert {"name": "exec", "works": None, "reason": None, "blocked": []} in entry["features"]
    assert (entry["guest_os"], entry["frozen_since"]) == (None, None)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--need", "exec"], "the agent's own list"),
        (["--need", "adresses"], "there is no feature 'adresses'"),
        (["--need", ","], "names no feature"),
        (["--wait-for", "addresses"], "takes --wait"),
        (["--wait", "3", "--wait-for", "quiesced-snapshot"], "the agent's own list"),
        (["--watch", "--need", "time"], "no end"),
    ],
)
def test_features_that_cannot_be_needed_are_wrong_usage(node, capfd, arguments, message):
    assert main(["-c", node(), "status", *arguments]) == 2
    assert message in capfd.readouterr().err


def test_feature_of_a_detached_agent_takes_no_raw(node, capfd):
    detached = AGENT.replace("agent.0", "agent.1")
    uri = node(domain(1, "ours", detached), domain(2, "off", detached, state=SHUT_OFF), domain(3, "web"))
    assert main(["-c", uri, "status", "--need", "exec", "ours", "off"]) == 1
    assert capfd.readouterr().out.startswith("ours  detached  ")
    assert main(["-c", uri, "status", "--need", "exec", "ours", "nope"]) == 3
    assert "no domain 'nope'" in capfd.readouterr().err
    for names in (["ours", "web"], ["web"], []):
        assert main(["-c", uri, "status", "--need", "exec", *names]) == 2
        assert "the agent's own list" in capfd.readouterr().err


def test_needs_of_several_options_add_up(node, capfd):
    uri = node(domain(1, "web"))
    assert main(["-c", uri, "status", "--need", "addresses", "--need", "time"]) == 1
    assert main(["-c", uri, "status", "--need", "time", "--need", "time"]) == 0


def test_a_terminal_gets_a_table(node, monkeypatch):
    monkeypatch.setattr(sys, "stdout", terminal := Terminal())
    monkeypatch.setenv("COLUMNS", "200")
    assert main(["-c", node(domain(1, "web")), "--color", "always", "status"]) == 0
    heading, _, row = (line.strip() for line in terminal.getvalue().splitlines() if line.strip())
    assert [word in heading for word in ("domain", "verdict", "next step")] == [True] * 3
    assert "\x1b[32mresponding" in row


def test_a_name_is_no_command_to_githubs_runner(node, monkeypatch, capfd):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    main(["-c", node(domain(1, "::error::web", "")), "status"])
    assert not capfd.readouterr().out.startswith("::")


@pytest.mark.parametrize("stream", [Terminal, io.StringIO])
def test_a_hostile_name_does_nothing_to_the_terminal(node, monkeypatch, stream):
    monkeypatch.setattr(sys, "stdout", shown := stream())
    monkeypatch.setenv("COLUMNS", "200")
    main(["-c", node(domain(1, "a\u202e[bold]b\u200bc", "")), "status", "--color", "never"])
    assert "a\\u202e[bold]b\\u200bc" in shown.getvalue()
    assert not set("\x1b\u202e\u200b") & set(shown.getvalue())
