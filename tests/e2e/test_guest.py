"""The guest itself: it boots, its agent answers, and its bad agents are as bad as they say.

Each is asked twice: over the socket of a port that libvirt does not hold, and through libvirt.
"""

import json
from contextlib import ExitStack

import pytest
from guest_machine import AGENT, agent_channel, wait_until

from chanfix.host.host import Code

libvirt = pytest.importorskip("libvirt", reason="libvirt-python is missing: pip install 'chanfix[libvirt]'")

OTHER = "org.qemu.guest_agent.1"
SYNC = {"execute": "guest-sync", "arguments": {"id": 4711}}
PING = {"execute": "guest-ping"}
UNRESPONSIVE = libvirt.VIR_ERR_AGENT_UNRESPONSIVE
# Since 11.2.0 an agent that has answered guest-sync and then says nothing has a number of its own.
NO_ANSWER = Code.AGENT_COMMAND_TIMEOUT if libvirt.getVersion() >= 11_002_000 else UNRESPONSIVE
# When it cannot read what comes, its error is about that or about the agent, by what it read first.
GAVE_UP = (UNRESPONSIVE, libvirt.VIR_ERR_INTERNAL_ERROR, libvirt.VIR_ERR_SYSTEM_ERROR)
ENOUGH = 100_000


@pytest.fixture(scope="module")
def bad_guest(make_guest):
    """A running guest with two ports, whose agents change with the test."""
    machine = make_guest(agent="silent", channel=agent_channel() + agent_channel(OTHER))
    machine.start()
    machine.wait_for_state("connected")
    machine.domain.agentSetResponseTimeout(60)
    return machine


@pytest.fixture
def libvirt_says(bad_guest):
    """The code of libvirt's error when it asks the agent for the time, and waits so many seconds."""

    def ask(patience=2):
        bad_guest.domain.agentSetResponseTimeout(patience)
        with pytest.raises(libvirt.libvirtError) as caught:
            bad_guest.domain.getTime()
        return caught.value.get_error_code()

    yield ask
    bad_guest.domain.agentSetResponseTimeout(60)


@pytest.fixture
def link_to(bad_guest):
    """Put another agent on the ports and return a connection to the one that libvirt does not hold."""
    with ExitStack() as links:

        def change(mode):
            bad_guest.set_agent(mode)
            return links.enter_context(bad_guest.dial(OTHER))

        yield change


def say(link, request):
    link.sendall(json.dumps(request).encode() + b"\n")


def reply(link, request):
    """Return what the next line says."""
    say(link, request)
    said = b""
    while not said.endswith(b"\n"):
        said += link.recv(1)
    return json.loads(said.decode(errors="replace"))


def hears_nothing(link, seconds=3):
    link.settimeout(seconds)
    with pytest.raises(TimeoutError):
        link.recv(1)
    return True


def read_much(link):
    """Return what comes, as long as it is not enough."""
    said = b""
    while len(said) < ENOUGH:
        said += link.recv(ENOUGH)
    return said


def test_guest_boots_and_its_agent_answers(good_guest):
    assert good_guest.channel_state() == "connected"
    assert good_guest.agent("guest-ping") == {}
    assert good_guest.run("hostname") == "chanfix-guest\n"


def test_agent_that_a_kernel_parameter_asks_for_is_there_from_the_start(bad_guest, libvirt_says):
    with bad_guest.dial(OTHER) as link:
        say(link, SYNC)
        assert hears_nothing(link)
    assert libvirt_says() == UNRESPONSIVE


def test_agent_on_a_port_of_its_own_answers_over_the_socket(bad_guest):
    bad_guest.set_agent("good")
    assert bad_guest.ask(OTHER, "guest-ping") == {}
    assert bad_guest.domain.getTime()["seconds"] > 0


def test_mute_agent_answers_the_synchronisation_alone(bad_guest, libvirt_says, link_to):
    link = link_to("mute")
    assert reply(link, SYNC) == {"return": 4711}
    say(link, PING)
    assert hears_nothing(link)
    assert libvirt_says() == NO_ANSWER


def test_late_agent_answers_when_libvirt_has_given_up(bad_guest, libvirt_says, link_to):
    link = link_to("late:4")
    assert libvirt_says() == UNRESPONSIVE
    assert reply(link, SYNC) == {"return": 4711}


def test_garbage_is_no_json_and_its_bytes_are_no_text(bad_guest, link_to):
    link = link_to("garbage")
    with pytest.raises(json.JSONDecodeError):
        reply(link, SYNC)
    # libvirt quotes the bytes in its error, and its Python binding fails on that.
    with pytest.raises((libvirt.libvirtError, SystemError, UnicodeDecodeError)):
        bad_guest.domain.getTime()


def test_reply_to_another_request_is_no_reply(bad_guest, libvirt_says, link_to):
    link = link_to("other-ids")
    assert reply(link, SYNC) == {"return": 4712}
    assert libvirt_says() == UNRESPONSIVE


def test_chatter_is_replies_without_an_end(bad_guest, libvirt_says, link_to):
    link = link_to("chatter")
    say(link, SYNC)
    assert set(read_much(link).splitlines()[:-1]) == {b'{"return": {}}'}
    assert libvirt_says() == UNRESPONSIVE


def test_flood_is_a_line_without_an_end(bad_guest, libvirt_says, link_to):
    link = link_to("flood")
    say(link, SYNC)
    assert set(read_much(link)) == {ord("A")}
    assert libvirt_says() in GAVE_UP


def test_agent_that_stops_takes_a_request_and_lets_go_of_the_port(bad_guest, link_to):
    link = link_to("stops")
    say(link, SYNC)
    bad_guest.wait_for_state("disconnected", OTHER)
    assert bad_guest.channel_state(AGENT) == "connected"
    assert hears_nothing(link)


def test_blocked_command_is_refused_and_the_others_are_not(bad_guest, libvirt_says, link_to):
    link = link_to("blocked:guest-get-time,guest-ping")
    assert reply(link, SYNC) == {"return": 4711}
    assert reply(link, PING)["error"]["class"] == "CommandNotFound"
    assert libvirt_says(patience=60) in (Code.INTERNAL_ERROR, Code.AGENT_COMMAND_FAILED)
    assert bad_guest.agent("guest-get-host-name") == {"host-name": "chanfix-guest"}


def test_closed_port_is_disconnected(bad_guest, libvirt_says):
    bad_guest.set_agent("closed")
    assert (bad_guest.channel_state(), bad_guest.channel_state(OTHER)) == ("disconnected", "disconnected")
    assert libvirt_says() == UNRESPONSIVE


def test_good_agent_is_found_again_after_a_bad_one(bad_guest):
    bad_guest.set_agent("flood")
    bad_guest.set_agent("good")
    bad_guest.wait_for_agent()
    wait_until("the time of the guest", lambda: bad_guest.domain.getTime()["seconds"])
