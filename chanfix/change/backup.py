"""Keeps the definitions that were replaced, where nobody else can read or plant them.

They can hold passwords. A domain's name never becomes a part of a path.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from chanfix.errors import OutputError
from chanfix.host.host import DomainRef

__all__ = ["Backup", "BackupStore"]

_FORMAT = "%Y%m%dT%H%M%S.%fZ.xml"
_NAME = re.compile(r"[0-9]{8}T[0-9]{6}\.[0-9]{6}Z\.xml")
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Backup:
    """A definition that was replaced at ``time``."""

    path: Path
    time: datetime
    xml: bytes = field(repr=False)


class BackupStore:
    """Backups below ``folder``, which is made when it is missing: ``backups/<uri>/<uuid>/<time>.xml``.

    Raises ``OutputError`` for a folder that is a symbolic link, or that others own or may write to.
    """

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        self._folder = folder
        self._now = now

    def save(self, uri: str, ref: DomainRef, xml: bytes) -> Path:
        """Write a backup that is on the disk when this returns, and return its path."""
        path = self._path(uri, ref)
        with _errors_of(path):
            self._folder.parent.mkdir(parents=True, exist_ok=True)
            with self._open(path, create=True) as folder:
                return path / self._write(folder, xml)

    def drop(self, backup: Path) -> None:
        """Remove a backup of what was not replaced in the end."""
        with _errors_of(backup.parent), self._open(backup.parent, create=False) as folder:
            os.unlink(backup.name, dir_fd=folder)

    def newest(self, uri: str, ref: DomainRef, *, other_than: bytes) -> Backup | None:
        """Return the newest backup that is not these very bytes: what is stored already needs no putting back."""
        path = self._path(uri, ref)
        with _errors_of(path), suppress(FileNotFoundError), self._open(path, create=False) as folder:
            for name in sorted(_names(folder), reverse=True):
                xml = _read(folder, name)
                if xml != other_than:
                    return Backup(path / name, _time(name), xml)
        return None

    def _path(self, uri: str, ref: DomainRef) -> Path:
        readable = re.sub(r"[^A-Za-z0-9]+", "-", uri).strip("-")[:60]
        digest = hashlib.sha256(uri.encode(errors="surrogateescape")).hexdigest()[:12]
        return self._folder / "backups" / f"{readable}-{digest}" / str(UUID(ref.uuid))

    @contextmanager
    def _open(self, path: Path, *, create: bool) -> Iterator[int]:
        """Open a folder of ours step by step, so that no link that is planted on the way is followed."""
        descriptor = _open_folder(None, str(self._folder), create)
        try:
            for part in path.relative_to(self._folder).parts:
                inner = _open_folder(descriptor, part, create)
                os.close(descriptor)
                descriptor = inner
            yield descriptor
        finally:
            os.close(descriptor)

    def _write(self, folder: int, data: bytes) -> str:
        """Write a file that is there under its name as a whole, on the disk, or not at all, and return the name."""
        hidden = f".{os.urandom(8).hex()}.tmp"
        try:
            descriptor = os.open(hidden, _FILE | os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=folder)
            with open(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            name = self._publish(folder, hidden)
        finally:
            with suppress(OSError):
                os.unlink(hidden, dir_fd=folder)
        try:
            os.fsync(folder)
        except OSError:
            os.unlink(name, dir_fd=folder)
            raise
        return name

    def _publish(self, folder: int, hidden: str) -> str:
        """Give a file the next name that is free: of two processes that choose the same, one chooses again."""
        while True:
            name = self._next_name(folder)
            with suppress(FileExistsError):
                os.link(hidden, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
                return name

    def _next_name(self, folder: int) -> str:
        """Name a backup by the time, but always behind the newest one, whatever the clock does."""
        now = self._now().astimezone(UTC)
        newest = max(_names(folder), default=None)
        if newest is not None:
            now = max(now, _time(newest) + timedelta(microseconds=1))
        return now.strftime(_FORMAT)


def _open_folder(parent: int | None, name: str, create: bool) -> int:
    if create:
        with suppress(FileExistsError):
            os.mkdir(name, 0o700, dir_fd=parent)
    try:
        descriptor = os.open(name, _FOLDER, dir_fd=parent)
    except NotADirectoryError:  # what O_NOFOLLOW makes of a symbolic link to a folder, too
        raise _unsafe(name, "is a symbolic link or no folder") from None
    status = os.fstat(descriptor)
    if status.st_uid == os.geteuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        return descriptor
    os.close(descriptor)
    raise _unsafe(name, "belongs to someone else" if status.st_uid != os.geteuid() else "can be written to by others")


def _unsafe(name: str, why: str) -> OutputError:
    hint = "backups hold passwords: keep them in a folder of your own, without links (XDG_STATE_HOME says where)"
    return OutputError(f"the folder '{name}' for backups {why}", hint=hint)


def _names(folder: int) -> list[str]:
    return [name for name in os.listdir(folder) if _NAME.fullmatch(name)]


def _time(name: str) -> datetime:
    return datetime.strptime(name, _FORMAT).replace(tzinfo=UTC)


def _read(folder: int, name: str) -> bytes:
    descriptor = os.open(name, _FILE | os.O_RDONLY, dir_fd=folder)
    with open(descriptor, "rb") as file:
        return file.read()


@contextmanager
def _errors_of(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(f"cannot use the backups in '{path}': {error.strerror}") from None
