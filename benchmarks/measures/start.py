"""The shortest runs: what Python and two libraries cost, and what comes on top."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks import tools
from benchmarks.documents import one_domain
from benchmarks.result import Result, Row
from benchmarks.timing import Cost, in_turns, run

__all__ = ["measure"]

_TIMES = 25


def measure(folder: Path) -> Result:
    path = folder / "guest.xml"
    path.write_bytes(one_domain(10))
    lint, imports = in_turns(
        _TIMES,
        lambda: run([tools.chanfix, "lint", str(path)]),
        lambda: run([sys.executable, "-c", "import lxml.etree, click"]),
    )
    return Result((_row("`chanfix lint ONE_FILE`", lint, "`python -c 'import lxml.etree, click'`", imports, 1.7),))


def _row(ours: str, our_cost: Cost, theirs: str, their_cost: Cost, limit: float) -> Row:
    ratio = our_cost.wall / their_cost.wall
    return Row(
        ours,
        str(our_cost),
        f"{theirs}: {their_cost}",
        f"{ratio:.2f} times as long",
        f"at most {limit} times",
        ratio <= limit,
    )
