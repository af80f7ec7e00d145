"""The entry point: ``chanfix`` and ``python -m chanfix``."""

from __future__ import annotations

import gc
import io
import os
import sys

from chanfix.cli import main

TYPE_CHECKING = False  # to import typing takes longer than to answer --version
if TYPE_CHECKING:
    from typing import TextIO

__all__ = ["run"]

# How many objects more than there were make Python look for garbage. Nearly all that a run makes goes away by itself,
# and 700, Python's own number, is reached forty times before the first line of a file is read.
_OBJECTS = 50_000


def run() -> None:
    """Run the command line of this process and exit with its status."""
    gc.set_threshold(_OBJECTS)
    sys.stdout, sys.stderr = _buffered(sys.stdout), _buffered(sys.stderr)
    status = main(sys.argv[1:])
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        sys.exit(status)
    # What is left in memory need not be taken apart, which would take a fifth of the time of a short run.
    os._exit(status)


def _buffered(stream: TextIO) -> TextIO:
    """Return a stream that goes on when the system takes only a part of what it is given.

    Under PYTHONUNBUFFERED Python's own does not, and does not say so either.
    """
    raw = getattr(stream, "buffer", None)
    if not isinstance(raw, io.RawIOBase):
        return stream
    whole = io.BufferedWriter(raw)
    return io.TextIOWrapper(whole, encoding=stream.encoding, errors=stream.errors, line_buffering=True)


if __name__ == "__main__":
    run()
