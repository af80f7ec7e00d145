"""libvirt's Python binding, loaded where a connection is opened: the only module that imports it."""

from __future__ import annotations

from contextlib import suppress
from threading import Lock, Thread
from typing import Any

from chanfix.errors import HostError

__all__ = ["load"]

_NOT_INSTALLED = (
    "pip install 'chanfix[libvirt]', which compiles it: first install libvirt-dev, python3-dev, gcc and pkg-config "
    "(Debian, Ubuntu) or libvirt-devel, python3-devel, gcc and pkgconf (Fedora); python3-libvirt is the ready package"
)
_event_loop_lock = Lock()
_event_loop: Thread | None = None


def load() -> Any:
    """Return libvirt with its event loop running. Raises ``HostError`` when it is not installed."""
    try:
        import libvirt
    except ImportError as error:
        raise HostError(f"libvirt's Python binding cannot be loaded: {error}", hint=_NOT_INSTALLED) from None
    # Every error reaches us as an exception; without this libvirt prints it on standard error as well.
    libvirt.registerErrorHandler(lambda context, error: None, None)
    _start_event_loop(libvirt)
    return libvirt


def _start_event_loop(libvirt: Any) -> None:
    """Run libvirt's event loop, once in a process: pings need it, and qemu:///embed does not open without it."""
    global _event_loop
    with _event_loop_lock:
        if _event_loop is not None:
            return
        libvirt.virEventRegisterDefaultImpl()

        def run() -> None:
            # A loop that fails would fail for ever: then the deadlines have to do.
            with suppress(libvirt.libvirtError):
                while True:
                    libvirt.virEventRunDefaultImpl()

        _event_loop = Thread(target=run, daemon=True)
        _event_loop.start()
