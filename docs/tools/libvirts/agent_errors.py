"""Prints libvirt's error codes for agents that are silent, hostile or gone, as JSON.

It runs in a Debian, by its own Python 3.9 or later, and boots the guest of
``tests/e2e`` from the kernel and the initramfs of a folder. One agent after the other is put on its port.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import embedded
import libvirt

# The modes of tests/e2e/guest/agent. After a flood QEMU may let nothing through, so that comes last.
MODES = ("good", "closed", "silent", "mute", "other-ids", "garbage", "blocked:guest-get-time", "chatter", "flood")
AGENT = "org.qemu.guest_agent.0"
PATIENCE = 300
ANSWER_WITHIN = 2
# chanfix: ignore[acpi-missing] nobody shuts it down
DOMAIN = """\
<domain type='qemu'>
  <name>guest</name>
  <memory unit='MiB'>128</memory>
  <os>
    <type arch='x86_64' machine='pc'>hvm</type>
    <kernel>{home}/vmlinuz</kernel>
    <initrd>{home}/initrd</initrd>
    <cmdline>console=ttyS0 quiet panic=-1 mitigations=off chanfix.agent=good</cmdline>
  </os>
  <devices>
    <controller type='usb' model='none'/>
    <serial type='file'><source path='{home}/console'/><target port='0'/></serial>
    <serial type='unix'><source mode='bind' path='{home}/control'/><target port='1'/></serial>
    {channel}
    <memballoon model='none'/>
  </devices>
</domain>
"""


class Guest:
    """The guest, and what libvirt says when its agent is asked for the time."""

    def __init__(self, domain: Any, home: Path) -> None:
        self._domain = domain
        self._home = home

    def start(self) -> None:
        """Start it, and wait until it is up."""
        self._domain.create()
        console = self._home / "console"
        wait_until(lambda: console.exists() and "chanfix guest: ready" in console.read_text(errors="replace"))

    def end(self) -> None:
        """Switch it off, and forget it."""
        self._domain.destroy()
        self._domain.undefine()

    def code(self) -> int | None:
        """Return the code of libvirt's error, None for an answer."""
        # An agent that refuses answers as well, however busy this machine is.
        self._domain.agentSetResponseTimeout(ANSWER_WITHIN)
        try:
            self._domain.getTime()
        except libvirt.libvirtError as error:
            return int(error.get_error_code())
        except (SystemError, UnicodeDecodeError):  # the binding cannot read the bytes that libvirt quotes
            return int(ctypes.CDLL("libvirt.so.0").virGetLastErrorCode())
        return None

    def set_agent(self, mode: str) -> None:
        """Put an agent on the port, and wait until libvirt has seen it."""
        for new in ("closed", mode):
            self._run(f"set-agent {new}")
            self._wait_for_state("disconnected" if new == "closed" else "connected")

    def _wait_for_state(self, state: str) -> None:
        wait_until(lambda: self._state() == state)

    def _state(self) -> str | None:
        target = ElementTree.fromstring(self._domain.XMLDesc()).find("devices/channel/target")
        return None if target is None else target.get("state")

    def _run(self, command: str) -> None:
        mark = os.urandom(8).hex()
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(PATIENCE)
            link.connect(str(self._home / "control"))
            link.sendall(f"{mark} {command}\n".encode())
            said = b""
            while not re.search(rb"(?m)^" + mark.encode() + rb" \d+\n", said):
                said += link.recv(65536)


def wait_until(holds: Callable[[], bool]) -> None:
    """Ask until the answer is true; fails after a while."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "the guest does not get there"
        time.sleep(0.2)


def codes(home: Path) -> dict[str, int | None]:
    """Return the codes by what the agent does."""
    connection = embedded.connect()
    channel = f"<channel type='unix'><target type='virtio' name='{AGENT}'/></channel>"
    without = Guest(connection.defineXML(DOMAIN.format(home=home, channel="")), home)
    found = {"shut off": without.code()}
    without.start()
    found["no channel"] = without.code()
    without.end()
    (home / "console").unlink()
    guest = Guest(connection.defineXML(DOMAIN.format(home=home, channel=channel)), home)
    guest.start()
    try:
        for mode in MODES:
            guest.set_agent(mode)
            if mode == "good":
                wait_until(lambda: guest.code() is None)
            found[mode.partition(":")[0]] = guest.code()
    finally:
        guest.end()
    return found


if __name__ == "__main__":
    folder = Path(os.environ["HOME"])
    for name in ("vmlinuz", "initrd"):
        (folder / name).symlink_to(Path(sys.argv[1]) / name)
    json.dump(codes(folder), sys.stdout)
    sys.stdout.flush()
    embedded.end()
