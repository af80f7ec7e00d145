"""The measures by name, in the order of the table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from benchmarks.measures import add, asking, calls, editor, fleet, growth, jobs, layers, parsing, peers, start, status
from benchmarks.result import Result

__all__ = ["MEASURES"]

MEASURES: dict[str, Callable[[Path], Result]] = {
    "parsing": parsing.measure,
    "peers": peers.measure,
    "jobs": jobs.measure,
    "growth": growth.measure,
    "add": add.measure,
    "asking": asking.measure,
    "start": start.measure,
    "layers": layers.measure,
    "calls": calls.measure,
    "editor": editor.measure,
    "status": status.measure,
    "fleet": fleet.measure,
}
