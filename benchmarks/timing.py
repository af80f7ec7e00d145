"""Seconds of this process and of others, taken in turns so that what else the machine does meets all alike."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from statistics import median

__all__ = ["Cost", "call", "in_turns", "run"]

_SLOWER = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "PYTHONDEVMODE", "PYTHONPROFILEIMPORTTIME")


@dataclass(frozen=True)
class Cost:
    """What something took: seconds on the clock, seconds of processors, and for a process its most memory in MB."""

    wall: float
    cpu: float
    memory: float = 0.0

    def __str__(self) -> str:
        return f"{_seconds(self.wall)} ({_seconds(self.cpu)})"


def in_turns(times: int, *things: Callable[[], Cost]) -> list[Cost]:
    """Do all things in turns, A B A B, and return the medians of each."""
    rounds = [[thing() for thing in things] for _ in range(times)]
    return [
        Cost(
            median(cost.wall for cost in costs),
            median(cost.cpu for cost in costs),
            max(cost.memory for cost in costs),
        )
        for costs in zip(*rounds, strict=True)
    ]


def call(function: Callable[[], object]) -> Cost:
    """Return what a call in this process takes."""
    wall, cpu = time.perf_counter(), time.process_time()
    function()
    return Cost(time.perf_counter() - wall, time.process_time() - cpu)


def run(command: Sequence[str], *, stdin: bytes = b"", statuses: Container[int] = (0, 1)) -> Cost:
    """Return what a command takes from its start to its end, its children included."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=_environment(),
    )
    assert process.stdin is not None
    process.stdin.write(stdin)
    process.stdin.close()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in statuses:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def _environment() -> dict[str, str]:
    """Return the environment without what makes Python slower than it is for users."""
    return {name: value for name, value in os.environ.items() if name not in _SLOWER}


def _seconds(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.2f} s"
