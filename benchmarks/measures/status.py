"""Two hundred agents that never answer, beside the time that one of them is given.

A guest that opens its port and stays silent takes a machine of its own, so that a host is made up here: it does what
libvirt does, five calls on a connection, and a call to a hung agent that comes back only after the deadline.
"""

from __future__ import annotations

import io
import time
from contextlib import redirect_stdout
from pathlib import Path
from threading import Semaphore
from uuid import UUID

from benchmarks.documents import domain_of
from benchmarks.result import Result, Row
from benchmarks.timing import call
from chanfix.agent.answer import AgentReply, Heard
from chanfix.cli import main
from chanfix.domain.versions import NEWEST, Version
from chanfix.host.host import DomainRef, DomainState, Host
from chanfix.host.libvirt import connection as libvirt_host

__all__ = ["measure"]

_COUNT = 200
# In seconds. What one agent is given to answer, and how much longer libvirt waits.
_DEADLINE = 5.0
_LONGER = 60.0


def measure(folder: Path) -> Result:
    libvirt_host.connect = _connect
    text = io.StringIO()

    def status() -> None:
        with redirect_stdout(text):
            main(
                ["--connect", "hung:///", "status", "--all", "--jobs", str(_COUNT), "--agent-timeout", f"{_DEADLINE:g}"]
            )

    cost = call(status)
    hung = text.getvalue().count("unresponsive")
    if hung != _COUNT:
        raise RuntimeError(f"{hung} of {_COUNT} domains are unresponsive")
    ratio = cost.wall / _DEADLINE
    return Result(
        (
            Row(
                f"`chanfix status --all --jobs {_COUNT}`, {_COUNT} agents of which all hang",
                str(cost),
                f"one deadline: {_DEADLINE:g} s",
                f"{ratio:.2f} times as long",
                "at most 1.5 times",
                ratio <= 1.5,
            ),
        ),
        notes=("The agents that hang are made up: a host that takes five calls on a connection, as libvirt does.",),
    )


class _HungHost:
    """A host whose domains run, each with an agent that took a call and keeps it."""

    uri = "hung:///"
    version: Version = NEWEST
    calls_at_once = 5

    def __init__(self) -> None:
        self._room = Semaphore(self.calls_at_once)
        self._refs = [DomainRef(f"web{number:03}", str(UUID(int=number))) for number in range(_COUNT)]

    def names(self) -> list[str]:
        return [ref.name for ref in self._refs]

    def refs(self) -> list[DomainRef]:
        return self._refs

    def find(self, text: str) -> DomainRef:
        return next(ref for ref in self._refs if ref.name == text)

    def state(self, ref: DomainRef) -> DomainState:
        return DomainState(True, False, True, False, ())

    def stored_xml(self, ref: DomainRef) -> bytes:
        return domain_of("", ref.name)

    public_xml = stored_xml

    def running_xml(self, ref: DomainRef) -> bytes:
        state = "<target type='virtio' name='org.qemu.guest_agent.0' state='connected'/>"
        return domain_of("", ref.name, f"<source mode='bind' path='/run/{ref.name}'/>{state}")

    def define(self, xml: bytes, *, validate: bool) -> None:
        raise NotImplementedError

    def ask_agent(self, ref: DomainRef, *, raw: bool, timeout: float) -> AgentReply:
        with self._room:
            time.sleep(_LONGER)
        return AgentReply(Heard.SILENCE)

    def close(self) -> None:
        pass


def _connect(uri: str | None, *, readonly: bool, timeout: float = 0) -> Host:
    return _HungHost()
