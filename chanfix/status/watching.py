"""Looks again at domains when libvirt tells that they changed, and now and then in any case."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from queue import Empty, Queue

from chanfix.host.host import DomainRef, Host
from chanfix.status.survey import PATIENCE, Outcome, Survey

__all__ = ["REFRESH", "watch"]

# In seconds. No event tells of an agent that hangs, or of a domain whose definition is edited on some drivers.
REFRESH = 30.0
# In seconds. One start brings several events.
_GATHERING = 0.2


def watch(
    host: Host, survey: Survey, domains: Sequence[str], *, patience: float = PATIENCE, refresh: float = REFRESH
) -> Iterator[dict[str, Outcome]]:
    """Yield the verdicts on the domains, or on all there are, again and again. Raises ``HostError`` at the end."""
    events: Queue[DomainRef] = Queue()
    stop = host.follow(events.put)
    try:
        yield from _watch(host, survey, domains, events, patience, refresh)
    except (Exception, GeneratorExit):  # whoever interrupts does not want to wait for a libvirt that hangs
        stop()
        raise


def _watch(
    host: Host, survey: Survey, domains: Sequence[str], events: Queue[DomainRef], patience: float, refresh: float
) -> Iterator[dict[str, Outcome]]:
    outcomes: dict[str, Outcome] = {}
    changed: set[str] = set()
    due = 0.0
    while True:
        names = host.names()  # fails when the connection is gone, and so ends this
        wanted = list(dict.fromkeys(domains or names))
        if time.monotonic() >= due:
            again = wanted
            due = time.monotonic() + refresh
        else:
            # A domain can be given by its id or UUID; then its name does not tell whether it changed.
            again = [name for name in wanted if name in changed or name not in names or name not in outcomes]
        outcomes = outcomes | survey.look_up(again, patience=patience)
        outcomes = {name: outcomes[name] for name in wanted}
        yield outcomes
        changed = _next_changes(events, due)


def _next_changes(events: Queue[DomainRef], due: float) -> set[str]:
    """Return the names of the domains that changed, none when it is time to look at all of them."""
    try:
        changed = {events.get(timeout=max(0.0, due - time.monotonic())).name}
    except Empty:
        return set()
    time.sleep(_GATHERING)
    while True:
        try:
            changed.add(events.get_nowait().name)
        except Empty:
            return changed
