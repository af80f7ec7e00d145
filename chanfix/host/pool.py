"""Several connections to one host: libvirtd takes a handful of calls on each, and some calls never come back."""

from __future__ import annotations

from collections.abc import Callable
from queue import Empty, Queue
from threading import Lock

from chanfix.host.host import Host

__all__ = ["ConnectionPool"]

# In seconds. Calls that come back make room sooner than another connection would.
_PATIENCE = 0.3


class ConnectionPool:
    """Gives out room for a call on the connections that there are, and opens another when there is none.

    ``connect`` may raise ``HostError``. The first connection stays open: it is not ours.
    """

    def __init__(self, host: Host, connect: Callable[[], Host]) -> None:
        self._first = host
        self._connect = connect
        self._opened: list[Host] = []
        # A SimpleQueue can wait for ever where a time is given: what is left of it may come out negative (Python 3.11).
        self._free: Queue[Host] = Queue()
        self._opening = Lock()
        self._add(host)

    def take(self) -> Host:
        """Return a connection for one call, to be given back when the call has come back."""
        if self._first.calls_at_once is None:
            return self._first
        try:
            return self._free.get(timeout=_PATIENCE)
        except Empty:
            pass
        with self._opening:
            try:
                return self._free.get_nowait()  # somebody else has opened one meanwhile
            except Empty:
                host = self._connect()
                self._opened.append(host)
                self._add(host, taken=1)
                return host

    def give_back(self, host: Host) -> None:
        """Take back what a call has left."""
        if self._first.calls_at_once is not None:
            self._free.put(host)

    def close(self) -> None:
        """Close what was opened here. Calls that hang keep theirs."""
        for host in self._opened:
            host.close()

    def _add(self, host: Host, taken: int = 0) -> None:
        for _ in range((host.calls_at_once or 0) - taken):
            self._free.put(host)
