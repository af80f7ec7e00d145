"""Changes in a running domain: at most one channel is detached, and one attached.

All is decided on the running definition, and read again before each step. libvirt replaces the socket of a channel that
is there when the same one is attached again, also where it then refuses: nothing is ever attached to see what happens.
"""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from chanfix.change.compare import is_met_by
from chanfix.change.pluggable import POWER_CYCLE, refuse_full, refuse_shared_path, refuse_state
from chanfix.domain import Channel, Domain
from chanfix.domain.placement import insert_channel
from chanfix.errors import HostError
from chanfix.host.host import Code, DomainRef, DomainState, Host
from chanfix.named_tuple import NamedTuple
from chanfix.rewrite.plan import Plan
from chanfix.xml.document import Document
from chanfix.xml.edit import Edit, remove_attribute, remove_element
from chanfix.xml.patch import apply_edits

__all__ = ["SETTLE", "LiveChange", "change_running", "plan_running"]

# In seconds: for somebody in the guest to open a new port. QEMU tells of that once in a second.
SETTLE = 5.0
_PAUSE = 0.2


class _Device(NamedTuple):
    """A channel as it is attached; ``alias`` is libvirt's name for one that runs, '' for one that does not yet."""

    name: str
    alias: str
    xml: bytes


@dataclass(frozen=True, slots=True)
class LiveChange:
    """What is to go from a running domain and what is to come; ``before`` and ``after`` are definitions to look at."""

    ref: DomainRef
    before: bytes = field(repr=False)
    after: bytes = field(repr=False)
    detached: _Device | None
    attached: _Device | None
    # Plans the same on what runs by then.
    again: Callable[[], LiveChange]

    @property
    def is_change(self) -> bool:
        """Return True if a device is detached or attached."""
        return self.detached is not None or self.attached is not None

    def steps(self, *, done: bool) -> list[str]:
        """Say in words what is to be done, or what was."""
        steps = []
        if self.detached:
            steps.append(f"{'detached' if done else 'would detach'} '{self.detached.name}' from the running domain")
        if self.attached:
            steps.append(f"{'attached' if done else 'would attach'} '{self.attached.name}' to the running domain")
        return steps


def plan_running(host: Host, ref: DomainRef, plan: Plan, state: DomainState, running: bytes) -> LiveChange:
    """Plan to give a running domain the channel that a plan gives the stored one.

    Raises ``HostError`` for what libvirt could not do, with the way out.
    """
    domain = Domain.parse(running)
    wanted = Domain.parse(plan.data)
    new = _named(wanted, plan.port)
    there = _named(domain, plan.port)
    old = None if _named(wanted, plan.replaces) else _named(domain, plan.replaces)

    def again() -> LiveChange:
        state, running = host.state(ref), host.running_xml(ref)
        if running is None:
            raise HostError(f"domain '{ref.name}' was shut off meanwhile", code=Code.OPERATION_INVALID)
        return plan_running(host, ref, plan, state, running)

    if new is None and old is None:
        return LiveChange(ref, running, running, None, None, again)
    if new and there and not old and is_met_by(new, there):
        return LiveChange(ref, running, running, None, None, again)
    refuse_state(ref, state)
    detached = _running_device(ref, old) if old else None
    if new is None:
        return LiveChange(ref, running, _foreseen(domain, old, None), detached, None, again)
    if there:
        beside = f" beside '{plan.replaces}'" if old else ", and it is not as the stored one is to be"
        raise HostError(
            f"the running domain '{ref.name}' has a channel '{plan.port}' already{beside}", hint=POWER_CYCLE
        )
    refuse_full(ref, domain, old)
    refuse_shared_path(ref, domain, new, old)
    attached = _Device(plan.port, "", _without_place(new))
    return LiveChange(ref, running, _foreseen(domain, old, attached), detached, attached, again)


def change_running(host: Host, change: LiveChange, *, settle: float = SETTLE) -> tuple[str, ...]:
    """Detach, attach and verify, and return notes: where the socket is, and whether the guest has the port open.

    When the new channel cannot be attached, the old one is attached again. Raises ``HostError``, which says what runs.
    """
    if change.detached:
        _detach(host, change, change.detached)
    if change.attached:
        try:
            now = change.again()
            if now.detached or now.attached != change.attached:
                raise _meanwhile(change)
            host.attach_device(change.ref, change.attached.xml)
            if change.again().is_change:
                raise HostError(f"libvirt attached '{change.attached.name}', and it is not in the running domain")
        except HostError as error:
            raise _attach_failed(host, change, error) from None
        return _how_it_is(host, change.ref, change.attached.name, settle)
    return ()


