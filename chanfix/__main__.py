"""The entry point: ``chanfix`` and ``python -m chanfix``."""

from __future__ import annotations

import gc
import io
import os
import sys

from chanfix.cli import OutputError, main, wait_for_room

TYPE_CHECKING = False  # to import typing takes longer than to answer --version
if TYPE_CHECKING:
    from typing import TextIO

    from _typeshed import ReadableBuffer

__all__ = ["OBJECTS", "open_streams", "run"]

# How many objects more than there were make Python look for garbage. Nearly all that a run makes goes away by itself,
# and 700, Python's own number, is reached forty times before the first line of a file is read.
OBJECTS = 50_000


def run() -> None:
    """Run the command line of this process and exit with its status."""
    gc.set_threshold(OBJECTS)
    open_streams()
    status = main(sys.argv[1:])
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:  # it has been said
        pass
    # What is left in memory need not be taken apart, which would take a fifth of the time of a short run. And Python
    # would try once more to write what could not be written, and have a status of its own for that.
    os._exit(status)


def open_streams() -> None:
    """Put streams in the place of Python's own that say what became of what is written, or go on without a word."""
    sys.stdout, sys.stderr = _buffered(sys.stdout, _Output), _buffered(sys.stderr, _Errors)


class _Output(io.FileIO):
    """Standard output. Whoever closed the pipe has enough of it: the work goes on, and its status counts."""

    def write(self, data: ReadableBuffer, /) -> int:
        try:
            while (written := super().write(data)) is None:
                wait_for_room(self.fileno())
            return written
        except BrokenPipeError:
            return memoryview(data).nbytes
        except OSError as error:
            raise OutputError(error.errno, error.strerror) from None


class _Errors(io.FileIO):
    """Standard error. Where it cannot be written nobody can be told so: the work goes on, and its status counts."""

    def write(self, data: ReadableBuffer, /) -> int:
        try:
            return super().write(data) or memoryview(data).nbytes
        except OSError:
            return memoryview(data).nbytes


def _buffered(stream: TextIO, kind: type[io.FileIO]) -> TextIO:
    """Return a standard stream of our own kind, but for one that is closed.

    It goes on when the system takes only a part of what it is given; under PYTHONUNBUFFERED Python's own does not.
    """
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    return io.TextIOWrapper(
        io.BufferedWriter(kind(stream.fileno(), "w", closefd=False)),
        encoding=stream.encoding,
        errors=stream.errors,
        line_buffering=stream.line_buffering or stream.write_through,
    )


if __name__ == "__main__":
    run()
