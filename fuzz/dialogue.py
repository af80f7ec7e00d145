"""``chanfix.agent``: whatever a peer says, there is an answer that is plain data, or one of our errors."""

from __future__ import annotations

import json
import socket
from contextlib import closing, suppress
from unittest.mock import patch

from chanfix.agent.protocol import Dialogue
from chanfix.agent.reply import read_reply
from chanfix.agent.told import addresses_of, addresses_of_libvirt, frozen_of, os_of
from chanfix.errors import AgentError
from chanfix.escape import for_terminal

__all__ = ["NUMBER", "try_one"]

# What the dialogue takes for a number that nobody else can know: an input may hold the right answer.
NUMBER = 7
_LIMIT = 16 * 1024
_KINDS = {"disconnected", "unresponsive", "spurious", "refused"}


def try_one(data: bytes) -> None:
    """Let a peer say an input and go away; and read each line of it as a reply."""
    for line in data.split(b"\n"):
        with suppress(ValueError):
            reply = read_reply(line)
            _check_plain(reply)
            _check_told(reply.get("return"))
    with patch("chanfix.agent.protocol.secrets.randbelow", return_value=NUMBER):
        _talk(data)


class _Led(Dialogue):
    """A dialogue with a peer that has said everything already."""

    def __init__(self, ours: socket.socket) -> None:
        super().__init__("/peer", timeout=60, limit=_LIMIT)
        self._ours = ours

    def _connect(self) -> None:
        self._socket.close()
        self._socket = self._ours


def _talk(data: bytes) -> None:
    ours, peer = socket.socketpair()
    with closing(peer), closing(ours):
        peer.sendall(data[: 4 * _LIMIT])
        peer.shutdown(socket.SHUT_WR)
        try:
            with _Led(ours) as agent:
                for command in ("guest-info", "guest-suspend-ram", "guest-ping"):
                    _check_plain(agent.ask(command))
        except AgentError as error:
            assert error.kind in _KINDS
            assert for_terminal(error.message) == error.message
            assert len(error.message) < 1000
            assert error.hint


def _check_told(answer: object) -> None:
    """Read an answer as one about the guest: whatever it is, what comes of it is bounded and of the right types."""
    for found in (addresses_of(answer), addresses_of_libvirt(answer)):
        for address in found or ():
            assert len(address.interface) <= 100
            assert set(address.address) <= set("0123456789abcdef.:")
            assert isinstance(address.is_usable, bool)
        assert len(found or ()) <= 256
    system = os_of(answer)
    assert system is None or all(isinstance(word, str) and len(word) <= 100 for word in system)
    assert frozen_of(answer) in (True, False, None)


def _check_plain(answer: object) -> None:
    json.dumps(answer, allow_nan=False, ensure_ascii=False).encode("utf-8")
