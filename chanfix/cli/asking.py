"""``--ask-libvirt``: the installed libvirt that a command asks, or one sentence why there is none."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from chanfix.cli.console import Console
from chanfix.errors import HostError

if TYPE_CHECKING:
    from chanfix.oracle.judge import InstalledLibvirt

__all__ = ["installed_libvirt"]


def installed_libvirt(console: Console) -> InstalledLibvirt | None:
    """Return the installed libvirt, ready to be asked; None with an error on the console when it cannot be asked."""
    from chanfix.oracle.driver import Driver
    from chanfix.oracle.judge import InstalledLibvirt

    judge = InstalledLibvirt(Driver(os.environ.get("PATH") or os.defpath, _cache_folder()))
    try:
        asked = judge.asked
    except HostError as error:
        console.on_stderr().error(error)
        return None
    console.on_stderr().detail(f"asking libvirt {asked.libvirt} with QEMU {asked.qemu}")
    return judge


def _cache_folder() -> str | None:
    """Return where it is kept what libvirt has asked QEMU, as the XDG base directory specification has it."""
    configured = os.environ.get("XDG_CACHE_HOME", "")
    base = configured if configured.startswith("/") else os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "chanfix", "qemu") if base.startswith("/") else None
