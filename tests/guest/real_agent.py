"""The real qemu-ga of this machine, and those of other Debians whose roots scripts/libvirts has made.

Each runs on the machine that the tests run on, as nobody, behind a Unix socket in a folder that it alone has mounted,
and is asked for nothing that would change anything.
"""

import os
import re
import shutil
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from chanfix.agent import ask

ROOTS = Path(__file__).resolve().parents[2] / ".cache" / "libvirts"
# Release of Debian -> the root that it is in.
AGENTS = {"installed": Path("/"), **{release: ROOTS / release for release in ("bullseye", "trixie", "sid")}}
every_agent = pytest.mark.parametrize("release", AGENTS)
# Mounts a folder for the agent alone, and puts its configuration there.
_PREPARE = """
mount -t tmpfs -o mode=777 none "$ROOT/mnt" && printf %s "$CONFIG" >"$ROOT/mnt/qemu-ga.conf" || exit 77
export QGA_CONF=/mnt/qemu-ga.conf
exec chroot --userspec=65534:65534 "${ROOT:-/}" /usr/sbin/qemu-ga "$@"
"""


def dumped(release, *arguments, config=""):
    """Return the configuration that qemu-ga makes of a file and of arguments, as keys and values, and what it says."""
    command, environment = _command(release, config)
    done = subprocess.run(
        [*command, "-D", *arguments], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    pairs = (line.partition("=") for line in done.stdout.splitlines() if "=" in line)
    return {key: value for key, _, value in pairs}, done.stderr


@contextmanager
def running(release, *arguments, config=""):
    """Run qemu-ga behind a socket with a configuration of its own, and yield the socket's path."""
    command, environment = _command(release, config)
    listen = ["-m", "unix-listen", "-p", "/mnt/socket", "-t", "/mnt", "-f", "/mnt/pid"]
    process = subprocess.Popen([*command, *listen, *arguments], env=environment, stderr=subprocess.PIPE, text=True)
    socket = Path(f"/proc/{process.pid}/root/mnt/socket")
    try:
        deadline = time.monotonic() + 60
        while not socket.exists():
            assert process.poll() is None, f"qemu-ga ended: {process.stderr.read()}"
            assert time.monotonic() < deadline, "qemu-ga made no socket"
            time.sleep(0.05)
        yield str(socket)
    finally:
        process.kill()
        process.communicate()


def enabled(release, *arguments, config=""):
    """Return the commands that qemu-ga would carry out with this configuration, by its own list."""
    with running(release, *arguments, config=config) as socket:
        return {
            each["name"] for each in ask(socket, "guest-info", timeout=120)["supported_commands"] if each["enabled"]
        }


def version_of(release):
    """Return the version of a qemu-ga, as a tuple of numbers."""
    command, environment = _command(release, "")
    said = subprocess.run(
        [*command, "--version"], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    return tuple(map(int, re.findall(r"\d+", said.stdout)[:2]))


def _command(release, config):
    """Return the words that run a qemu-ga, and its environment; skips where it is missing."""
    root = AGENTS[release]
    if shutil.which("qemu-ga", path=root / "usr/sbin") is None:
        pytest.skip(f"qemu-ga is missing in {root}: install qemu-guest-agent there; scripts/libvirts makes the roots")
    if os.geteuid() != 0:
        pytest.skip("a qemu-ga in a root and with mounts of its own takes root")
    environment = os.environ | {"ROOT": str(root).rstrip("/"), "CONFIG": config}
    return ["unshare", "--mount", "sh", "-c", _PREPARE, "sh"], environment
