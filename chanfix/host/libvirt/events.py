"""libvirt's events: domains that come, go and change, and agents that do."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from chanfix.host.host import Code, DomainRef

__all__ = ["follow"]


def follow(libvirt: Any, connection: Any, tell: Callable[[DomainRef], None]) -> Callable[[], None]:
    """Call ``tell`` with each domain that changes, from libvirt's own thread, until what is returned is called.

    One at a time: libvirt refuses a second one on the same connection.
    """

    def told(connection: Any, domain: Any, *details: Any) -> None:
        tell(DomainRef(domain.name(), domain.UUIDString()))

    numbers = []
    for event in (libvirt.VIR_DOMAIN_EVENT_ID_LIFECYCLE, libvirt.VIR_DOMAIN_EVENT_ID_AGENT_LIFECYCLE):
        try:
            numbers.append(connection.domainEventRegisterAny(None, event, told, None))
        except libvirt.libvirtError as error:
            if error.get_error_code() != Code.NO_SUPPORT:
                raise

    def stop() -> None:
        for number in numbers:
            with suppress(libvirt.libvirtError):  # the connection may be gone, and the registration with it
                connection.domainEventDeregisterAny(number)

    return stop
