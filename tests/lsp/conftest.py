"""A client of the language server: frames of JSON over pipes, and no answer is waited for without end."""

import itertools
import json
import os
import selectors
import signal
import subprocess
import sys
import time

import pytest

DEADLINE = 20.0
# Python 3.14 warns of a function of asyncio that pygls calls.
WARNINGS = ["-W", "error", "-W", "ignore:'asyncio.iscoroutinefunction':DeprecationWarning"]


class Client:
    """A session with a server in a process of its own."""

    def __init__(self, folder, **environment):
        self.process = subprocess.Popen(
            [sys.executable, *WARNINGS, "-m", "chanfix", "lsp", "--stdio"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            # Whatever runs the tests may let them ignore interrupts.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)} | environment,
        )
        self._selector = selectors.DefaultSelector()
        self._selector.register(self.process.stdout, selectors.EVENT_READ)
        self._ids = itertools.count(1)
        self._received = b""
        self.notifications = []

    def initialize(self, settings=None, **capabilities):
        options = {} if settings is None else {"initializationOptions": settings}
        answer = self.request("initialize", processId=None, rootUri=None, capabilities=capabilities, **options)
        self.notify("initialized")
        return answer

    def request(self, method, **params):
        """Return the result of a request; what the server says in between is kept."""
        number = next(self._ids)
        self._send({"id": number, "method": method, "params": params})
        while True:
            message = self._receive(time.monotonic() + DEADLINE)
            if message.get("id") == number:
                assert "error" not in message, message
                return message["result"]
            self.notifications.append(message)

    def notify(self, method, **params):
        self._send({"method": method, "params": params})

    def open(self, uri, text, version=1):
        document = {"uri": uri, "languageId": "xml", "version": version, "text": text}
        self.notify("textDocument/didOpen", textDocument=document)
        return self.diagnostics(uri, version)

    def change(self, uri, text, version):
        self.notify(
            "textDocument/didChange", textDocument={"uri": uri, "version": version}, contentChanges=[{"text": text}]
        )

    def save(self, uri):
        self.notify("textDocument/didSave", textDocument={"uri": uri})

    def close(self, uri):
        self.notify("textDocument/didClose", textDocument={"uri": uri})

    def diagnostics(self, uri, version=None):
        """Return the next diagnostics that are published for a version of a text."""
        deadline = time.monotonic() + DEADLINE
        while True:
            message = self.notifications.pop(0) if self.notifications else self._receive(deadline)
            assert message["method"] == "textDocument/publishDiagnostics", message
            if (message["params"]["uri"], message["params"].get("version")) == (uri, version):
                return message["params"]["diagnostics"]

    def message(self):
        """Return the next message of the server."""
        return self.notifications.pop(0) if self.notifications else self._receive(time.monotonic() + DEADLINE)

    def actions(self, uri, start, end=None, **context):
        return self.request(
            "textDocument/codeAction",
            textDocument={"uri": uri},
            range={"start": start, "end": end or start},
            context={"diagnostics": [], **context},
        )

    def hover(self, uri, position):
        return self.request("textDocument/hover", textDocument={"uri": uri}, position=position)

    def complete(self, uri, position):
        return self.request("textDocument/completion", textDocument={"uri": uri}, position=position)

    def execute(self, command, *arguments):
        return self.request("workspace/executeCommand", command=f"chanfix.lsp.{command}", arguments=arguments)

    def is_silent(self, seconds):
        """Say whether the server says nothing for a while."""
        return not self.notifications and not self._received and not self._selector.select(seconds)

    def end(self):
        """End the session as an editor does, and return the status and what was said on standard error."""
        self.request("shutdown")
        self.notify("exit")
        return self.hang_up()

    def interrupt(self):
        """Interrupt the server, whose input stays open, and return the status and what was said on standard error."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(DEADLINE)
        return self.hang_up()

    def hang_up(self):
        with self.process, self._selector:
            self.process.stdin.close()
            return self.process.wait(DEADLINE), self.process.stderr.read().decode()

    def _send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.send_bytes(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    def send_bytes(self, data):
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def _receive(self, deadline):
        while True:
            head, mark, rest = self._received.partition(b"\r\n\r\n")
            if mark:
                length = int(dict(line.split(b": ") for line in head.split(b"\r\n"))[b"Content-Length"])
                if len(rest) >= length:
                    self._received = rest[length:]
                    return json.loads(rest[:length])
            left = deadline - time.monotonic()
            if left <= 0 or not self._selector.select(left):
                raise AssertionError("the server gave no answer in time")
            data = os.read(self.process.stdout.fileno(), 1 << 16)
            assert data, f"the server ended: {self.process.stderr.read().decode()}"
            self._received += data


@pytest.fixture(scope="session")
def start(tmp_path_factory):
    """Start a server."""
    pytest.importorskip("pygls", reason="pygls is missing: pip install 'chanfix[lsp]'")
    folder = tmp_path_factory.mktemp("editor")
    return lambda **environment: Client(folder, **environment)


@pytest.fixture(scope="session")
def session(start):
    """A session that all tests share; it has to end as it is told to, without a word on standard error."""
    client = start()
    client.initialize()
    yield client
    assert client.end() == (0, "")


@pytest.fixture
def client(session):
    """A session that has begun, with columns in UTF-16 as editors have them unless they say otherwise."""
    session.notifications.clear()
    return session


@pytest.fixture
def uri(tmp_path):
    """The URI of a file that need not be there."""
    return (tmp_path / "vm.xml").as_uri()


@pytest.fixture
def apply():
    """Apply the edits of a code action as an editor does, and return the text."""

    def apply_edits(text, action, uri, codec="utf-16-le", unit=2):
        lines = text.split("\n")

        def offset(position):
            line = lines[position["line"]]
            column = len(line.encode(codec)[: position["character"] * unit].decode(codec))
            return sum(len(line) + 1 for line in lines[: position["line"]]) + column

        edits = action["edit"]["changes"][uri]
        places = [(offset(edit["range"]["start"]), offset(edit["range"]["end"]), edit["newText"]) for edit in edits]
        for start, end, new in sorted(places, reverse=True):
            text = text[:start] + new + text[end:]
        return text

    return apply_edits
