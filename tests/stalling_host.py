"""A libvirt host whose agents never answer, behind connections that each carry four calls at a time.

As a program it runs chanfix on that host: ``stalling_host.py DOMAINS ARGUMENT...``.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterable
from itertools import chain, count
from uuid import UUID

from fake_host import FakeHost

from chanfix.agent.answer import AgentReply
from chanfix.host.host import DomainRef, DomainState

XML = (
    b"<domain type='kvm'><name>web</name><devices>"
    b"<channel type='unix'><source mode='bind'/><target type='virtio' name='org.qemu.guest_agent.0'/></channel>"
    b"</devices></domain>"
)
RUNNING = DomainState(is_running=True, is_paused=False, is_persistent=True, has_managed_save=False, snapshots=())
AT_ONCE = 4


class StallingHost(FakeHost):
    """A host whose domains all run, and whose agents never answer."""

    def __init__(self, numbers: Iterable[int], uri: str = "fake:///", xml: bytes = XML) -> None:
        refs = tuple(DomainRef(f"web-{number:03}", str(UUID(int=number + 1))) for number in numbers)
        super().__init__(xml, xml, RUNNING, uri=uri, domains=refs, calls_at_once=AT_ONCE)
        self._asked = count(1)
        self.opened: list[StallingHost] = []

    def another(self) -> StallingHost:
        """Open one more connection."""
        self.opened.append(StallingHost(()))
        return self.opened[-1]

    def ask_agent(self, ref: DomainRef, *, raw: bool, timeout: float) -> AgentReply:
        assert next(self._asked) <= AT_ONCE, "libvirtd would let this call wait"
        os.write(2, f"asked {ref.name}\n".encode())  # many threads do this at once, and print would lose lines
        threading.Event().wait()
        raise AssertionError("nobody sets the event")


if __name__ == "__main__":
    from chanfix.cli import main
    from chanfix.host.libvirt import connection as libvirt_host

    # Who starts this may ignore interrupts, as processes in the background do, and then this would too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    first = StallingHost(range(int(sys.argv[1])))
    hosts = chain([first], iter(first.another, None))
    libvirt_host.connect = lambda *arguments, **options: next(hosts)
    sys.exit(main(sys.argv[2:]))
