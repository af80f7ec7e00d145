"""libvirt's QEMU driver in this process, in a folder of its own: no daemon, no root.

This module and those that import it run on what each Debian brings along, from Python 3.9 on, without chanfix.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

import libvirt

__all__ = ["KEEP", "connect", "end", "versions"]

# For the undefinition of any domain: its variables and its TPM stay, in the folder that goes.
KEEP = libvirt.VIR_DOMAIN_UNDEFINE_KEEP_NVRAM | getattr(libvirt, "VIR_DOMAIN_UNDEFINE_KEEP_TPM", 0)
NOBODY = 65534
SETTINGS = 'stdio_handler = "file"\n'  # else a start waits for virtlogd


def connect() -> Any:
    """Return a connection to the driver, in the folder that HOME names; a process can have no other."""
    _become_nobody()
    root = Path(os.environ["HOME"])
    for name in ("RUNTIME_DIR", "CACHE_HOME", "CONFIG_HOME"):
        os.environ[f"XDG_{name}"] = str(root)
    (root / "etc").mkdir(exist_ok=True)
    (root / "etc" / "qemu.conf").write_text(SETTINGS)
    libvirt.registerErrorHandler(lambda *_: None, None)
    libvirt.virEventRegisterDefaultImpl()
    threading.Thread(target=_run_events, daemon=True).start()
    return libvirt.open(f"qemu:///embed?root={root}")


def versions(connection: Any) -> dict[str, str]:
    """Return the versions of libvirt and QEMU."""
    return {"libvirt": _dotted(libvirt.getVersion()), "qemu": _dotted(connection.getVersion())}


def end(status: int = 0) -> None:
    """End the process, without a wait for the thread of the events."""
    os._exit(status)


def _dotted(number: int) -> str:
    return f"{number // 1_000_000}.{number // 1000 % 1000}.{number % 1000}"


def _become_nobody() -> None:
    """Become another user, as root could not use a driver with a folder of its own; Python may be root's alone."""
    if os.geteuid() == 0:
        os.chown(os.environ["HOME"], NOBODY, NOBODY)
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def _run_events() -> None:
    while True:
        libvirt.virEventRunDefaultImpl()
