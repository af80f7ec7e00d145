"""A second process."""

from __future__ import annotations

from pathlib import Path

from benchmarks import documents, tools
from benchmarks.result import Result, Row
from benchmarks.timing import in_turns, run

__all__ = ["measure"]

_COUNT = 50_000
_TIMES = 3


def measure(folder: Path) -> Result:
    documents.fill(folder, _COUNT)
    two, one = in_turns(_TIMES, lambda: run([*tools.linted(folder), "--jobs", "2"]), lambda: run(tools.linted(folder)))
    ratio = one.wall / two.wall
    return Result(
        (
            Row(
                f"`chanfix lint --jobs 2`, {_COUNT:,} documents",
                str(two),
                f"one process: {one}",
                f"{ratio:.2f} times faster",
                "at least 1.7 times faster",
                ratio >= 1.7,
            ),
        )
    )
