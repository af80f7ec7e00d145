"""The real QEMU driver under the guests: the one in this process, or a libvirtd of our own.

Neither leaves a QEMU behind: a process of its own ends what is left when this one is gone, however it ended.
"""

import contextlib
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

with contextlib.suppress(ImportError):  # then there is no driver
    import libvirt

CLONE_NEWNS = 0x00020000
# What a libvirtd of root's reads and writes: other folders take their places, for us alone.
SYSTEM_FOLDERS = ("/etc/libvirt", "/run/libvirt", "/var/cache/libvirt", "/var/lib/libvirt", "/var/log/libvirt")
QEMU_SETTINGS = """\
stdio_handler = "file"
security_driver = "none"
user = "root"
group = "root"
cgroup_controllers = []
"""
PATIENCE = 60


class DriverError(Exception):
    """There is no such driver on this machine; the message says why."""


class Embedded:
    """libvirt's QEMU driver in this process."""

    def __init__(self, connection, root):
        self.connection = connection
        self.uri = connection.getURI()
        self.pid_files = (f"{root}/run/qemu/*.pid",)
        self.channel_folder = root / "lib" / "qemu" / "channel" / "target"

    @contextlib.contextmanager
    def kept_open(self):
        """Let whoever opens the driver have this connection: a process can open one about twenty times."""
        connection = self.connection

        class Kept:
            def __getattr__(self, name):
                return getattr(connection, name)

            def close(self):
                pass

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(libvirt, "open", lambda uri: Kept())
            patch.setattr(libvirt, "openReadOnly", lambda uri: Kept())
            yield


class Libvirtd:
    """A libvirtd for qemu:///system that sees, and is seen by, this process and its children alone.

    The system's own folders stay as they are, and so does a libvirtd that runs on them already.
    """

    uri = "qemu:///system"
    channel_folder = Path("/var/lib/libvirt/qemu/channel/target")

    def __init__(self, folder):
        if os.geteuid() != 0:
            raise DriverError("a libvirtd for qemu:///system takes root")
        if shutil.which("libvirtd") is None:
            raise DriverError(
                "there is no libvirtd: install libvirt-daemon-system (Debian, Ubuntu) or libvirt-daemon (Fedora)"
            )
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.unshare(CLONE_NEWNS) != 0:
            raise DriverError(f"this process can have no mounts of its own: {os.strerror(ctypes.get_errno())}")
        mount("--make-rprivate", "/")
        for path in map(Path, SYSTEM_FOLDERS):
            own = folder.joinpath(*path.parts[1:])
            own.mkdir(parents=True)
            path.mkdir(parents=True, exist_ok=True)
            mount("--bind", own, path)
        Path("/etc/libvirt/qemu.conf").write_text(QEMU_SETTINGS)
        Path("/etc/libvirt/libvirtd.conf").write_text('auth_unix_rw = "none"\nauth_unix_ro = "none"\n')
        self.pid_files = (f"{folder}/libvirtd.pid", f"{folder}/run/libvirt/qemu/*.pid")
        self._log = folder / "libvirtd.log"
        self._command = ["libvirtd", "--pid-file", folder / "libvirtd.pid"]
        self._process = None
        self._connection = None

    @property
    def connection(self):
        """The connection, opened again when the daemon was restarted."""
        if self._connection is None or not self._connection.isAlive():
            self._connection = libvirt.open(self.uri)
        return self._connection

    def kept_open(self):
        """Leave it at that: everybody can open as many connections as it takes."""
        return contextlib.nullcontext()

    def start(self):
        """Start the daemon and wait until it takes connections."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + PATIENCE
        while self._process.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as link:
                link.connect("/run/libvirt/libvirt-sock")
                return
            time.sleep(0.1)
        raise DriverError(f"libvirtd takes no connections: {self._log.read_text()}")

    def stop(self, how=signal.SIGTERM):
        """End the daemon; its domains run on."""
        self._process.send_signal(how)
        self._process.wait(PATIENCE)
        self._connection = None


@contextlib.contextmanager
def reaper(*pid_files):
    """Kill every QEMU and libvirtd that has its number in such a file once this process is gone, or at the end.

    The files are patterns of the shell.
    """
    script = """
        cat
        for file in $*; do
            read -r pid <"$file" && grep -qE 'qemu-system|libvirtd' "/proc/$pid/cmdline" && kill -9 "$pid"
        done
    """
    # Its standard input ends when this process does, since nobody inherits the other side.
    process = subprocess.Popen(
        ["sh", "-c", script, "sh", *pid_files],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        process.stdin.close()
        process.wait(PATIENCE)


def mount(*arguments):
    """Mount something, or say why it cannot be."""
    done = subprocess.run(["mount", *arguments], capture_output=True, text=True, timeout=PATIENCE)
    if done.returncode != 0:
        raise DriverError(done.stderr.strip())
