"""Documents and the standard streams: reads what an argument names, and writes what comes of it."""

from __future__ import annotations

import os
import sys

from chanfix import files
from chanfix.cli import wait_for_room
from chanfix.errors import InputError

__all__ = ["is_output_read", "read_input", "write_output"]


def read_input(name: str) -> bytes:
    """Return the bytes of a file, or of standard input for ``-``. Raises ``InputError``."""
    if name != "-":
        return files.read(name)
    if sys.stdin is None:
        raise InputError("standard input is closed", hint="give it a file: chanfix ... - < FILE")
    return files.read_stream(sys.stdin.buffer)


def write_output(data: bytes) -> None:
    """Write a document to standard output.

    Raises ``InputError`` when not all of it could be written, of the kind ``unread`` when nobody reads it any more.
    """
    # Past the stream, which takes what nobody reads, and would keep what could not be written and try it again.
    rest, descriptor = memoryview(data), sys.stdout.fileno()
    try:
        while rest:
            try:
                rest = rest[os.write(descriptor, rest) :]
            except BlockingIOError:
                wait_for_room(descriptor)
    except BrokenPipeError:
        raise InputError("whoever reads standard output closed it", kind="unread") from None
    except OSError as error:
        raise InputError(f"standard output cannot be written: {error.strerror}") from None


def is_output_read() -> bool:
    """Say whether standard output may have a reader; a pipe that was closed has none."""
    from select import POLLERR, poll

    polled = poll()
    polled.register(sys.stdout.fileno(), 0)
    return not any(event & POLLERR for _, event in polled.poll(0))
