"""Does a piece of work in a process of its own, which can be ended at any moment and take nothing else with it."""

from __future__ import annotations

import os
import signal
import sys
import warnings
from collections.abc import Callable
from select import select

__all__ = ["in_child"]

# What the child ends with when the work raises what it should not: no status of the work.
_BROKEN = 255
# In seconds. How much longer a child lives whose parent was ended before it.
_GRACE = 1.0


def in_child(work: Callable[[], int], seconds: float) -> int | None:
    """Return the status that ``work`` returns, 0 to 127, or None if it takes longer than ``seconds``.

    A status below 0 is the signal that ended the child. Raises ``OSError`` if there can be no other process. ``work``
    shares the standard streams with the caller, who must have no other thread.
    """
    readable, writable = os.pipe()
    try:
        with warnings.catch_warnings():
            # A daemon's thread of an earlier call, as in tests, is no reason to give up.
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
        if child == 0:
            _work(work, seconds)
        os.close(writable)
        writable = -1
        return _wait(child, readable, seconds)
    finally:
        os.close(readable)
        if writable >= 0:
            os.close(writable)


def _work(work: Callable[[], int], seconds: float) -> None:
    status = _BROKEN
    try:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, max(0.0, seconds) + _GRACE)
        status = work()
        sys.stderr.flush()
    finally:
        os._exit(status)


def _wait(child: int, pipe: int, seconds: float) -> int | None:
    """Wait for the end of the child, which closes its end of the pipe."""
    is_over = bool(select([pipe], [], [], max(0.0, seconds))[0])
    if not is_over:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) if is_over else None
