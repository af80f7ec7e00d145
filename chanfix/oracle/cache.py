"""Keeps what libvirt has asked QEMU, so that QEMU is started once for each QEMU and libvirt and not once a run.

libvirt itself sees whether a file is still right: it holds the times and versions of QEMU and libvirt. So files are
copied with their times, and nothing in them is read here. A cache that cannot be used costs time and nothing else.
"""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress

__all__ = ["Cache"]

_MOST = 64
_LARGEST = 4 << 20
_ENDING = ".xml"


class Cache:
    """A folder of files, None for one that keeps nothing."""

    def __init__(self, folder: str | None) -> None:
        self._folder = folder

    def copy_to(self, folder: str) -> None:
        """Make a folder and copy the files into it. Raises ``OSError`` when that cannot be written."""
        os.makedirs(folder)
        if self._folder is None:
            return
        for name, data, times in _files(self._folder):
            path = os.path.join(folder, name)
            with open(path, "xb") as file:
                file.write(data)
            os.utime(path, ns=times)

    def keep(self, folder: str) -> None:
        """Keep the files of a folder that another user may have written: links and other surprises are left out."""
        if self._folder is None:
            return
        known = {name: times[1] for name, _, times in _files(self._folder)}
        with suppress(OSError):
            os.makedirs(self._folder, mode=0o700, exist_ok=True)
            if os.path.islink(self._folder):
                return
            for name, data, times in _files(folder):
                if known.get(name) != times[1]:
                    self._put(name, data, times)

    def _put(self, name: str, data: bytes, times: tuple[int, int]) -> None:
        """Write a file whole or not at all: others may read it now."""
        descriptor, path = tempfile.mkstemp(dir=self._folder)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
            os.utime(path, ns=times)
            os.replace(path, os.path.join(self._folder or "", name))
        except BaseException:
            os.unlink(path)
            raise


def _files(folder: str) -> list[tuple[str, bytes, tuple[int, int]]]:
    """Return the names, bytes and times of the regular files in a folder, and nothing of a folder that is a link."""
    found: list[tuple[str, bytes, tuple[int, int]]] = []
    try:
        place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return found
    try:
        for name in sorted(os.listdir(place))[:_MOST]:
            if name.endswith(_ENDING):
                with suppress(OSError):
                    found.append((name, *_file(name, place)))
    finally:
        os.close(place)
    return found


def _file(name: str, place: int) -> tuple[bytes, tuple[int, int]]:
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    with os.fdopen(os.open(name, flags, dir_fd=place), "rb") as file:
        about = os.fstat(file.fileno())
        if not stat.S_ISREG(about.st_mode) or about.st_size > _LARGEST:
            raise OSError("no file of a cache")
        return file.read(_LARGEST), (about.st_atime_ns, about.st_mtime_ns)
