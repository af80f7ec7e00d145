"""The parent's side of the child that holds libvirt's driver: its start, questions with a deadline, its end."""

from __future__ import annotations

import json
import os
import select
import shutil
import stat
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from importlib.util import find_spec
from typing import IO, Any

from chanfix.errors import HostError
from chanfix.named_tuple import NamedTuple
from chanfix.oracle.cache import Cache

__all__ = ["Child", "DriverEndedError", "Setting"]

_SYSTEM_PYTHON = "/usr/bin/python3"
_PYTHON_OPTIONS: tuple[str, ...] = ("-I",)
# The user that the child becomes when root starts it.
NOBODY = 65534
# In seconds: to start, which may ask several QEMUs what they can do; and to end.
_START = 120.0
_END = 10.0
# A socket's path holds 107 bytes, and libvirt makes sockets for QEMU in its folder.
_LONGEST_FOLDER = 50
_LARGEST = 256 << 20
# No daemon, and what depends on the configuration of a host is allowed.
_CONFIGURATION = 'stdio_handler = "file"\nsecurity_driver = "none"\nspice_tls = 1\nvnc_tls = 1\n'
_NO_BINDING = "libvirt cannot be asked: its Python binding is not installed"
_INSTALL_BINDING = "install python3-libvirt, or pip install 'chanfix[libvirt]'"
_INSTALL_DRIVER = (
    "install libvirt-daemon-driver-qemu and qemu-system-x86 (Debian, Ubuntu), or libvirt-daemon-driver-qemu and "
    "qemu-kvm (Fedora)"
)


class Setting(NamedTuple):
    """What the environment gives a child.

    ``path`` is the search path for programs. ``cache`` is the folder that keeps what libvirt has asked QEMU, None to
    keep nothing. The first of ``emulators`` is the one that has to be there.
    """

    path: str
    cache: str | None
    emulators: tuple[str, ...]


class DriverEndedError(Exception):
    """The child has ended, or was ended, in the middle of a question; the text says why."""


class Child:
    """One child. ``introduction`` is what it says of libvirt and QEMU.

    Raises ``HostError`` with what to install when libvirt, its QEMU driver or QEMU is missing.
    """

    def __init__(self, setting: Setting) -> None:
        python = _python_with_binding()
        cache = Cache(setting.cache)
        self.root = _folder()
        try:
            self._prepare(cache)
            self._start(python, setting)
        except OSError as error:
            shutil.rmtree(self.root, ignore_errors=True)
            raise HostError(f"libvirt cannot be asked: {error.strerror or error}") from None
        except BaseException:
            shutil.rmtree(self.root, ignore_errors=True)
            raise
        try:
            self.introduction: Mapping[str, Any] = self._receive(time.monotonic() + _START)
        except DriverEndedError as error:
            self.close()
            raise HostError(f"libvirt cannot be asked: {error}", hint=_INSTALL_DRIVER) from None
        except BaseException:
            self.close()
            raise
        if "binding" in self.introduction:
            self.close()
            raise HostError(_NO_BINDING, hint=_INSTALL_BINDING)
        if "message" in self.introduction:
            self.close()
            raise HostError(f"libvirt cannot be asked: {self.introduction['message']}", hint=_INSTALL_DRIVER)
        # No stranger's document has been asked yet.
        cache.keep(self._capabilities)

    @property
    def pid(self) -> int:
        """The number of the child's first process."""
        return self._process.pid

    @property
    def _capabilities(self) -> str:
        return os.path.join(self.root, "cache", "qemu", "capabilities")

    def _prepare(self, cache: Cache) -> None:
        os.makedirs(os.path.join(self.root, "etc"))
        with open(os.path.join(self.root, "etc", "qemu.conf"), "w", encoding="ascii") as file:
            file.write(_CONFIGURATION)
        cache.copy_to(self._capabilities)
        if os.geteuid() == 0:
            for folder, _, names in os.walk(self.root):
                for path in (folder, *(os.path.join(folder, name) for name in names)):
                    os.chown(path, NOBODY, NOBODY)

    def _start(self, python: _Python, setting: Setting) -> None:
        lifeline, self._lifeline = os.pipe()
        user = str(NOBODY) if os.geteuid() == 0 else "-"
        program = os.path.join(os.path.dirname(os.path.abspath(__file__)), "child.py")
        try:
            self._process = subprocess.Popen(
                [*python.command, program, self.root, str(lifeline), user, python.binding, *setting.emulators],
                cwd="/",
                env=_environment(setting.path, self.root),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                pass_fds=(lifeline,),
                # An interrupt is for this process, which ends the child.
                start_new_session=True,
            )
        except BaseException:
            os.close(self._lifeline)
            raise
        finally:
            os.close(lifeline)

    def ask(self, letter: bytes, document: bytes, seconds: float) -> Mapping[str, Any]:
        """Return the answer to a question. Raises ``DriverEndedError`` when none has come after so many seconds."""
        deadline = time.monotonic() + seconds
        message = struct.pack(">I", len(document) + 1) + letter + document
        try:
            self._write(message, deadline)
            return self._receive(deadline)
        except (OSError, ValueError) as error:
            raise DriverEndedError(f"its process has ended: {error}") from None

    def _write(self, data: bytes, deadline: float) -> None:
        stream = _descriptor(self._process.stdin)
        os.set_blocking(stream, False)
        view = memoryview(data)
        while view:
            _, ready, _ = select.select([], [stream], [], max(0, deadline - time.monotonic()))
            if not ready:
                raise DriverEndedError("it takes no question")
            view = view[os.write(stream, view) :]

    def _receive(self, deadline: float) -> Mapping[str, Any]:
        (size,) = struct.unpack(">I", self._read(4, deadline))
        if size > _LARGEST:
            raise DriverEndedError(f"its answer has {size:,} bytes")
        answer = json.loads(self._read(size, deadline))
        if not isinstance(answer, dict):
            raise DriverEndedError("its answer is no object")
        return answer

    def _read(self, size: int, deadline: float) -> bytes:
        stream, parts, left = _descriptor(self._process.stdout), [], size
        while left:
            ready, _, _ = select.select([stream], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                raise DriverEndedError("it does not answer in time")
            part = os.read(stream, min(left, 1 << 20))
            if not part:
                raise DriverEndedError("its process has ended")
            parts.append(part)
            left -= len(part)
        return b"".join(parts)

    def forget(self) -> None:
        """Let go of the child of another process, of which this one has copies of the descriptors."""
        with suppress(OSError):
            os.close(self._lifeline)
        # The end of a child is waited for by its parent only.
        self._process.returncode = 0
        self._close_streams()

    def _close_streams(self) -> None:
        for stream in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                if stream is not None:
                    stream.close()

    def close(self) -> None:
        """End the child and all that it has started, and remove its folder."""
        os.close(self._lifeline)
        self._close_streams()
        try:
            self._process.wait(_END)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self.root, ignore_errors=True)


