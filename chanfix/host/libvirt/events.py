"""libvirt's events: domains that come, go and change, and agents and other programs that open and close a port."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from chanfix.host.host import Code, DomainRef

__all__ = ["follow", "has_channel_event"]

_EVENTS = ("VIR_DOMAIN_EVENT_ID_LIFECYCLE", "VIR_DOMAIN_EVENT_ID_AGENT_LIFECYCLE")
# Of every virtio channel, so of detached ports too. libvirt has it since 12.4.0 (its NEWS.rst).
_CHANNEL_EVENT = "VIR_DOMAIN_EVENT_ID_CHANNEL_LIFECYCLE"
_DISPATCHER = "_dispatchDomainEventChannelLifecycleCallback"
# Itself, the domain, the channel's name, state, reason and what was registered with it.
_DISPATCHED = 6


def follow(libvirt: Any, connection: Any, tell: Callable[[DomainRef], None]) -> Callable[[], None]:
    """Call ``tell`` with each domain that changes, from libvirt's own thread, until what is returned is called.

    One at a time: libvirt refuses a second one on the same connection.
    """

    def told(connection: Any, domain: Any, *details: Any) -> None:
        tell(DomainRef(domain.name(), domain.UUIDString()))

    numbers = []
    for event in (*_EVENTS, _CHANNEL_EVENT) if has_channel_event(libvirt) else _EVENTS:
        try:
            numbers.append(connection.domainEventRegisterAny(None, getattr(libvirt, event), told, None))
        except libvirt.libvirtError as error:
            # A daemon that is older than its client says that it knows no such event, with an internal error.
            if error.get_error_code() != Code.NO_SUPPORT and event != _CHANNEL_EVENT:
                raise

    def stop() -> None:
        for number in numbers:
            with suppress(libvirt.libvirtError):  # the connection may be gone, and the registration with it
                connection.domainEventDeregisterAny(number)

    return stop


def has_channel_event(libvirt: Any) -> bool:
    """Return True if the binding can pass on the event of a channel.

    That of 12.8.0 takes the event for one without the channel's name, and the process ends by a segmentation fault when
    a guest opens a port (run on Debian's python3-libvirt 12.8.0-1+b1). Its dispatcher shows which one it is.
    """
    dispatcher = getattr(libvirt.virConnect, _DISPATCHER, None)
    code = getattr(dispatcher, "__code__", None)
    return hasattr(libvirt, _CHANNEL_EVENT) and code is not None and code.co_argcount == _DISPATCHED
