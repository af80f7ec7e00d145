"""Asks many domains at once how their agents are: however many hang, that takes about two deadlines at most."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from datetime import datetime
from threading import Semaphore
from urllib.parse import urlsplit

from chanfix.agent.answer import AgentReply, Heard
from chanfix.domain import AGENT_NAME
from chanfix.domain.versions import Version
from chanfix.errors import ChanfixError, HostError
from chanfix.host.deadline import begin
from chanfix.host.host import Code, DomainRef, Host
from chanfix.host.pool import ConnectionPool
from chanfix.host.side_by_side import side_by_side
from chanfix.status.health import Health, PortToAsk, Seen, examine, judge
from chanfix.status.own_port import ask_port
from chanfix.xml.document import Document

__all__ = ["JOBS", "PATIENCE", "Outcome", "Survey"]

# How many agents libvirt is asked for at once. Each takes one of libvirtd's workers as long as libvirt waits for it.
# There are twenty by default (max_workers), and with none left libvirtd answers nobody, whatever the question.
JOBS = 16
# How many are waited for at once.
_WIDTH = 200
# In seconds. libvirt itself takes five to find out that an agent is silent.
PATIENCE = 10.0
# How many definitions are read at a time, which takes libvirt's own time and not a guest's.
_READERS = 4
# In seconds. A port that was just opened or closed is not asked; a moment later libvirt knows.
_SETTLING = 1.0
# The domain is not what it was a moment ago: shut off, paused, without the channel.
_CHANGED = (Code.OPERATION_INVALID, Code.ARGUMENT_UNSUPPORTED)

Outcome = Health | ChanfixError


class Survey:
    """Looks at domains of one host, as often as one likes.

    No agent is asked through libvirt as long as it owes an answer to us: a call that was given up goes on in libvirt.
    ``now`` tells the time for guests that are seen frozen.
    """

    def __init__(
        self,
        host: Host,
        connect: Callable[[], Host],
        *,
        jobs: int = JOBS,
        raw: bool = False,
        version: Version | None,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self._host = host
        self._lines = ConnectionPool(host, connect)
        self._raw = raw
        self._version = version or host.version
        self._now = now
        # Domain -> when its guest was first seen frozen, as long as it is.
        self._frozen: dict[str, datetime] = {}
        self._owed: dict[str, Future[AgentReply]] = {}
        # Calls that were given up count, since libvirt has not given them up.
        self._room = Semaphore(jobs)

    def look(self, refs: Iterable[DomainRef], *, patience: float = PATIENCE) -> Iterator[Outcome]:
        """Yield the verdict on each domain, or why there is none.

        An agent has ``patience`` seconds to answer, and waits as long at most for its turn. All questions about one
        domain together take no longer than that: twice ``patience``, besides what libvirt needs to read definitions.
        """
        refs = list(refs)
        # All definitions before the first agent: hung agents leave libvirtd with nobody to read definitions.
        found = list(side_by_side(self._examine, refs, width=_READERS))
        ask = zip(refs, found, strict=True)
        return side_by_side(lambda pair: self._finish(*pair, patience), ask, width=_WIDTH)

    def look_up(self, names: Iterable[str], *, patience: float = PATIENCE) -> dict[str, Outcome]:
        """Return what comes of domains that are given as names, ids or UUIDs."""
        names = list(names)
        refs: dict[str, DomainRef] = {}
        outcomes: dict[str, Outcome] = {}
        for name in names:
            try:
                refs[name] = self._host.find(name)
            except ChanfixError as error:
                outcomes[name] = error
        outcomes.update(zip(refs, self.look(refs.values(), patience=patience), strict=True))
        return {name: outcomes[name] for name in names}

    def are_detached(self, names: Iterable[str]) -> bool:
        """Return True if there are such domains, and the port of each is left alone by libvirt. No agent is asked.

        Raises ``ChanfixError`` for a domain that cannot be looked at.
        """
        names = list(names)
        return bool(names) and all(_is_detached(self._examine(self._host.find(name))) for name in names)

    def close(self) -> None:
        """Close the connections that were opened beside the first."""
        self._lines.close()

    def __enter__(self) -> Survey:
        return self

    def __exit__(self, kind: type[BaseException] | None, *exception: object) -> None:
        # Whoever interrupts does not want to wait for a libvirt that hangs.
        if kind is not KeyboardInterrupt:
            self.close()

    def _examine(self, ref: DomainRef) -> tuple[Seen, PortToAsk] | Outcome:
        try:
            running = self._host.running_xml(ref)
            seen = Seen(
                name=ref.name,
                stored=Document.parse(self._host.public_xml(ref)),
                running=None if running is None else Document.parse(running),
                is_paused=self._host.state(ref).is_paused,
                version=self._version,
            )
            found = examine(seen)
        except ChanfixError as error:
            return error
        return (seen, found) if isinstance(found, PortToAsk) else found

    def _finish(self, ref: DomainRef, found: tuple[Seen, PortToAsk] | Outcome, patience: float) -> Outcome:
        until = time.monotonic() + 2 * patience
        for is_last in (False, True):
            if not isinstance(found, tuple):
                return found
            seen, port = found
            try:
                reply = self._ask(ref, port, patience, until)
            except HostError as error:
                if is_last or error.code not in _CHANGED:
                    return error
            else:
                if is_last or reply.heard is not Heard.REFUSED or time.monotonic() + _SETTLING >= until:
                    break
            time.sleep(_SETTLING)
            found = self._examine(ref)
        return judge(seen, port, reply, self._since(ref, reply))

    def _since(self, ref: DomainRef, reply: AgentReply) -> datetime | None:
        """Return when the guest was first seen frozen, None for one that is not."""
        if reply.is_frozen and self._now is not None:
            return self._frozen.setdefault(ref.uuid, self._now())
        if reply.is_frozen is False:
            self._frozen.pop(ref.uuid, None)
        return None

    def _ask(self, ref: DomainRef, port: PortToAsk, patience: float, until: float) -> AgentReply:
        patience = min(patience, max(0.0, until - time.monotonic()))
        if port.is_libvirts:
            return self._ask_libvirt(ref, patience, until)
        if not port.path:
            return AgentReply(Heard.NOT_ASKED, "QEMU does not listen for a client")
        if there := urlsplit(self._host.uri).hostname:
            return AgentReply(Heard.NOT_ASKED, f"its socket is on '{there}': run chanfix there")
        return ask_port(port.path, patience)

    def _ask_libvirt(self, ref: DomainRef, patience: float, until: float) -> AgentReply:
        owed = self._owed.get(ref.uuid)
        if owed is None or owed.done():
            host = self._line(patience)
            owed = self._owed[ref.uuid] = begin(lambda: self._call(host, ref, patience))
        try:
            return owed.result(min(patience, max(0.0, until - time.monotonic())))
        except TimeoutError:
            return AgentReply(Heard.SILENCE)

    def _line(self, patience: float) -> Host:
        """Return a connection for one more call. Raises ``HostError`` when none of the calls before it comes back."""
        if not self._room.acquire(timeout=patience):
            raise HostError(
                "its agent was not asked: libvirt waits for too many that hang",
                hint="look at it alone, or let more be asked at once",
            )
        try:
            return self._lines.take()
        except ChanfixError:
            self._room.release()
            raise

    def _call(self, host: Host, ref: DomainRef, patience: float) -> AgentReply:
        try:
            return host.ask_agent(ref, raw=self._raw, timeout=patience)
        finally:
            self._lines.give_back(host)
            self._room.release()


def _is_detached(found: tuple[Seen, PortToAsk] | Outcome) -> bool:
    if isinstance(found, ChanfixError):
        raise found
    port = found.port if isinstance(found, Health) else found[1].name
    return port not in (None, AGENT_NAME)
