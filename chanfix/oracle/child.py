"""The program that holds libvirt's QEMU driver, and nothing else of chanfix: a document may crash it.

    python -I child.py ROOT LIFELINE USER LIBVIRT [EMULATOR...]

ROOT is the driver's own folder, LIFELINE the descriptor of a pipe whose other end the parent holds, USER the number of
the user to become ('-' for none), LIBVIRT the folder of libvirt's Python binding ('-' for Python's own). Each EMULATOR
is asked what it can do before the first question.

There are two processes. The second one has the driver. The first one only waits: when the second one or the parent has
ended, it ends what is left of the second one, such as a QEMU that was being asked, and removes ROOT.

A message is its length in four bytes and then as many bytes. A question is a letter and a document in UTF-8: ``d``
defines it, ``s`` also returns what was stored. An answer is JSON. The first one says which libvirt and QEMU these are.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import select
import shutil
import signal
import struct
import sys
import threading
from contextlib import suppress
from typing import Any, BinaryIO

__all__: list[str] = []

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_PR_SET_NO_NEW_PRIVS = 38

# In bytes, of the driver and of a QEMU that it asks. QEMU maps half a gigabyte when it has no guest.
_MEMORY = 4 << 30
_FILE = 64 << 20
_DESCRIPTORS = 256
# In seconds of one question.
_PROCESSOR_TIME = 30


def _main() -> None:
    root, lifeline, user, binding, *emulators = sys.argv[1:]
    if binding != "-":
        sys.path.append(binding)
    try:
        # Before another user may lack the right to read it.
        import libvirt
    except ImportError as error:
        with os.fdopen(os.dup(1), "wb") as writing:
            _send(writing, {"binding": str(error)})
        os._exit(1)
    libc = ctypes.CDLL(None, use_errno=True)
    if user != "-":
        os.setgroups([])
        os.setgid(int(user))
        os.setuid(int(user))
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    os.umask(0o077)
    os.chdir(root)
    alive, held = os.pipe()
    driver = os.fork()
    if driver == 0:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        os.close(int(lifeline))
        os.close(alive)
        _limit()
        _serve(libvirt, root, emulators)
    # The parent reads the end of the driver's output when the driver ends.
    for descriptor in (0, 1, held):
        os.close(descriptor)
    _wait(int(lifeline), alive)
    _end_all()
    shutil.rmtree(root, ignore_errors=True)
    os._exit(0)


def _wait(lifeline: int, alive: int) -> None:
    """Wait until the driver or the parent has ended."""
    # libvirt waits for a QEMU until its number is free.
    signal.signal(signal.SIGCHLD, lambda *_: _reap())
    _reap()
    poll = select.poll()
    for descriptor in (lifeline, alive):
        poll.register(descriptor, select.POLLIN)
    poll.poll()


def _reap() -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _end_all() -> None:
    """Kill all processes below this one. A process whose parent has ended becomes a child of this one."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with suppress(ChildProcessError):
        while True:
            for child in _children():
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
            os.waitpid(-1, 0)


def _children() -> list[int]:
    found = []
    for name in filter(str.isdecimal, os.listdir("/proc")):
        with suppress(OSError), open(f"/proc/{name}/stat", "rb") as file:
            # The name of the program, in parentheses, may hold anything.
            if int(file.read().rpartition(b")")[2].split()[1]) == os.getpid():
                found.append(int(name))
    return found


def _limit() -> None:
    for kind, most in (
        (resource.RLIMIT_AS, _MEMORY),
        (resource.RLIMIT_FSIZE, _FILE),
        (resource.RLIMIT_NOFILE, _DESCRIPTORS),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, most))
    # A file that is too large is an error, no death.
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def _limit_question() -> None:
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime) + _PROCESSOR_TIME
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _serve(libvirt: Any, root: str, emulators: list[str]) -> None:
    reading, writing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    # What libvirt prints, as on memory that is corrupt, goes nowhere.
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    libvirt.registerErrorHandler(lambda *_: None, None)
    libvirt.virEventRegisterDefaultImpl()
    threading.Thread(target=_run_events, args=(libvirt,), daemon=True).start()
    try:
        connection = libvirt.open(f"qemu:///embed?root={root}")
        _send(writing, _introduction(libvirt, connection, emulators))
    except libvirt.libvirtError as error:
        _send(writing, _refusal(error))
        os._exit(1)
    while question := _receive(reading):
        _limit_question()
        _send(writing, _answer(libvirt, connection, question))
    os._exit(0)


def _run_events(libvirt: Any) -> None:
    with suppress(libvirt.libvirtError):
        while True:
            libvirt.virEventRunDefaultImpl()


def _introduction(libvirt: Any, connection: Any, emulators: list[str]) -> dict[str, object]:
    """Let libvirt ask each emulator what it can do, and return which libvirt this is and which QEMU it starts."""
    for number, emulator in enumerate(emulators):
        try:
            connection.getDomainCapabilities(emulator, None, None, None, 0)
        except libvirt.libvirtError as error:
            # The others are asked about documents that name them.
            if number == 0:
                return _refusal(error)
    return {
        "libvirt": libvirt.getVersion(),
        "qemu": connection.getVersion(),
        "kvm": os.access("/dev/kvm", os.R_OK | os.W_OK),
    }


def _answer(libvirt: Any, connection: Any, question: bytes) -> dict[str, object]:
    try:
        domain = connection.defineXMLFlags(question[1:].decode(), 0)
    except libvirt.libvirtError as error:
        return _refusal(error)
    stored = None
    if question[:1] == b"s":
        with suppress(libvirt.libvirtError):
            stored = domain.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE | libvirt.VIR_DOMAIN_XML_SECURE)
    keep = libvirt.VIR_DOMAIN_UNDEFINE_KEEP_NVRAM | libvirt.VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA
    # New in libvirt 8.9.0.
    keep |= getattr(libvirt, "VIR_DOMAIN_UNDEFINE_KEEP_TPM", 0)
    try:
        domain.undefineFlags(keep)
    except libvirt.libvirtError:
        # Or the next definition of that name is a change of this one.
        return {"stored": stored, "stays": True}
    return {"stored": stored}


def _refusal(error: Any) -> dict[str, object]:
    return {"code": error.get_error_code(), "message": error.get_error_message() or ""}


def _receive(stream: BinaryIO) -> bytes:
    """Return the next message, or nothing when there is none any more."""
    head = stream.read(4)
    return stream.read(struct.unpack(">I", head)[0]) if len(head) == 4 else b""


def _send(stream: BinaryIO, message: object) -> None:
    data = json.dumps(message).encode()
    stream.write(struct.pack(">I", len(data)) + data)
    stream.flush()


if __name__ == "__main__":
    _main()
