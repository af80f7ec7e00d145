"""Ten and a hundred times as much: time and memory."""

from __future__ import annotations

from math import log
from pathlib import Path

from benchmarks import documents, tools
from benchmarks.result import Result, Row
from benchmarks.timing import Cost, in_turns, run

__all__ = ["measure"]

_DOCUMENTS = (1_000, 10_000, 100_000)
_DEVICES = (10, 100, 1_000, 10_000, 100_000)
# In MB.
_MEMORY = 150
# The exponent of growth between the two largest sizes: 1 is linear, 2 is the square.
_LINEAR = 1.1


def measure(folder: Path) -> Result:
    by_documents = {}
    for count in _DOCUMENTS:
        documents.fill(folder / "many", count)
        by_documents[count] = run(tools.linted(folder / "many"))
    by_devices = {}
    for count in _DEVICES:
        path = folder / f"{count}.xml"
        path.write_bytes(documents.one_domain(count))
        [by_devices[count]] = in_turns(3, lambda path=path: run(tools.linted(path)))
    start = by_devices[_DEVICES[0]]
    return Result(
        (
            _row("documents", by_documents, start),
            _memory(by_documents),
            _row("devices of one document", by_devices, start),
        ),
        series={
            "documents": {count: cost.cpu for count, cost in by_documents.items()},
            "devices of one document": {count: cost.cpu for count, cost in by_devices.items()},
        },
    )


def _row(what: str, costs: dict[int, Cost], start: Cost) -> Row:
    small, large = sorted(costs)[-2:]
    exponent = log((costs[large].cpu - start.cpu) / (costs[small].cpu - start.cpu)) / log(large / small)
    return Row(
        f"`chanfix lint`, {' / '.join(f'{count:,}' for count in costs)} {what}",
        " / ".join(str(cost) for cost in costs.values()),
        "",
        f"grows with the power {exponent:.2f}",
        "linear",
        exponent <= _LINEAR,
    )


def _memory(costs: dict[int, Cost]) -> Row:
    peak = max(cost.memory for cost in costs.values())
    return Row(
        "their memory",
        " / ".join(f"{cost.memory:.0f} MB" for cost in costs.values()),
        "",
        f"{peak:.0f} MB at most",
        f"under {_MEMORY} MB",
        peak < _MEMORY,
    )
