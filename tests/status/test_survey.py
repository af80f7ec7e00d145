"""Many agents at once, and agents that never answer: what no guest can show two hundred times over."""

import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
import stalling_host
from stalling_host import XML, StallingHost

from chanfix.agent.answer import AgentReply, Heard
from chanfix.errors import HostError
from chanfix.host.host import Code
from chanfix.status.survey import JOBS, Survey
from chanfix.status.verdict import Verdict

PATIENCE = 10


def survey_of(host, **options):
    return Survey(host, host.another, version=None, **options)


def test_two_hundred_hung_agents_take_about_as_long_as_one():
    host = StallingHost(range(200))
    start = time.monotonic()
    outcomes = survey_of(host, jobs=200).look_up(host.names(), patience=PATIENCE)
    assert time.monotonic() - start < 2 * PATIENCE
    assert {outcome.verdict for outcome in outcomes.values()} == {Verdict.UNRESPONSIVE}
    assert list(outcomes) == host.names()
    assert len(host.opened) >= 200 / host.calls_at_once - 1


class DetachedHost(StallingHost):
    """A host whose domains keep their agents to themselves: each on a socket of that folder."""

    def __init__(self, folder, domains=range(1), uri="fake:///"):
        super().__init__(domains, uri)
        self.folder = folder

    def running_xml(self, ref):
        source = f"<source mode='bind' path='{self.folder}/{ref.name}'/>"
        return XML.replace(b"<source mode='bind'/>", source.encode()).replace(b"agent.0", b"agent.1")

    public_xml = running_xml