def _detach(host: Host, change: LiveChange, device: _Device) -> None:
    try:
        now = change.again()
        if (now.detached, now.attached) != (change.detached, change.attached):
            raise _meanwhile(change)
        host.detach_device(change.ref, device.alias)
        running = host.running_xml(change.ref)
        if running and _named(Domain.parse(running), device.name):
            raise HostError(
                f"libvirt took the request to detach '{device.name}', and the machine has not let go of it",
                hint="it may still go: look at the running domain before trying again",
            )
    except HostError as error:
        raise HostError(f"{error.message}; {_what_runs(host, change)}", hint=error.hint, code=error.code) from None


def _attach_failed(host: Host, change: LiveChange, error: HostError) -> HostError:
    if change.detached:
        try:
            running = host.running_xml(change.ref)
            names = {channel.name for channel in Domain.parse(running).channels} if running else set()
            if running and change.attached and not names & {change.detached.name, change.attached.name}:
                host.attach_device(change.ref, change.detached.xml)
        except HostError as another:
            message = f"{error.message}; '{change.detached.name}' could not be attached again: {another.message}"
            error = HostError(message, hint=error.hint, code=error.code)
    return HostError(f"{error.message}; {_what_runs(host, change)}", hint=error.hint, code=error.code)


def _what_runs(host: Host, change: LiveChange) -> str:
    """Say which of the channels the running domain has now, for a sentence that says what failed."""
    try:
        running = host.running_xml(change.ref)
    except HostError:
        return "what runs now cannot be read"
    if running is None:
        return "the domain is shut off"
    there = {channel.name for channel in Domain.parse(running).channels}
    names = [device.name for device in (change.detached, change.attached) if device]
    has = " and ".join(f"'{name}'" for name in names if name in there)
    lacks = " nor ".join(f"'{name}'" for name in names if name not in there)
    return "the running domain has " + ", ".join([*([has] if has else []), *([f"not {lacks}"] if lacks else [])])


def _meanwhile(change: LiveChange) -> HostError:
    return HostError(f"the channels of the running domain '{change.ref.name}' were changed by someone else meanwhile")


def _how_it_is(host: Host, ref: DomainRef, name: str, settle: float) -> tuple[str, ...]:
    deadline = time.monotonic() + settle
    while True:
        try:
            running = host.running_xml(ref)
        except HostError as error:
            return (f"whether the guest opens '{name}' cannot be seen: {error.message}",)
        channel = _named(Domain.parse(running), name) if running else None
        if channel is None:
            return (f"the running domain has lost '{name}' since",)
        socket = f"the socket of '{name}' in the running domain is {channel.path}"
        if channel.target and channel.target.get("state") == "connected":
            return (socket, f"somebody in the guest has '{name}' open")
        if time.monotonic() >= deadline:
            break
        time.sleep(_PAUSE)
    missing = f"nobody in the guest has opened '{name}' in {settle:g} seconds"
    return (socket, f"{missing}: chanfix guest-config --port {shlex.quote(name)} shows what to set there")


def _running_device(ref: DomainRef, channel: Channel) -> _Device:
    alias = channel.node.child("alias")
    name = (alias.get("name") if alias else None) or ""
    if not name:
        raise HostError(
            f"the channel '{channel.name}' of the running domain '{ref.name}' has no alias", hint=POWER_CYCLE
        )
    edits: list[Edit] = []
    if channel.target is not None and channel.target.get("state") is not None:
        edits.append(remove_attribute(channel.target, "state"))
    return _Device(channel.name or "", name, _text_of(channel, edits))


def _without_place(channel: Channel) -> bytes:
    """Return a stored channel without its address, which may be another device's in the running domain."""
    return _text_of(channel, [remove_element(node) for node in channel.node.children("address")])


def _text_of(channel: Channel, edits: list[Edit]) -> bytes:
    document, span = channel.node.document, channel.node.place.span
    before, behind = document.data[: span.start], document.data[span.end :]
    return apply_edits(document.data, edits).removeprefix(before).removesuffix(behind)


def _foreseen(domain: Domain, old: Channel | None, attached: _Device | None) -> bytes:
    document = domain.document
    if old:
        document = document.reread(apply_edits(document.data, [remove_element(old.node)]))
    if attached is None:
        return document.data
    new = Document.parse(attached.xml).root
    return apply_edits(document.data, insert_channel(Domain.of(document), new))


def _named(domain: Domain, name: str | None) -> Channel | None:
    return next((channel for channel in domain.channels if name and channel.port_name == name), None)
