"""What was audited is kept a host a line, and a later run goes on from there."""

import json
import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from audits import ASKED, FEATURED, HOSTILE_HOSTS, HOSTS, JUDGED, TARGETS, write_audit

from chanfix.audit.report import HostAudit
from chanfix.audit.state import State, read_report
from chanfix.errors import InputError, OutputError
from chanfix.lint.finding import Asked

IDS = ["well", "bad", "dead", "full", "judged", "hostile"]


@pytest.mark.parametrize("host", [*HOSTS, *FEATURED, *JUDGED, *HOSTILE_HOSTS], ids=IDS)
def test_host_comes_back_as_it_was_kept(host, tmp_path):
    with State(None) as state:
        state.add(host)
        [kept] = state.hosts([host.name])
    # A byte of a file's name that is no text cannot be in JSON.
    assert kept.to_json() == json.loads(json.dumps(host.to_json()).replace("\\udcff", "\\ufffd"))


def test_hosts_come_in_the_order_that_is_asked_for_whichever_was_done_first():
    with State(None) as state:
        for host in reversed(HOSTS):
            state.add(host)
        names = [host.name for host in HOSTS]
        assert list(state.hosts(names)) == list(state.hosts(names)) == list(HOSTS)


def test_later_run_knows_the_hosts_that_were_done_and_asks_the_dead_again(tmp_path):
    path = tmp_path / "state"
    with State(path) as state:
        for host in HOSTS:
            state.add(host)
    with State(path) as state:
        assert [state.knows(host.name, host.uri) for host in HOSTS] == [True, True, False]
        state.add(replace(HOSTS[2], error=None))
        assert next(state.hosts([HOSTS[2].name])).error is None


@pytest.mark.parametrize(
    ("targets", "asked", "is_known"),
    [
        (TARGETS, ASKED, True),
        (TARGETS[:1], ASKED, False),
        (TARGETS, None, False),
        (TARGETS, Asked("9.0.0", "7.2.0"), False),
    ],
)
def test_host_is_audited_again_for_other_targets_and_another_libvirt(tmp_path, targets, asked, is_known):
    [host] = JUDGED
    with State(tmp_path / "state") as state:
        state.add(host)
    with State(tmp_path / "state") as state:
        assert state.knows(host.name, host.uri, targets, asked) is is_known


def test_host_that_is_audited_again_takes_the_place_of_the_old_one(tmp_path):
    new = replace(HOSTS[0], domains=())
    with State(tmp_path / "state") as state:
        state.add(HOSTS[0])
        state.add(new)
    with State(tmp_path / "state") as state:
        assert list(state.hosts([new.name])) == [new]


@pytest.mark.parametrize("cut", [1, 10, 200])
def test_line_that_was_not_finished_does_not_count(tmp_path, cut):
    path = tmp_path / "state"
    with State(path) as state:
        state.add(HOSTS[0])
        state.add(HOSTS[1])
    os.truncate(path, path.stat().st_size - cut)
    with State(path) as state:
        assert [state.knows(host.name, host.uri) for host in HOSTS] == [True, False, False]
        state.add(HOSTS[1])
    with State(path) as state:
        assert list(state.hosts([host.name for host in HOSTS[:2]])) == list(HOSTS[:2])


def test_name_that_is_another_hosts_now_is_audited_again(tmp_path):
    with State(tmp_path / "state") as state:
        state.add(HOSTS[0])
        assert not state.knows(HOSTS[0].name, "qemu:///elsewhere")


def test_two_audits_do_not_write_into_one_state(tmp_path):
    with State(tmp_path / "state") as state:
        with pytest.raises(OutputError, match="another audit keeps its state in"):
            State(tmp_path / "state")
        state.add(HOSTS[0])
    with State(tmp_path / "state") as state:
        assert list(state.hosts([HOSTS[0].name])) == [HOSTS[0]]


def test_state_is_for_its_owner_alone(tmp_path):
    with State(tmp_path / "state"):
        assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o600


FOREIGN = {
    "text": b"hello\n",
    "other JSON": b'{"version": "json-v1"}\n',
    "deep": b"[" * 100_000 + b"\n",
    "no host": b'{"version": "audit-v1"}\n{"name": "a"}\n',
    "no object": b'{"version": "audit-v1"}\n[]\n',
    "number for a text": b'{"version": "audit-v1"}\n{"name": 1, "uri": "a", "error": null, "domains": []}\n',
}


@pytest.mark.parametrize("text", FOREIGN.values(), ids=FOREIGN)
def test_file_that_is_something_else_is_left_as_it_is(tmp_path, text):
    path = tmp_path / "precious"
    path.write_bytes(text)
    with pytest.raises(InputError, match=f"'{path}' is no state of an audit: "):
        State(path)
    assert path.read_bytes() == text


@pytest.mark.parametrize(
    ("name", "words"),
    [("/dev/full", "it is no regular file"), ("/dev", "Is a directory"), ("/dev/null/a", "Not a directory")],
)
def test_state_that_cannot_be_kept_is_one_clear_error(name, words):
    with pytest.raises(OutputError, match=f"cannot be kept in '{name}': {words}"):
        State(Path(name))


@pytest.mark.parametrize("name", ["json", "json-v1"])
def test_report_of_either_version_is_read_again(tmp_path, name):
    (tmp_path / "report.json").write_text(write_audit(name))
    assert list(read_report(tmp_path / "report.json")) == list(HOSTS)


def test_keys_that_are_not_known_are_ignored(tmp_path):
    report = json.loads(write_audit("json"))
    for host in report["hosts"]:
        host["new"] = 1
        for domain in host["domains"]:
            domain["new"] = [{}]
            domain["findings"] = [finding | {"new": None} for finding in domain["findings"]]
    (tmp_path / "report.json").write_text(json.dumps(report | {"new": {}}))
    assert list(read_report(tmp_path / "report.json")) == list(HOSTS)


def test_state_of_the_first_version_is_continued(tmp_path):
    (tmp_path / "state").write_text('{"version": "audit-v1"}\n' + json.dumps(HOSTS[0].to_json()) + "\n")
    with State(tmp_path / "state") as state:
        assert list(state.hosts([HOSTS[0].name])) == [HOSTS[0]]


@pytest.mark.parametrize("text", ["", "{}", '{"version": "audit-v1"}', '{"version": "audit-v1", "hosts": [1]}'])
def test_file_that_is_no_report_is_refused(tmp_path, text):
    (tmp_path / "report.json").write_text(text)
    with pytest.raises(InputError, match=f"'{tmp_path}/report.json' is no report of an audit"):
        read_report(tmp_path / "report.json")


def test_host_with_a_wrong_severity_is_refused():
    value = HOSTS[1].to_json()
    value["domains"][0]["findings"][0]["severity"] = "fatal"
    with pytest.raises(InputError, match="FATAL"):
        HostAudit.from_json(value)
