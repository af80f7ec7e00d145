"""What status asks after guest-info: agents that lie, fall silent or flood then, on real sockets."""

import json
import threading
from contextlib import ExitStack

import pytest
from peers import listening, questions, sync

from chanfix.agent.answer import Heard
from chanfix.status.own_port import ask_port

COMMANDS = ("guest-info", "guest-fsfreeze-status", "guest-get-osinfo", "guest-network-get-interfaces")
INFO = {"version": "10.0.0", "supported_commands": [{"name": name, "enabled": True} for name in COMMANDS]}
RIGHT = {
    "guest-info": INFO,
    "guest-fsfreeze-status": "thawed",
    "guest-get-osinfo": {"id": "debian", "version-id": "12"},
    "guest-network-get-interfaces": [{"name": "eth0", "ip-addresses": [{"ip-address": "192.0.2.7", "prefix": 24}]}],
}
# In seconds: what no test waits for, and what some wait out.
LONG, SHORT = 60, 2


def agent(**wrong):
    """Return a talk that answers every question rightly, but for those: bytes are sent as they are, None is silence."""

    def talk(connection):
        for question in questions(connection):
            name = question["execute"]
            if name == "guest-sync-delimited":
                connection.sendall(sync(question))
            elif name.replace("-", "_") in wrong:
                said = wrong[name.replace("-", "_")]
                if callable(said):
                    said(connection)
                elif said is not None:
                    connection.sendall(said)
            else:
                connection.sendall(json.dumps({"return": RIGHT[name]}).encode() + b"\n")

    return talk


def flood(connection):
    while True:
        connection.sendall(b"A" * 65536)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "sock"


def test_all_questions_are_answered(path):
    with listening(path, agent()):
        reply = ask_port(str(path), LONG)
    assert (reply.heard, reply.version, reply.is_frozen) == (Heard.ANSWER, "10.0.0", False)
    assert (reply.system.id, [each.address for each in reply.addresses]) == ("debian", ["192.0.2.7"])


BAD = {
    "another type": b'{"return": {"a": 1}}\n',
    "no list": b'{"return": 7}\n',
    "too deep": b'{"return": ' + b"[" * 1000 + b"]" * 1000 + b"}\n",
    "no JSON": b"login: \n",
    "control characters": b'{"return": [{"name": "\\u001b[2J", "ip-addresses": [{"ip-address": "\\u001b[2J"}]}]}\n',
    "a refusal": b'{"error": {"class": "GenericError", "desc": "\\u001b[2J"}}\n',
    "an error without words": b'{"error": {}}\n',
    "a flood": flood,
    "a million addresses": b'{"return": [{"name": "x", "ip-addresses": ['
    + b",".join([b'{"ip-address": "192.0.2.1", "prefix": 24}'] * 5000)
    + b"]}]}\n",
}


@pytest.mark.parametrize("command", COMMANDS[1:])
@pytest.mark.parametrize("name", BAD)
def test_bad_answer_leaves_what_was_heard_before(path, name, command):
    with listening(path, agent(**{command.replace("-", "_"): BAD[name]})):
        reply = ask_port(str(path), LONG)
    assert (reply.heard, reply.version) == (Heard.ANSWER, "10.0.0")
    assert len(reply.addresses or ()) <= 256
    assert reply.is_frozen in (None, False)
    assert all(each.address.isprintable() for each in reply.addresses or ())


@pytest.mark.parametrize("command", COMMANDS[1:])
def test_agent_that_falls_silent_has_answered(path, command):
    with listening(path, agent(**{command.replace("-", "_"): None})):
        reply = ask_port(str(path), SHORT)
    assert (reply.heard, reply.version) == (Heard.ANSWER, "10.0.0")


def refusing(command):
    """Return a talk that refuses a command as qemu-ga does for its policy."""
    desc = f"Command {command} has been disabled: the command is not allowed"
    refusal = json.dumps({"error": {"class": "CommandNotFound", "desc": desc}}).encode() + b"\n"

    def talk(connection):
        for question in questions(connection):
            name = question["execute"]
            if name == command:
                connection.sendall(refusal)
            elif name == "guest-sync-delimited":
                connection.sendall(sync(question))

    return talk


def test_agent_that_refuses_to_list_its_commands_has_answered(path):
    with listening(path, refusing("guest-info")):
        reply = ask_port(str(path), LONG)
    assert (reply.heard, reply.commands) == (Heard.ANSWER, None)
    assert "guest-info has been disabled" in reply.refusals["guest-info"]


def test_agent_that_refuses_to_begin_has_not_answered(path):
    with listening(path, refusing("guest-sync-delimited")):
        reply = ask_port(str(path), LONG)
    assert reply.heard is Heard.NONSENSE
    assert "its policy blocks 'guest-sync-delimited'" in reply.said


def test_agent_that_is_frozen_says_so(path):
    with listening(path, agent(guest_fsfreeze_status=b'{"return": "frozen"}\n')):
        assert ask_port(str(path), LONG).is_frozen is True


def test_two_hundred_agents_of_which_half_fall_silent_take_about_one_deadline(tmp_path):
    replies = {}
    with ExitStack() as stack:
        threads = []
        for number in range(200):
            path = tmp_path / str(number)
            stack.enter_context(listening(path, agent(guest_get_osinfo=None) if number % 2 else agent()))

            def ask_it(number=number, path=path):
                replies[number] = ask_port(str(path), 10)

            threads.append(threading.Thread(target=ask_it))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)  # one after the other, the silent ones alone would take a thousand seconds
        assert not any(thread.is_alive() for thread in threads)
    assert {reply.heard for reply in replies.values()} == {Heard.ANSWER}
    assert sum(reply.system is not None for reply in replies.values()) >= 90
