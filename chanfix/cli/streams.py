"""The standard streams: what becomes of a closed pipe or a full disk, and documents read from and written to them."""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING

from chanfix import files
from chanfix.errors import InputError, OutputError

if TYPE_CHECKING:
    from typing import TextIO

    from _typeshed import ReadableBuffer

__all__ = ["StreamError", "is_output_read", "open_missing", "open_streams", "read_input", "write_output"]


class StreamError(OSError):
    """Standard output cannot be written. A closed pipe is no such error: its reader has all that it wants.

    This ends the command. It is not a ``ChanfixError``, which may concern one of several DOMAINs.
    """


def open_streams() -> None:
    """Replace Python's standard output and standard error by streams of this module."""
    sys.stdout, sys.stderr = _buffered(sys.stdout, _Output), _buffered(sys.stderr, _Errors)


def open_missing() -> None:
    """Replace a standard stream that was closed when the process started by one that discards what is written."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - for the life of the process
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115


def read_input(name: str) -> bytes:
    """Return the bytes of a file, or of standard input for ``-``. Raises ``InputError``."""
    if name != "-":
        return files.read(name)
    if sys.stdin is None:
        raise InputError("standard input is closed", hint="give it a file: chanfix ... - < FILE")
    return files.read_stream(sys.stdin.buffer)


def write_output(data: bytes) -> None:
    """Write a document to standard output. Raises ``OutputError`` when not all of it could be written."""
    # To the descriptor: sys.stdout hides a closed pipe, and would try its buffer again at exit.
    try:
        _write_all(sys.stdout.fileno(), data)
    except BrokenPipeError:
        raise OutputError("the reader of standard output closed it", is_closed_pipe=True) from None
    except OSError as error:
        raise OutputError(f"standard output cannot be written: {error.strerror}") from None


def is_output_read() -> bool:
    """Return False if standard output is a pipe that its reader has closed."""
    from select import POLLERR, poll

    polled = poll()
    polled.register(sys.stdout.fileno(), 0)
    return not any(event & POLLERR for _, event in polled.poll(0))


class _Output(io.FileIO):
    """Standard output that ignores a closed pipe: the exit status is still that of the work."""

    def write(self, data: ReadableBuffer, /) -> int:
        try:
            _write_all(self.fileno(), data)
        except BrokenPipeError:
            pass
        except OSError as error:
            raise StreamError(error.errno, error.strerror) from None
        return memoryview(data).nbytes


class _Errors(io.FileIO):
    """Standard error that ignores all errors, since there is nowhere to report them. The exit status is unchanged."""

    def write(self, data: ReadableBuffer, /) -> int:
        try:
            return super().write(data) or memoryview(data).nbytes
        except OSError:
            return memoryview(data).nbytes


def _write_all(descriptor: int, data: ReadableBuffer) -> None:
    """Write to a descriptor, and wait when it is full: another process may have made it non-blocking."""
    rest = memoryview(data).cast("B")
    while rest:
        try:
            rest = rest[os.write(descriptor, rest) :]
        except BlockingIOError:
            from select import select

            select([], [descriptor], [])


def _buffered(stream: TextIO, kind: type[io.FileIO]) -> TextIO:
    """Return a stream of ``kind`` in place of a standard stream; a closed one stays as it is.

    It goes on when the system accepts only a part of the data; under PYTHONUNBUFFERED Python's own does not.
    """
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    return io.TextIOWrapper(
        io.BufferedWriter(kind(stream.fileno(), "w", closefd=False)),
        encoding=stream.encoding,
        errors=stream.errors,
        line_buffering=stream.line_buffering or stream.write_through,
    )
