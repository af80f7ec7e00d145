"""libvirt's driver as something to ask: started when it is first asked, and again after a document has ended it."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress

from chanfix.errors import HostError
from chanfix.oracle.process import Child, DriverEndedError, Setting
from chanfix.oracle.verdict import About, Verdict

__all__ = ["Driver"]

# In seconds. libvirt needs a thousandth of that.
_PATIENCE = 10.0
# virErrorNumber: an error of the system, such as a full disk.
_SYSTEM_ERROR = 38
_MOST_WORDS = 2000
_PLAIN = (
    b"<domain type='qemu'><name>chanfix</name><memory unit='MiB'>64</memory><os><type>hvm</type></os>"
    b"<devices><emulator>%b</emulator></devices></domain>"
)
# The name of a QEMU where it is not the architecture's own (src/qemu/qemu_capabilities.c:virQEMUCapsArchToString).
_PROGRAMS = {"i686": "i386", "armv6l": "arm", "armv7l": "arm", "ppc64le": "ppc64"}
# Where Red Hat's distributions and old ones have the QEMU of the machine's own architecture.
_OWN = ("/usr/libexec/qemu-kvm", "/usr/bin/qemu-kvm", "/usr/bin/kvm")


class Driver:
    """libvirt's QEMU driver in a child process. Each process that uses one has a child of its own.

    ``path`` is the search path for programs, ``cache`` the folder that keeps what QEMU can do. All methods that ask
    raise ``HostError`` when libvirt, its QEMU driver or QEMU is missing or does not work.
    """

    def __init__(self, path: str, cache: str | None = None, patience: float = _PATIENCE) -> None:
        self._path = path
        self.cache = cache
        self._patience = patience
        self._emulators: dict[str, str | None] = {}
        self._warm: list[str] = []
        self.child: Child | None = None
        """The child, once something was asked."""
        self._process = 0
        self._about: About | None = None
        self.questions = 0
        """How many questions were asked."""

    @property
    def about(self) -> About:
        """The versions of libvirt and QEMU."""
        if self._about is None:
            self._running()
            assert self._about is not None
        return self._about

    @property
    def has_kvm(self) -> bool:
        """Return True if the driver can open KVM."""
        return bool(self._running().introduction["kvm"])

    def emulator_of(self, architecture: str) -> str | None:
        """Return the path of this machine's QEMU for an architecture, None if there is none."""
        if architecture not in self._emulators:
            found = shutil.which(f"qemu-system-{_PROGRAMS.get(architecture, architecture)}", path=self._path)
            if found is None and architecture == os.uname().machine:
                found = next((path for path in _OWN if os.access(path, os.X_OK)), None)
            self._emulators[architecture] = found
        return self._emulators[architecture]

    def get_ready(self, emulator: str) -> None:
        """Let libvirt ask an emulator what it can do, before any document is asked."""
        if emulator not in self._warm and os.access(emulator, os.X_OK):
            self._warm.append(emulator)
            self.close()

    def ask(self, document: bytes, *, with_stored: bool = False) -> Verdict:
        """Return what libvirt says of a document in UTF-8, without an XML declaration."""
        child = self._running()
        self.questions += 1
        try:
            answer = child.ask(b"s" if with_stored else b"d", document, self._patience)
        except DriverEndedError as error:
            self.close()
            return Verdict(message=str(error), has_ended=True)
        if answer.get("stays"):
            self.close()
        stored, code = answer.get("stored"), answer.get("code", 0)
        message = str(answer.get("message", "")).replace(f"{child.root}/", "…/")
        if code == _SYSTEM_ERROR:
            self._refuse_unless_working(message)
        return Verdict(code=int(code), message=" ".join(message[:_MOST_WORDS].split()), stored=stored and str(stored))

    def _refuse_unless_working(self, message: str) -> None:
        """Raise ``HostError`` if the plainest domain is refused too: then the error is this machine's."""
        try:
            answer = self._running().ask(b"d", _PLAIN % self._own_emulator().encode(), self._patience)
        except DriverEndedError as error:
            self.close()
            raise HostError(f"libvirt cannot be asked any more: {error}") from None
        if answer.get("code"):
            self.close()
            raise HostError(f"libvirt cannot be asked any more: {message}")

    def close(self) -> None:
        """End the child. The next question starts another one."""
        child, self.child = self.child, None
        if child is not None and self._process == os.getpid():
            child.close()

    def _own_emulator(self) -> str:
        machine = os.uname().machine
        emulator = self.emulator_of(machine)
        if emulator is None:
            raise HostError(
                f"libvirt cannot be asked: there is no QEMU for {machine}",
                hint="install qemu-system-x86 (Debian, Ubuntu) or qemu-kvm (Fedora)",
            )
        return emulator

    def _running(self) -> Child:
        if self._process != os.getpid():
            # A fork has copied the value and not the right to ask.
            if self.child is not None:
                self.child.forget()
            self.child, self._process = None, os.getpid()
        if self.child is None:
            emulators = list(dict.fromkeys([self._own_emulator(), *self._warm]))
            self.child = Child(Setting(self._path, self.cache, tuple(emulators)))
            said = self.child.introduction
            self._about = About(_version(int(said["libvirt"])), _version(int(said["qemu"])))
            self._warm = emulators
        return self.child

    def __del__(self) -> None:
        with suppress(Exception):
            self.close()


def _version(number: int) -> str:
    return f"{number // 1_000_000}.{number // 1000 % 1000}.{number % 1000}"
