"""Taking a device out of a running domain: libvirt answers before the guest's machine has let go of it."""

from __future__ import annotations

from contextlib import suppress
from threading import Event
from typing import Any

__all__ = ["detach_device"]


def detach_device(libvirt: Any, connection: Any, domain: Any, alias: str, *, seconds: float) -> None:
    """Ask for the removal and wait for libvirt's event, at most so long; only the running definition tells the result.

    Raises libvirt's error when the removal is refused.
    """
    removed = Event()

    def told(connection: Any, domain: Any, device: str, opaque: Any) -> None:
        if device == alias:
            removed.set()

    # Before the call, or the event may have come and gone.
    event = libvirt.VIR_DOMAIN_EVENT_ID_DEVICE_REMOVED
    number = connection.domainEventRegisterAny(domain, event, told, None)
    try:
        domain.detachDeviceAlias(alias, libvirt.VIR_DOMAIN_AFFECT_LIVE)
        removed.wait(seconds)
    finally:
        with suppress(libvirt.libvirtError):  # the connection may be gone, and the registration with it
            connection.domainEventDeregisterAny(number)