class _Python(NamedTuple):
    """A Python to run the child with, and where that finds libvirt's binding."""

    command: tuple[str, ...]
    binding: str


def _python_with_binding() -> _Python:
    """Return this Python if it has the binding, else the system's, which may have it from the system's packages.

    Raises ``HostError`` if there is no other one.
    """
    spec = find_spec("libvirt")
    if spec is not None and spec.origin:
        return _Python((sys.executable, "-I", "-S"), os.path.dirname(spec.origin))
    if os.access(_SYSTEM_PYTHON, os.X_OK):
        return _Python((_SYSTEM_PYTHON, *_PYTHON_OPTIONS), "-")
    raise HostError(_NO_BINDING, hint=_INSTALL_BINDING)


def _environment(path: str, root: str) -> dict[str, str]:
    folders = ("HOME", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "TMPDIR")
    return dict.fromkeys(folders, root) | {
        "PATH": path,
        "LC_ALL": "C.UTF-8",
        # The driver would start other daemons of libvirt, as for the networks of an interface, and wait for them.
        "LIBVIRT_AUTOSTART": "0",
        # And it would tell the system's bus that it is there.
        "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={root}/no-bus",
    }


def _descriptor(stream: IO[bytes] | None) -> int:
    assert stream is not None
    return stream.fileno()


def _folder() -> str:
    """Make a folder for the driver, with a path that leaves room for names of sockets."""
    # Memory first: each definition is written to the disk before it counts.
    places = [place for place in ("/dev/shm", *_temporary(), "/tmp", "/var/tmp") if os.path.isdir(place)]
    # The user that the child becomes can remove its folder where everybody can make one.
    places.sort(key=lambda place: not os.stat(place).st_mode & stat.S_IWOTH)
    reason = "its path is too long"
    for place in places:
        if len(place) > _LONGEST_FOLDER:
            continue
        try:
            folder = tempfile.mkdtemp(prefix="chanfix-", dir=place)
        except OSError as error:
            reason = error.strerror or str(error)
        else:
            return folder
    raise HostError(f"libvirt cannot be asked: no folder for it can be made: {reason}", hint="set TMPDIR")


def _temporary() -> tuple[str, ...]:
    """Return the usual folder for temporary files; there is none where no usual folder can be written to."""
    try:
        return (tempfile.gettempdir(),)
    except FileNotFoundError:
        return ()
