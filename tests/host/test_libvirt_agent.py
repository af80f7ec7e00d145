"""What libvirt's error numbers say of an agent: those that every version has, and those since 11.2.0."""

import time
from types import SimpleNamespace

import pytest

from chanfix.agent.answer import Heard
from chanfix.host.host import Code
from chanfix.host.libvirt.agent import ask_agent

AT_ONCE, LATER = 0.0, 5.0


class Error(Exception):
    message = ""

    def get_error_code(self):
        return self.args[0]

    def get_error_message(self):
        return self.message


LIBVIRT = SimpleNamespace(libvirtError=Error, VIR_DOMAIN_GUEST_INFO_OS=2, VIR_DOMAIN_GUEST_INFO_HOSTNAME=8)


class Agent:
    """A domain whose agent calls take so many seconds of a clock of our own, and fail with that code."""

    def __init__(self, code, seconds):
        self.code = code
        self.seconds = seconds
        self.asked = 0

    def getTime(self):  # noqa: N802
        self.asked += 1
        CLOCK.now += self.seconds
        raise Error(self.code)

    def guestInfo(self, kinds):  # noqa: N802
        return self.getTime()


CLOCK = SimpleNamespace(now=1000.0)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr(time, "monotonic", lambda: CLOCK.now)


@pytest.mark.parametrize(
    ("code", "seconds", "heard"),
    [
        (Code.AGENT_UNRESPONSIVE, LATER, Heard.SILENCE),
        (Code.AGENT_UNRESPONSIVE, AT_ONCE, Heard.REFUSED),
        (Code.AGENT_COMMAND_TIMEOUT, LATER, Heard.SILENCE),
        # It went away when it was asked.
        (Code.AGENT_COMMAND_TIMEOUT, AT_ONCE, Heard.REFUSED),
        (Code.OPERATION_TIMEOUT, AT_ONCE, Heard.SILENCE),
        (Code.SYSTEM_ERROR, LATER, Heard.REFUSED),
    ],
)
def test_agent_that_gives_no_answer_is_asked_once(code, seconds, heard):
    agent = Agent(code, seconds)
    assert ask_agent(LIBVIRT, agent, raw=False, timeout=10).heard is heard
    assert agent.asked == 1


def test_agent_that_falls_silent_after_the_synchronisation_is_told_apart_by_the_newer_number():
    assert "synchronisation" in ask_agent(LIBVIRT, Agent(Code.AGENT_COMMAND_TIMEOUT, LATER), raw=False, timeout=10).said
    assert ask_agent(LIBVIRT, Agent(Code.AGENT_UNRESPONSIVE, LATER), raw=False, timeout=10).said == ""


@pytest.mark.parametrize("code", [Code.INTERNAL_ERROR, Code.AGENT_COMMAND_FAILED])
def test_agent_that_refuses_commands_answers(code):
    reply = ask_agent(LIBVIRT, Agent(code, AT_ONCE), raw=False, timeout=10)
    assert (reply.heard, reply.works) == (Heard.ANSWER, {"time": False, "guest info": False})


@pytest.mark.parametrize(
    "message",
    ["internal error: cannot parse json {x: lexical error", "internal error: failed to parse JSON: unexpected"],
)
def test_an_answer_that_libvirt_cannot_read_is_nonsense(message, monkeypatch):
    monkeypatch.setattr(Error, "message", message)
    assert ask_agent(LIBVIRT, Agent(Code.INTERNAL_ERROR, AT_ONCE), raw=False, timeout=10).heard is Heard.NONSENSE


def test_other_errors_are_not_about_the_agent():
    with pytest.raises(Error):
        ask_agent(LIBVIRT, Agent(Code.OPERATION_DENIED, AT_ONCE), raw=False, timeout=10)


def test_numbers_are_those_of_libvirt():
    libvirt = pytest.importorskip("libvirt", reason="libvirt-python is not installed")
    names = {code: f"VIR_ERR_{code.name}" for code in Code}
    there = {code: getattr(libvirt, name) for code, name in names.items() if hasattr(libvirt, name)}
    assert there
    assert {code: int(code) for code in there} == there
