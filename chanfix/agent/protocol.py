"""Talks to a guest agent over the Unix socket of its port, on a host that trusts nothing of what the guest says.

For ports that libvirt does not hold. Knows sockets and the agent's protocol, and nothing of libvirt or of domains.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import time
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any, Self

from chanfix.agent.reply import read_reply
from chanfix.agent.unreachable import unreachable
from chanfix.errors import AgentError, UsageError
from chanfix.escape import for_terminal

__all__ = ["Dialogue", "ask"]

# An agent that did what it was told says nothing to these; it does when it refuses.
_WITHOUT_REPLY = {"guest-shutdown", "guest-suspend-disk", "guest-suspend-hybrid", "guest-suspend-ram"}
_DELIMITED = "guest-sync-delimited"
# No UTF-8 text holds this byte. It makes the agent drop half a question, and stands before its answer to a sync.
_MARK = b"\xff"
_LINES = 10_000
_CHUNK = 64 * 1024
# How much of the agent's own words an error quotes, in characters.
_QUOTED = 300
# In seconds. Linux does not tell when a socket that has too many clients waiting takes one more.
_PAUSE = 0.05
_LONGEST = 1e6


def ask(
    path: str | os.PathLike[str],
    command: str,
    arguments: Mapping[str, Any] | None = None,
    *,
    timeout: float = 5.0,
    limit: int = 1 << 20,
) -> Any:
    """Ask the agent behind the socket ``path`` one thing, and return what it answers.

        >>> ask("/run/backup/web01.sock", "guest-get-host-name")
        {'host-name': 'web01'}

    ``path`` is the ``<source path=…>`` of a running domain's channel. Take a port that libvirt leaves alone, which is
    any but ``org.qemu.guest_agent.0``; QEMU serves one client at a time. ``timeout`` is in seconds, from connecting to
    the last byte; no more than ``limit`` bytes are read. ``Dialogue`` asks several things within one such time.

    The answer is the plain data under ``return``: dicts, lists, strings, numbers, ``True``, ``False`` and ``None``. It
    is well formed, and that is all there is to trust: every text in it is the guest's, so escape it where you show it.

    A command that leaves nobody to answer (``guest-shutdown``, ``guest-suspend-…``) returns ``None`` unless the agent
    refuses it: it was sent, and whether it was done shows in the domain's state. When the guest falls silent over it
    that takes all of ``timeout``.

    Raises ``chanfix.errors.AgentError``, whose ``kind`` says what happened, and ``UsageError`` for a question that
    cannot be sent. After an ``unresponsive`` a command may still be carried out: only a question is safe to ask again.
    """
    with Dialogue(path, timeout=timeout, limit=limit) as dialogue:
        return dialogue.ask(command, arguments)


class Dialogue:
    """One connection to an agent, for several questions within one time and one limit; see ``ask`` for both.

        with Dialogue(path, timeout=5) as agent:
            version = agent.ask("guest-info")["version"]
            addresses = agent.ask("guest-network-get-interfaces")

    Entering connects and makes sure that the answers to come are to these questions, not to those of an earlier client.
    After any error but ``refused`` there is nothing more to ask in the same dialogue.
    """

    def __init__(self, path: str | os.PathLike[str], *, timeout: float = 5.0, limit: int = 1 << 20) -> None:
        self._path = os.fspath(path)
        if not 0 < timeout <= _LONGEST:
            raise UsageError(f"timeout {timeout} is not a number of seconds above 0")
        if limit < 1:
            raise UsageError(f"limit {limit} is not a number of bytes above 0")
        if not self._path or "\0" in self._path:
            raise UsageError(f"'{for_terminal(self._path)}' cannot be the path of a socket")
        self._shown = f"'{for_terminal(self._path)}'"
        self._timeout = timeout
        self._limit = limit
        self._deadline = 0.0
        self._received = bytearray()
        self._bytes = 0
        self._lines = 0
        self._is_heard = False

    def __enter__(self) -> Self:
        self._deadline = time.monotonic() + self._timeout
        try:
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        except OSError as error:  # too many open files
            raise unreachable(self._path, self._shown, error) from error
        try:
            self._connect()
            for line in self._before_answer_to(self._synchronise(_MARK)):
                self._see_if_blocked(line)
        except BaseException:
            self._socket.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._socket.close()

    def ask(self, command: str, arguments: Mapping[str, Any] | None = None) -> Any:
        """Ask one thing, and return what the agent answers; ``chanfix.agent.ask`` has the details."""
        self._send(_question(command, arguments))
        if command not in _WITHOUT_REPLY:
            line = self._line()
            return self._result(line.rpartition(_MARK)[2] if command == _DELIMITED else line)
        refusals = []
        try:
            for line in self._before_answer_to(self._synchronise()):
                refusals.append(line)
        except AgentError as error:
            if error.kind not in ("disconnected", "unresponsive"):
                raise
        return self._result(refusals[0]) if refusals else None

    def _connect(self) -> None:
        while True:
            try:
                self._socket.settimeout(self._left())
                self._socket.connect(self._path)
            except (BlockingIOError, TimeoutError):
                if time.monotonic() + _PAUSE >= self._deadline:
                    raise AgentError(
                        f"the socket {self._shown} took no client within {self._timeout:g} s",
                        hint="QEMU serves one client at a time: close the others",
                        kind="unreachable",
                    ) from None
                time.sleep(_PAUSE)
            except (OSError, UnicodeError) as error:
                raise unreachable(self._path, self._shown, error) from error
            else:
                return

    def _synchronise(self, before: bytes = b"") -> int:
        """Ask for a number back that nobody else can know."""
        number = secrets.randbelow(1 << 63)
        self._send(before + _question(_DELIMITED, {"id": number}))
        return number

    def _before_answer_to(self, number: int) -> Iterator[bytes]:
        """Yield the lines that come before the agent's answer to that number."""
        while True:
            line = self._line()
            _, mark, last = line.rpartition(_MARK)
            with contextlib.suppress(ValueError):
                if mark and read_reply(last).get("return") == number:
                    return
            yield line

    def _see_if_blocked(self, line: bytes) -> None:
        """Raise why if the agent's policy does not let it answer the first question of every dialogue."""
        with contextlib.suppress(ValueError):
            refusal = read_reply(line).get("error")
            if not isinstance(refusal, dict) or refusal.get("class") != "CommandNotFound":
                return
            why = refusal.get("desc")
            if isinstance(why, str) and _DELIMITED in why:
                raise AgentError(
                    f"the agent on {self._shown} refused to begin: {_quoted(why)}",
                    hint=f"its policy in the guest must allow '{_DELIMITED}'",
                    kind="refused",
                    agent_class="CommandNotFound",
                    description=why,
                )

    def _result(self, line: bytes) -> Any:
        try:
            reply = read_reply(line)
        except ValueError as error:
            raise self._spurious(f"answers with what is no reply of an agent: {error}") from None
        if "return" in reply:
            return reply["return"]
        refusal = reply["error"]
        if not isinstance(refusal, dict):
            refusal = {}
        kind, why = (refusal.get(key) for key in ("class", "desc"))
        if not isinstance(kind, str) or not isinstance(why, str):
            raise self._spurious("answers with an error that does not say what it is")
        raise AgentError(
            f"the agent on {self._shown} refused: {_quoted(why)} ({_quoted(kind)})",
            hint="'guest-info' lists the commands that this agent knows, and which of them are enabled",
            kind="refused",
            agent_class=kind,
            description=why,
        )

    def _send(self, data: bytes) -> None:
        self._is_heard = bool(self._received)
        try:
            self._socket.settimeout(self._left())
            self._socket.sendall(data)
        except TimeoutError:
            raise self._silence() from None
        except OSError as error:
            raise self._closed() from error

    def _line(self) -> bytes:
        searched = 0
        while (end := self._received.find(b"\n", searched)) < 0:
            searched = len(self._received)
            self._received += self._chunk()
        line = bytes(self._received[:end])
        del self._received[: end + 1]
        self._lines += 1
        if self._lines > _LINES:
            raise self._spurious(f"said more than {_LINES} lines, and none was the answer")
        return line

    def _chunk(self) -> bytes:
        if self._bytes >= self._limit:
            raise self._spurious(f"said more than {self._limit} bytes without coming to an end")
        try:
            self._socket.settimeout(self._left())
            chunk = self._socket.recv(min(_CHUNK, self._limit - self._bytes))
        except TimeoutError:
            raise self._silence() from None
        except OSError as error:
            raise self._closed() from error
        if not chunk:
            raise self._closed()
        self._bytes += len(chunk)
        self._is_heard = True
        return chunk

    def _left(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def _silence(self) -> AgentError:
        if self._is_heard:
            return self._spurious(f"said something, and not what it was asked for within {self._timeout:g} s")
        return AgentError(
            f"no answer from the agent on {self._shown} within {self._timeout:g} s",
            hint="see that qemu-ga runs in the guest on this very port, and that no other client holds the socket",
            kind="unresponsive",
        )

    def _spurious(self, what: str) -> AgentError:
        return AgentError(
            f"the other side of {self._shown} {what}",
            hint="see what has this port open in the guest: it is no agent, or another client of it was cut off",
            kind="spurious",
        )

    def _closed(self) -> AgentError:
        return AgentError(
            f"the other side closed {self._shown} before it answered",
            hint="the domain was shut off, or whatever listens there is not QEMU",
            kind="disconnected",
        )


def _question(command: str, arguments: Mapping[str, Any] | None) -> bytes:
    question: dict[str, Any] = {"execute": command}
    if arguments is not None:
        question["arguments"] = dict(arguments)
    try:
        return json.dumps(question, allow_nan=False).encode("ascii") + b"\n"
    except (TypeError, ValueError, RecursionError) as error:
        raise UsageError(f"the arguments of '{for_terminal(command)}' cannot be said in JSON: {error}") from error


def _quoted(text: str) -> str:
    shown = for_terminal(text[:_QUOTED])
    return f"'{shown}…'" if len(text) > _QUOTED else f"'{shown}'"