@pytest.fixture
def sockets():
    """A folder whose path fits into a socket's."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        yield Path(folder)


def test_two_hundred_silent_sockets_take_about_as_long_as_one(sockets):
    host = DetachedHost(sockets, range(200))
    with ExitStack() as stack:
        for name in host.names():
            server = stack.enter_context(socket.socket(socket.AF_UNIX))
            server.bind(str(sockets / name))
            server.listen()
        start = time.monotonic()
        outcomes = survey_of(host).look_up(host.names(), patience=PATIENCE)
        assert time.monotonic() - start < 2 * PATIENCE
    words = "detached from libvirt as 'org.qemu.guest_agent.1'; the port is open in the guest, and no right answer came"
    assert all(outcome.summary.startswith(words) for outcome in outcomes.values())
    assert not any(outcome.is_answering for outcome in outcomes.values())


def test_a_detached_port_without_a_socket_says_so(sockets):
    [outcome] = survey_of(DetachedHost(sockets)).look_up(["web-000"]).values()
    assert outcome.summary.endswith(f"; there is no socket '{sockets}/web-000'")
    assert " ".join(outcome.next_step.command) == "chanfix attach-libvirt web-000"


def test_the_socket_of_a_detached_port_is_looked_for_on_its_own_host_alone(sockets):
    host = DetachedHost(sockets, uri="qemu+ssh://root@far.example.org/system")
    [outcome] = survey_of(host).look_up(["web-000"]).values()
    assert outcome.summary.endswith("; its socket is on 'far.example.org': run chanfix there")


def test_agents_that_hang_leave_libvirtd_some_of_its_workers():
    host = StallingHost(range(20))
    outcomes = survey_of(host).look_up(host.names(), patience=0.5).values()
    errors = [outcome.message for outcome in outcomes if isinstance(outcome, HostError)]
    assert errors == ["its agent was not asked: libvirt waits for too many that hang"] * (20 - JOBS)


def test_an_agent_that_owes_an_answer_is_not_asked_again():
    host = StallingHost(range(1))
    survey = survey_of(host)
    for _ in range(host.calls_at_once + 2):  # the host refuses more calls than it has room for
        [outcome] = survey.look_up(host.names(), patience=0.01).values()
        assert outcome.verdict is Verdict.UNRESPONSIVE
    assert host.opened == []


class AnsweringHost(StallingHost):
    """A host whose agent gives these replies, one after another; an error is raised."""

    def __init__(self, *replies):
        super().__init__(range(1))
        self._replies = list(replies)

    def ask_agent(self, ref, *, raw, timeout):
        reply = self._replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply


@pytest.mark.parametrize("code", [Code.OPERATION_INVALID, Code.ARGUMENT_UNSUPPORTED])
def test_a_domain_that_changes_meanwhile_is_looked_at_again(code):
    host = AnsweringHost(HostError("the domain is not running", code=code), AgentReply(Heard.ANSWER))
    assert survey_of(host).look_up(host.names())["web-000"].is_answering


def test_a_port_that_libvirt_refuses_once_is_asked_again():
    host = AnsweringHost(AgentReply(Heard.REFUSED), AgentReply(Heard.ANSWER))
    assert survey_of(host).look_up(host.names())["web-000"].is_answering


class RefusingHost(StallingHost):
    """A host whose libvirt has given up on the port, and needs a moment to say so."""

    def ask_agent(self, ref, *, raw, timeout):
        time.sleep(1.5)
        return AgentReply(Heard.REFUSED)


@pytest.mark.parametrize(("patience", "longest"), [(1.6, 4.2), (1.0, 2.2)])
def test_one_domain_takes_no_longer_than_twice_the_patience(patience, longest):
    start = time.monotonic()
    [outcome] = survey_of(RefusingHost(range(1))).look_up(["web-000"], patience=patience).values()
    assert time.monotonic() - start < longest
    assert outcome.verdict in (Verdict.SPURIOUS, Verdict.UNRESPONSIVE)


def test_a_refusal_by_libvirt_is_told_as_an_error():
    refused = HostError("access denied", code=Code.OPERATION_DENIED)
    assert survey_of(AnsweringHost(refused)).look_up(["web-000"])["web-000"] is refused


def test_what_an_agent_says_of_itself_is_shown_harmlessly(monkeypatch, capfd):
    from chanfix.cli import main
    from chanfix.host.libvirt import connection as libvirt_host

    reply = AgentReply(Heard.ANSWER, version="8\x1b[2J\u202e", commands={})
    monkeypatch.setattr(libvirt_host, "connect", lambda *arguments, **options: AnsweringHost(reply))
    assert main(["status"]) == 0
    out = capfd.readouterr().out
    assert "qemu-ga 8\\x1b[2J\\u202e answers" in out
    assert not set("\x1b\u202e") & set(out)


def test_frozen_guest_is_told_with_the_time_when_it_was_seen_first():
    frozen, thawed = AgentReply(Heard.ANSWER, is_frozen=True), AgentReply(Heard.ANSWER, is_frozen=False)
    host = AnsweringHost(frozen, AgentReply(Heard.SILENCE), frozen, thawed, frozen)
    times = (datetime(2026, 11, 28, hour, tzinfo=UTC) for hour in range(24))
    survey = survey_of(host, now=lambda: next(times))
    seen = [survey.look_up(["web-000"])["web-000"] for _ in range(5)]
    assert [health.verdict.value for health in seen] == ["frozen", "unresponsive", "frozen", "responding", "frozen"]
    first, _, again, _, later = (health.frozen_since for health in seen)
    assert first == again < later
    assert "seen since 2026-11-28 00:00:00 UTC" in seen[2].summary


@pytest.mark.parametrize("option", [[], ["--wait", "600"], ["--watch"]])
def test_an_interrupt_ends_it_at_once(option):
    # The agents would have a day to answer.
    command = [sys.executable, Path(stalling_host.__file__), "9", "status", "--agent-timeout", "80000"]
    process = subprocess.Popen([*command, *option], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        asked = [process.stderr.readline() for _ in range(9)]
        assert all(line.startswith("asked web-") for line in asked)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert (process.returncode, out, err.strip()) == (130, "", "chanfix: interrupted")
