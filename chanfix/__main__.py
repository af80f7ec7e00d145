"""The entry point: ``chanfix`` and ``python -m chanfix``."""

from __future__ import annotations

import os
import sys

from chanfix.cli import main
from chanfix.cli.streams import open_streams

__all__ = ["run"]


def run() -> None:
    """Run the command line of this process and exit with its status."""
    open_streams()
    status = main(sys.argv[1:])
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:  # ``main`` has reported it
        pass
    # Leaving memory as it is saves a fifth of the time of a short run. And Python would try once more to write what
    # could not be written, and end with a status of its own for that.
    os._exit(status)


if __name__ == "__main__":
    run()
