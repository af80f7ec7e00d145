"""The dialogue with an agent, against peers of every kind on real sockets."""

import contextlib
import errno
import itertools
import json
import os
import re
import select
import shutil
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from peers import answering, listening, questions, sync

from chanfix.agent import Dialogue, ask
from chanfix.agent.reply import read_reply
from chanfix.errors import AgentError, UsageError

# In seconds: enough for an answer on any machine, and for a verdict that the time running out brings about.
LONG = 60
SHORT = 4

# Memory is that of a process of its own.
CHILD = """
import json, re, sys, time
from pathlib import Path
from chanfix.agent import ask
from chanfix.errors import AgentError

start = time.monotonic()
try:
    found = {"kind": "answer", "said": str(ask(sys.argv[1], "guest-info", timeout=float(sys.argv[2])))}
except AgentError as error:
    found = {"kind": error.kind, "said": f"{error.message} {error.hint}"}
found["seconds"] = time.monotonic() - start
found["kib"] = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
print(json.dumps(found))
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "sock"


def verdict(path, seconds):
    """Ask in a process of its own, and see that it took neither long nor much."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", CHILD, path, str(seconds)]
    run = subprocess.run(command, check=True, capture_output=True, text=True, env=environment, timeout=300)
    found = json.loads(run.stdout)
    assert found["seconds"] < seconds + 10
    assert found["kib"] < 100 * 1024
    assert found["said"].isprintable()
    return found["kind"]


def first(*pieces, pause=0.0):
    """Return a talk that says this to whatever is asked first."""

    def talk(connection):
        for piece in pieces if len(pieces) > 1 else itertools.chain(pieces[0]):
            connection.sendall(piece)
            time.sleep(pause)
        list(questions(connection))

    return talk


