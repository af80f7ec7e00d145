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


LIBVIRT = SimpleNamespace(
    libvirtError=Error,
    VIR_DOMAIN_GUEST_INFO_OS=2,
    VIR_DOMAIN_GUEST_INFO_HOSTNAME=8,
    VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_AGENT=1,
)


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

    def interfaceAddresses(self, source):  # noqa: N802
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
    assert (reply.heard, reply.works) == (Heard.ANSWER, {"time": False, "guest info": False, "addresses": False})


@pytest.mark.parametrize(
    "message",
    ["internal error: cannot parse json {x: lexical error", "internal error: failed to parse JSON: unexpected"],
)
def test_an_answer_that_libvirt_cannot_read_is_nonsense(message, monkeypatch):
    monkeypatch.setattr(Error, "message", message)
    assert ask_agent(LIBVIRT, Agent(Code.INTERNAL_ERROR, AT_ONCE), raw=False, timeout=10).heard is Heard.NONSENSE


class Host(Agent):
    """A domain whose agent gives these answers: plain data, or the message of a refusal."""

    def __init__(self, time, info, addresses):
        self.answers = {"time": time, "info": info, "addresses": addresses}

    def _answer(self, what):
        answer = self.answers[what]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def getTime(self):  # noqa: N802
        return self._answer("time")

    def guestInfo(self, kinds):  # noqa: N802
        return self._answer("info")

    def interfaceAddresses(self, source):  # noqa: N802
        return self._answer("addresses")


def refusal(words, code=Code.INTERNAL_ERROR):
    error = Error(code)
    error.message = f"internal error: unable to execute QEMU agent command 'guest-x': {words}"
    return error


def test_typed_calls_tell_addresses_and_system():
    info = {"os.id": "debian", "os.version-id": "12", "os.pretty-name": "Debian GNU/Linux 12", "hostname": "web"}
    found = {
        "lo": {"addrs": [{"addr": "127.0.0.1", "prefix": 8, "type": 0}], "hwaddr": "0"},
        "bad": 1,
        "": {"addrs": 2},
    }
    reply = ask_agent(LIBVIRT, Host({"seconds": 1}, info, found), raw=False, timeout=10)
    assert reply.system == ("debian", "12", "Debian GNU/Linux 12")
    assert reply.addresses == (("lo", "127.0.0.1", 8, "0"),)
    assert reply.is_frozen is False


def test_agent_that_says_that_it_is_frozen_is():
    frozen = refusal("Command guest-get-time has been disabled: the agent is in frozen state")
    assert ask_agent(LIBVIRT, Host(frozen, frozen, frozen), raw=False, timeout=10).is_frozen is True
    # The same words behind an answer: a guest that was frozen in between.
    assert ask_agent(LIBVIRT, Host({}, {}, frozen), raw=False, timeout=10).is_frozen is True


def test_driver_without_addresses_of_agents_says_nothing_of_them():
    for code in (Code.NO_SUPPORT, Code.ARGUMENT_UNSUPPORTED, 43):
        reply = ask_agent(LIBVIRT, Host({}, {}, refusal("x", code)), raw=False, timeout=10)
        assert (reply.heard, reply.addresses, "addresses" in reply.works) == (Heard.ANSWER, None, False)
    silence = refusal("x", Code.AGENT_COMMAND_TIMEOUT)
    assert ask_agent(LIBVIRT, Host({}, {}, silence), raw=False, timeout=10).heard is Heard.REFUSED


def test_other_errors_are_not_about_the_agent():
    with pytest.raises(Error):
        ask_agent(LIBVIRT, Agent(Code.OPERATION_DENIED, AT_ONCE), raw=False, timeout=10)


def test_numbers_are_those_of_libvirt():
    libvirt = pytest.importorskip("libvirt", reason="libvirt-python is not installed")
    names = {code: f"VIR_ERR_{code.name}" for code in Code}
    there = {code: getattr(libvirt, name) for code, name in names.items() if hasattr(libvirt, name)}
    assert there
    assert {code: int(code) for code in there} == there
