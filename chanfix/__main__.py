"""The entry point: ``chanfix`` and ``python -m chanfix``."""

from __future__ import annotations

import gc
import os
import sys

from chanfix.cli import main

__all__ = ["run"]

# How many objects more than there were make Python look for garbage. Nearly all that a run makes goes away by itself,
# and 700, Python's own number, is reached fifty times before the first line of a file is read.
_OBJECTS = 50_000


def run() -> None:
    """Run the command line of this process and exit with its status."""
    gc.set_threshold(_OBJECTS)
    status = main(sys.argv[1:])
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        sys.exit(status)
    # What is left in memory need not be taken apart, which would take a fifth of the time of a short run.
    os._exit(status)


if __name__ == "__main__":
    run()