def reset(connection):
    """Close without reading what was asked, which resets the connection."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def half_open(connection):
    connection.shutdown(socket.SHUT_WR)
    list(questions(connection))


def replied(reply):
    return answering(reply + b"\n")


SPURIOUS = {
    "endless bytes": first(itertools.repeat(b"a" * 65536)),
    "endless small lines": first(itertools.repeat(b"{}\n" * 1000)),
    "endless answers to another question": first(itertools.repeat(b'\xff{"return": 1}\n')),
    "endless bytes after the first answer": answering(b'{"return": "', *[b"a" * 65536] * 1000),
    "a string of one GB": answering(b'{"return": {"version": "', *[b"a" * 1048576] * 1024, b'"}}\n'),
    "100,000 nested arrays": replied(b'{"return": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
    "100,000 nested objects": replied(b'{"return": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}"),
    "invalid UTF-8": replied(b'{"return": "\xc3\x28"}'),
    "half a character": replied(b'{"return": "\\ud800"}'),
    "NUL in a string": replied(b'{"return": {"version": "7\x002"}}'),
    "ESC in a string": replied(b'{"return": {"version": "\x1b[2J"}}'),
    "the same key twice": replied(b'{"return": {"a": 1, "a": 2}}'),
    "a number of 100,000 digits": replied(b'{"return": ' + b"9" * 100_000 + b"}"),
    "a number beyond all bounds": replied(b'{"return": 1e999}'),
    "NaN": replied(b'{"return": NaN}'),
    "no object": replied(b"[]"),
    "neither answer nor error": replied(b"{}"),
    "both answer and error": replied(b'{"return": 1, "error": {"class": "a", "desc": "b"}}'),
    "an error without words": replied(b'{"error": {"class": 1}}'),
    "an error that is a text": replied(b'{"error": "no"}'),
    "no JSON": replied(b"login: "),
    "an empty line": replied(b""),
}
# These show only when the time is over.
IN_TIME = {
    "one byte a second": (first(*[b"a"] * 60, pause=1), "spurious"),
    "a reply with another id": (first([b'\xff{"return": 1}\n']), "spurious"),
    "silence": (lambda connection: list(questions(connection)), "unresponsive"),
    "silence after the first answer": (answering(), "unresponsive"),
    "half an answer": (answering(b'{"return": '), "spurious"),
}
GONE = {
    "closed at once": lambda connection: None,
    "closed in the middle": answering(b'{"return": ', then=lambda connection: None),
    "half open": answering(b'{"return": ', then=half_open),
    "reset": reset,
}


@pytest.mark.survival(
    "Agents that hang or lie",
    "answers that are none: no JSON, too deep, too long, of another question, ...",
    "told as spurious",
)
@pytest.mark.parametrize("name", SPURIOUS)
def test_what_is_no_answer_is_spurious(path, name):
    with listening(path, SPURIOUS[name]):
        assert verdict(path, LONG) == "spurious"


@pytest.mark.survival(
    "Agents that hang or lie",
    "agents that say nothing, or a little now and then",
    "given up in time",
)
@pytest.mark.parametrize("name", IN_TIME)
def test_the_time_is_over_at_the_latest_when_it_is_over(path, name):
    talk, kind = IN_TIME[name]
    with listening(path, talk):
        assert verdict(path, SHORT) == kind


@pytest.mark.survival(
    "Agents that hang or lie",
    "agents that go away in between",
    "told as disconnected",
)
@pytest.mark.parametrize("name", GONE)
def test_a_peer_that_goes_is_disconnected(path, name):
    with listening(path, GONE[name]):
        assert verdict(path, LONG) == "disconnected"


@pytest.mark.survival(
    "Agents that hang or lie",
    "an agent that never reads",
    "given up in time",
)
def test_a_peer_that_does_not_read_is_unresponsive(path):
    def talk(connection):
        asked = connection.recv(65536)
        connection.sendall(sync(json.loads(asked.removeprefix(b"\xff"))))
        until_closed = select.poll()
        until_closed.register(connection, 0)
        until_closed.poll(LONG * 1000)

    with listening(path, talk), pytest.raises(AgentError, match="no answer") as caught:
        ask(path, "guest-file-write", {"buf-b64": "a" * 10_000_000}, timeout=SHORT)
    assert caught.value.kind == "unresponsive"


def test_a_reply_from_before_the_question_is_passed_over(path):
    def talk(connection):
        asked = questions(connection)
        connection.sendall(
            b'{"return": "stale"}\n\xff{"return": 7}\n{"error": {"class": "GenericError", "desc": "a"}}\n'
        )
        connection.sendall(b'{"return": "half' + sync(next(asked)))
        next(asked)
        connection.sendall(b'{"return": "fresh"}\n')

    with listening(path, talk):
        assert ask(path, "guest-info", timeout=LONG) == "fresh"


def test_an_answer_may_come_in_single_bytes(path):
    answer = {"name": "Zoë \u20ac", "numbers": [1, -2.5, 10**18], "nothing": None, "nested": {"a": [{"b": []}] * 100}}
    data = json.dumps({"return": answer}, ensure_ascii=False).encode() + b"\r\n"
    with listening(path, answering(*(bytes([byte]) for byte in data))):
        assert ask(path, "guest-info", timeout=LONG) == answer


def test_a_text_of_the_guest_is_handed_on_as_it_is(path):
    with listening(path, answering(b'{"return": {"version": "\\u001b[2J\\u0000"}}\n')):
        assert ask(path, "guest-info", timeout=LONG) == {"version": "\x1b[2J\0"}


def test_a_refusal_is_told_in_the_agents_words_and_escaped(path):
    reply = b'{"error": {"class": "CommandNotFound", "desc": "no \\u001b]0;x\\u0007 ' + b"a" * 5000 + b'"}}\n'
    with listening(path, answering(reply)), pytest.raises(AgentError) as caught:
        ask(path, "guest-info", timeout=LONG)
    assert (caught.value.kind, caught.value.agent_class) == ("refused", "CommandNotFound")
    assert caught.value.description.startswith("no \x1b]0;x\x07 aaa")
    assert f"refused: 'no \\x1b]0;x\\x07 {'a' * 200}" in caught.value.message
    assert len(caught.value.message) < 600


@pytest.mark.parametrize("talk", [answering(then=lambda connection: None), answering()], ids=["gone", "silent"])
def test_a_command_that_leaves_nobody_to_answer_returns_none(path, talk):
    with listening(path, talk):
        assert ask(path, "guest-shutdown", timeout=SHORT) is None


def test_a_dialogue_goes_on_after_a_command_without_reply(path):
    def talk(connection):
        asked = questions(connection)
        connection.sendall(sync(next(asked)))
        assert next(asked)["execute"] == "guest-suspend-ram"
        connection.sendall(sync(next(asked)))
        assert next(asked)["execute"] == "guest-ping"
        connection.sendall(b'{"return": {}}\n')

    with listening(path, talk), Dialogue(path, timeout=LONG) as agent:
        assert agent.ask("guest-suspend-ram") is None
        assert agent.ask("guest-ping") == {}


def test_no_two_dialogues_open_with_the_same_number(path):
    numbers = []

    def talk(connection):
        numbers.append(next(questions(connection))["arguments"]["id"])

    for _ in range(5):
        with listening(path, talk), pytest.raises(AgentError):
            ask(path, "guest-ping", timeout=LONG)
        path.unlink()
    assert len(set(numbers)) == 5


def test_a_socket_with_too_many_clients_waiting_is_unreachable(path):
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as other:
        server.bind(str(path))
        server.listen(0)
        other.connect(str(path))
        assert verdict(path, SHORT) == "unreachable"


def test_a_file_is_not_a_socket(path):
    path.write_text("")
    assert_unreachable(path, "is not a socket")


def test_a_socket_that_is_not_there_is_unreachable(path):
    assert_unreachable(path, "there is no socket")
    path.symlink_to("nowhere")
    assert_unreachable(path, "there is no socket")


def test_a_socket_that_nobody_listens_on_is_unreachable(path):
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
    assert_unreachable(path, "nobody listens on")


def test_a_path_that_is_too_long_is_unreachable(path):
    assert_unreachable(path.with_name("a" * 108), "is too long for the path of a socket")


def test_a_socket_of_somebody_else_is_unreachable(path):
    with listening(path, lambda connection: None):
        path.chmod(0)
        if os.access(path, os.W_OK):
            pytest.skip("root may open everything")
        assert_unreachable(path, "no permission to open")


def test_a_process_with_too_many_open_files_is_told(path, monkeypatch):
    def refuse(*arguments):
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    monkeypatch.setattr(socket, "socket", refuse)
    assert_unreachable(path, "Too many open files")


def test_a_link_to_a_socket_is_followed(path):
    link = path.with_name("link")
    link.symlink_to(path)
    with listening(path, answering(b'{"return": {}}\n')):
        assert ask(link, "guest-ping", timeout=LONG) == {}


def assert_unreachable(path, said):
    with pytest.raises(AgentError, match=said) as caught:
        ask(path, "guest-ping", timeout=LONG)
    assert caught.value.kind == "unreachable"
    assert caught.value.hint


@pytest.mark.parametrize(
    "wrong", [{"timeout": 0}, {"timeout": float("nan")}, {"timeout": float("inf")}, {"limit": 0}], ids=str
)
def test_a_bound_that_bounds_nothing_is_refused(path, wrong):
    with pytest.raises(UsageError):
        ask(path, "guest-ping", **wrong)


@pytest.mark.parametrize("path", ["", "a\0b", "\0abstract"], ids=repr)
def test_what_is_no_path_is_refused(path):
    with pytest.raises(UsageError, match="cannot be the path of a socket"):
        ask(path, "guest-ping")


@pytest.mark.parametrize("value", [{1, 2}, float("nan")], ids=["set", "nan"])
def test_arguments_that_are_no_json_are_refused(path, value):
    with listening(path, answering()), pytest.raises(UsageError, match="cannot be said in JSON"):
        ask(path, "guest-ping", {"a": value}, timeout=LONG)


@settings(max_examples=100, deadline=None)
@given(pieces=st.lists(st.binary(max_size=200), max_size=10), is_synchronised=st.booleans())
def test_any_bytes_in_any_pieces_give_an_answer_or_one_of_our_errors(home, pieces, is_synchronised):
    def talk(connection):
        asked = questions(connection)
        question = next(asked)
        if is_synchronised:
            connection.sendall(sync(question))
            next(asked)
        for piece in pieces:
            connection.sendall(piece)

    path = home / uuid4().hex
    with listening(path, talk), contextlib.suppress(AgentError):
        ask(path, "guest-ping", timeout=LONG)
    path.unlink()


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**18), 10**18)
    | st.floats(allow_nan=False, allow_infinity=False)
    # st.text() has no lone surrogates
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@settings(deadline=None, max_examples=50)
@given(answer=plain, is_ascii=st.booleans())
def test_every_answer_is_read_as_it_was_meant(answer, is_ascii):
    assert read_reply(json.dumps({"return": answer}, ensure_ascii=is_ascii).encode()) == {"return": answer}


@settings(deadline=None)
@given(line=st.binary() | st.text('[]{}"\\:,1eu-. ', max_size=300).map(str.encode))
def test_any_line_is_a_reply_or_a_value_error(line):
    with contextlib.suppress(ValueError):
        assert read_reply(line).keys() & {"return", "error"}


def test_importing_the_client_imports_no_more_than_it_needs():
    code = "import sys, chanfix.agent; sys.exit(bool(sys.modules.keys() & {'lxml', 'click', 'jinja2', 'rich'}))"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment, timeout=60)


@pytest.fixture
def real_agent(path):
    """A real qemu-ga on this very machine, which may only say a few things."""
    program = shutil.which("qemu-ga", path=f"{os.environ['PATH']}:/usr/sbin:/usr/bin")
    if program is None:
        pytest.skip("qemu-ga is not installed: install qemu-guest-agent")
    known = subprocess.run([program, "-b", "help"], check=True, capture_output=True, text=True, timeout=60).stdout
    harmless = {"guest-sync-delimited", "guest-sync", "guest-ping", "guest-info", "guest-get-time"}
    blocked = ",".join(set(known.split()) - harmless)
    command = [program, "-m", "unix-listen", "-p", path, "-t", path.parent, "-f", path.parent / "pid", "-b", blocked]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            deadline = time.monotonic() + LONG
            while not path.exists():
                assert process.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.05)
            yield path
        finally:
            process.kill()


def test_the_real_agent_answers_one_client_after_another(real_agent):
    for _ in range(3):
        with Dialogue(real_agent, timeout=LONG) as agent:
            assert agent.ask("guest-ping") == {}
            assert "guest-ping" in {command["name"] for command in agent.ask("guest-info")["supported_commands"]}


@pytest.mark.parametrize("command", ["guest-shutdown", "guest-exec", "guest-nothing"])
def test_the_real_agent_refuses_what_is_blocked_or_unknown(real_agent, command):
    with Dialogue(real_agent, timeout=LONG) as agent:
        with pytest.raises(AgentError) as caught:
            agent.ask(command)
        assert (caught.value.kind, caught.value.agent_class) == ("refused", "CommandNotFound")
        assert agent.ask("guest-ping") == {}


def test_the_client_of_the_documentation_works(real_agent, tmp_path):
    page = Path(__file__).parents[2] / "docs" / "own-the-channel.md"
    [client] = re.findall(r'^```python title="inventory.py"\n(.*?)^```$', page.read_text(), re.DOTALL | re.MULTILINE)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", client, real_agent]
    run = subprocess.run(command, check=True, capture_output=True, text=True, env=environment, timeout=120)
    assert re.fullmatch(r"qemu-ga '[\w.]+', clock off by -?\d+ s\n", run.stdout)
