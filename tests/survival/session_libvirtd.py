"""A libvirtd of an ordinary user with folders of its own: real, quick to start, and no pity for it."""

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

NOBODY = 65534
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG
PATIENCE = 60
# One thread does all the work, so that its calls have one order.
SETTINGS = """\
auth_unix_rw = "none"
auth_unix_ro = "none"
min_workers = 1
max_workers = 1
prio_workers = 1
"""


class SessionLibvirtd:
    """Started and killed at will; what it has stored stays."""

    def __init__(self, libvirt):
        self._libvirt = libvirt
        self._folder = Path(tempfile.mkdtemp(prefix="cf-", dir="/var/tmp"))  # a socket's path has to be short
        (self._folder / "libvirtd.conf").write_text(SETTINGS)
        self._user = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        for path in (self._folder, self._folder / "libvirtd.conf"):
            shutil.chown(path, *([NOBODY, NOBODY] if self._user else [os.geteuid()]))
        self.uri = f"qemu+unix:///session?socket={self._folder}/libvirt/libvirt-sock"
        self._process = None

    def file_of(self, name):
        """Where it stores the definition of a domain."""
        return self._folder / "libvirt" / "qemu" / f"{name}.xml"

    def start(self):
        """Start it and wait until it takes connections; return one."""
        names = ("CACHE_HOME", "CONFIG_HOME", "DATA_HOME", "STATE_HOME", "RUNTIME_DIR")
        environment = {f"XDG_{name}": str(self._folder) for name in names}
        environment |= {"PATH": os.environ["PATH"], "HOME": str(self._folder)}
        with (self._folder / "log").open("ab") as log:
            command = ["libvirtd", "--config", self._folder / "libvirtd.conf"]
            self._process = subprocess.Popen(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=lambda: ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL),
                **self._user,
            )
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return self._libvirt.open(self.uri)
            except self._libvirt.libvirtError as error:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"libvirtd: {error}; {(self._folder / 'log').read_text()[-2000:]}") from None
            time.sleep(0.05)

    def trace(self, path, log, inject=None):
        """Watch its calls on a path with strace, which kills it at the call that ``inject`` names."""
        options = ["-e", f"inject={inject}"] if inject else []
        command = ["strace", "-f", "-o", log, "-P", path, "-p", str(self._process.pid), *options]
        tracer = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        line = tracer.stderr.readline()
        return tracer if "attached" in line else line

    def kill(self):
        """Kill it without a word, and wait until it is gone."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(PATIENCE)

    def kill_guests(self):
        """Kill every QEMU that it runs, and wait until they are gone."""
        for file in self._folder.glob("libvirt/qemu/run/*.pid"):
            process = Path("/proc", file.read_text().strip())
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                # One that nobody waits for stays, without a command line.
                while (process / "cmdline").read_bytes():
                    os.kill(int(process.name), signal.SIGKILL)
                    time.sleep(0.05)

    def remove(self):
        """End it and what it runs, and take its folder away."""
        self.kill()
        self.kill_guests()
        shutil.rmtree(self._folder, ignore_errors=True)
