"""Reading and replacing files: bytes only, bounded, and never half a file."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from contextlib import suppress
from typing import BinaryIO, TypeAlias

from chanfix.errors import InputError, OutputError
from chanfix.words import nearest

__all__ = ["MAX_BYTES", "read", "read_stream", "replace", "write", "write_with"]

MAX_BYTES = 32 * 1024 * 1024
"""The largest file that is read."""

_Name: TypeAlias = "str | os.PathLike[str]"
_Fill = Callable[[BinaryIO], object]

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_PART = 64 * 1024


def read(path: _Name) -> bytes:
    """Return the bytes of a file. Raises ``InputError`` when it cannot be read, is no file, or is over the bound."""
    try:
        # Without O_NONBLOCK, opening a FIFO would wait for a writer.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        try:
            status = os.fstat(descriptor)
            _refuse_unless_regular(status.st_mode)
            return _read_descriptor(descriptor, status.st_size)
        finally:
            os.close(descriptor)
    except FileNotFoundError:
        if os.path.islink(path):
            raise InputError(f"is a symbolic link to '{os.readlink(path)}', which is not there") from None
        raise InputError("no such file", hint=_hint_for_missing(path)) from None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}") from None
    except ValueError:
        raise InputError("a path cannot hold a NUL byte") from None


def _refuse_unless_regular(mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise InputError("is a folder, not a file", hint="name the files in it")
    if not stat.S_ISREG(mode):
        raise InputError("is not a regular file", hint="give it on standard input: chanfix ... - < PATH")


def _read_descriptor(descriptor: int, size: int) -> bytes:
    """Return what ``read_stream`` would; ``size`` is a guess, which is mostly right."""
    data = os.read(descriptor, min(size, MAX_BYTES) + 1)
    if len(data) == size > 0:
        return data
    parts = [data]
    left = MAX_BYTES + 1 - len(data)
    while data and left:
        data = os.read(descriptor, min(left, _PART))
        parts.append(data)
        left -= len(data)
    return b"".join(parts)


def read_stream(stream: BinaryIO) -> bytes:
    """Return what a stream holds, and no more than one byte over the bound that ``Document.parse`` enforces."""
    return stream.read(MAX_BYTES + 1)


def replace(path: _Name, data: bytes, *, expected: bytes) -> None:
    """Put ``data`` in the place of a file that holds ``expected``: old or new, whatever happens in between.

    Mode, owner, group, extended attributes and the target of a symbolic link are kept. Raises ``OutputError`` when that
    cannot be, or when somebody changed the file meanwhile; then the file is untouched.
    """
    target = os.fspath(path)
    try:
        target = _without_links(path)
        if read(target) != expected:
            raise OutputError(
                "changed while chanfix was working on it; nothing was written", hint="run the command again"
            )
        _refuse_if_replacing_loses(target)
        _replace(target, lambda stream: stream.write(data))
    except FileNotFoundError:
        raise OutputError("no such file any more; nothing was written") from None
    except OSError as error:
        where = f"the folder {os.path.dirname(target) or '.'}" if isinstance(error, PermissionError) else target
        raise OutputError(
            f"cannot be written: {error.strerror} ({where}); the file is unchanged",
            hint="chanfix writes a new file beside the old one and renames it; or use: chanfix ... - < OLD > NEW",
        ) from None


def _refuse_if_replacing_loses(target: str) -> None:
    """Refuse what a rename would pass over in silence: a file's other names, and its protection."""
    if (links := os.stat(target).st_nlink) > 1:
        raise OutputError(
            f"has {links} names (hard links), and the others would keep the old text; nothing was written",
            hint="write the text apart: chanfix ... - < OLD > NEW; then put it into all of them: cat NEW > OLD",
        )
    try:
        os.close(os.open(target, os.O_WRONLY | os.O_CLOEXEC))
    except PermissionError:
        raise OutputError(
            "is write-protected; nothing was written", hint="make it writable, or use: chanfix ... - < OLD > NEW"
        ) from None


def _without_links(path: _Name) -> str:
    # Not strict, an error on the way would leave a link in the path, and the link would be replaced.
    return os.path.realpath(path, strict=True)


def write(path: _Name, data: bytes) -> None:
    """Write a file of our own making, new or in the place of an old one: whole or not at all."""
    write_with(path, lambda stream: stream.write(data))


def write_with(path: _Name, fill: _Fill) -> None:
    """Do as ``write`` with what ``fill`` writes into a stream, piece by piece."""
    try:
        if os.path.exists(path) and not os.path.isfile(path):  # a device or a FIFO is written to, never replaced
            with open(path, "wb") as stream:
                fill(stream)
        elif os.path.exists(path):
            _replace(_without_links(path), fill)
        else:
            _create(os.fspath(path), fill)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror}") from None


def _create(path: str, fill: _Fill) -> None:
    umask = os.umask(0)
    os.umask(umask)
    _put(path, fill, lambda descriptor: os.fchmod(descriptor, 0o666 & ~umask))


def _replace(target: str, fill: _Fill) -> None:
    before = os.stat(target)
    _put(target, fill, lambda descriptor: _keep_attributes(target, descriptor, before))


def _put(target: str, fill: _Fill, set_attributes: Callable[[int], None]) -> None:
    # The name is known before there is such a file: whatever interrupts this, it is taken away again.
    name = os.path.join(os.path.dirname(target), f".chanfix.{os.urandom(8).hex()}.tmp")
    try:
        with open(os.open(name, _NEW, 0o600), "wb") as stream:
            fill(stream)
            stream.flush()
            set_attributes(stream.fileno())
            os.fsync(stream.fileno())
        os.replace(name, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(name)
        raise
    _sync_folder(os.path.dirname(target) or ".")


def _keep_attributes(target: str, descriptor: int, before: os.stat_result) -> None:
    now = os.fstat(descriptor)
    if (now.st_uid, now.st_gid) != (before.st_uid, before.st_gid):
        os.fchown(descriptor, before.st_uid, before.st_gid)
    for name in _extended_attributes(target):
        # Labels that only the system may set come with the folder, as for any new file.
        with suppress(OSError):
            os.setxattr(descriptor, name, os.getxattr(target, name))
    os.fchmod(descriptor, stat.S_IMODE(before.st_mode))


def _extended_attributes(target: str) -> list[str]:
    try:
        return os.listxattr(target)
    except OSError as error:
        if error.errno in (errno.ENOTSUP, errno.ENOSYS):  # a file system without them
            return []
        raise


def _sync_folder(folder: str) -> None:
    """Make the rename last. The new file is in place already: a file system that cannot do this is no error."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _hint_for_missing(path: _Name) -> str | None:
    folder, name = os.path.split(path)
    try:
        near = nearest(name, os.listdir(folder or "."), likeness=0.75)
    except OSError:
        return None
    return f"did you mean '{os.path.join(folder, near[0])}'?" if near else None
