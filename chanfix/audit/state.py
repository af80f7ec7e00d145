"""Keeps the hosts of an audit in a file, one a line. They are never all in memory, and a later run can continue."""

from __future__ import annotations

import fcntl
import json
import os
import stat
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import BinaryIO, TypeAlias

from chanfix.audit.report import HostAudit
from chanfix.errors import InputError, OutputError
from chanfix.lint.finding import Asked
from chanfix.reporters.json_text import as_json

__all__ = ["State", "read_report"]

# The newest is written, all are read; keys that are not known are ignored.
_VERSIONS = ("audit-v2", "audit-v1")
_HINT = "name a file that is not there yet"
_LONGEST_LINE = 256 * 1024 * 1024

# A host's URI, and what its domains were judged for: another question has another answer.
_Question: TypeAlias = tuple[str, tuple[str, ...], Asked | None]


class State:
    """The hosts of an audit by name, in a file; None takes one without a name, which is gone in the end.

    A file that exists is continued. A last line that is not complete, as after a crash, is dropped.
    Raises ``InputError`` for a file that is something else, ``OutputError`` when it cannot be written or is in use.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._kept: dict[str, tuple[int, _Question]] = {}
        self._adding = Lock()
        try:
            self._file = _open(path)
        except OSError as error:
            raise self._unusable(error) from None
        try:
            self._load()
        except OSError as error:
            self._file.close()
            raise self._unusable(error) from None
        except InputError as error:
            self._file.close()
            raise InputError(f"'{path}' is no state of an audit: {error.message}", hint=_HINT) from None

    def __enter__(self) -> State:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def knows(self, name: str, uri: str, targets: tuple[str, ...] = (), asked: Asked | None = None) -> bool:
        """Return True if a host of this name *and URI* was already audited, for the same targets and libvirt."""
        return name in self._kept and self._kept[name][1] == (uri, targets, asked)

    def add(self, host: HostAudit) -> None:
        """Keep a host, in place of what was known of it. Several threads may."""
        line = as_json(host.to_json()).encode() + b"\n"
        try:
            with self._adding:
                offset = self._file.seek(0, os.SEEK_END)
                self._file.write(line)
                self._file.flush()
                self._kept[host.name] = offset, _question(host)
        except OSError as error:
            raise self._unusable(error) from None

    def hosts(self, names: Iterable[str]) -> Iterator[HostAudit]:
        """Yield these hosts, one at a time; as often as somebody asks."""
        for name in names:
            self._file.seek(self._kept[name][0])
            yield HostAudit.from_json(json.loads(self._file.readline()))

    def _load(self) -> None:
        header = self._file.readline(_LONGEST_LINE)
        if not header:
            self._file.write(as_json({"version": _VERSIONS[0]}).encode() + b"\n")
            return
        if _version(_parsed(header)) not in _VERSIONS:
            raise InputError("it begins otherwise")
        end = self._file.tell()
        while (line := self._file.readline(_LONGEST_LINE)).endswith(b"\n"):
            host = HostAudit.from_json(_parsed(line))
            if host.error is None:  # one that was not reached is asked again
                self._kept[host.name] = end, _question(host)
            end = self._file.tell()
        self._file.truncate(end)

    def _unusable(self, error: OSError) -> OutputError:
        return OutputError(f"the state of the audit cannot be kept in '{self._path}': {error.strerror}")


def read_report(path: Path) -> list[HostAudit]:
    """Return the hosts of a report that the format ``json`` wrote. Raises ``InputError`` for anything else."""
    try:
        report = _parsed(path.read_bytes())
    except OSError as error:
        raise InputError(f"'{path}' cannot be read: {error.strerror}") from None
    if not isinstance(report, dict) or _version(report) not in _VERSIONS or not isinstance(report.get("hosts"), list):
        raise InputError(f"'{path}' is no report of an audit", hint="chanfix audit --output-format json writes one")
    try:
        return [HostAudit.from_json(host) for host in report["hosts"]]
    except InputError as error:
        raise InputError(f"'{path}' is no report of an audit: {error.message}", hint=error.hint) from None


def _question(host: HostAudit) -> _Question:
    return host.uri, host.targets, host.asked


def _open(path: Path | None) -> BinaryIO:
    if path is None:
        return tempfile.TemporaryFile(prefix="chanfix-audit-")
    # It tells what is wrong with whose machines: nobody else's business.
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK, 0o600)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OutputError(f"the state of the audit cannot be kept in '{path}': it is no regular file")
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise OutputError(f"another audit keeps its state in '{path}'", hint="wait for it, or name another") from None
    except BaseException:
        os.close(descriptor)
        raise
    return os.fdopen(descriptor, "r+b")


def _version(document: object) -> object:
    return document.get("version") if isinstance(document, dict) else None


def _parsed(text: bytes) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
