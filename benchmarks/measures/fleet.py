"""``chanfix audit`` over ten, a hundred and a thousand hosts of libvirt's test driver, with fifty domains each."""

from __future__ import annotations

from math import log
from pathlib import Path

from benchmarks import documents, tools
from benchmarks.result import Result, Row
from benchmarks.timing import Cost, run

__all__ = ["measure"]

_HOSTS = (10, 100, 1_000)
_DOMAINS = 50
# In MB.
_MEMORY = 150
_LINEAR = 1.1


def measure(folder: Path) -> Result:
    for number in range(max(_HOSTS)):
        _write_host(folder / f"{number}.xml", number)
    costs = {count: _audited(folder, count) for count in _HOSTS}
    small, large = _HOSTS[-2:]
    # From one size to the next: what a process takes to start is in both.
    exponent = log((costs[large].cpu - costs[_HOSTS[0]].cpu) / (costs[small].cpu - costs[_HOSTS[0]].cpu)) / log(
        (large - _HOSTS[0]) / (small - _HOSTS[0])
    )
    peak = max(cost.memory for cost in costs.values())
    return Result(
        (
            Row(
                f"`chanfix audit`, {' / '.join(f'{count:,}' for count in _HOSTS)} hosts of {_DOMAINS} domains",
                " / ".join(str(cost) for cost in costs.values()),
                "",
                f"grows with the power {exponent:.2f}",
                "linear",
                exponent <= _LINEAR,
            ),
            Row(
                "its memory",
                " / ".join(f"{cost.memory:.0f} MB" for cost in costs.values()),
                "",
                f"{peak:.0f} MB at most",
                f"under {_MEMORY} MB",
                peak < _MEMORY,
            ),
        ),
        series={"hosts of an audit": {count: cost.cpu for count, cost in costs.items()}},
    )


def _audited(folder: Path, count: int) -> Cost:
    hosts = folder / "hosts.txt"
    hosts.write_text("".join(f"h{number} test://{folder}/{number}.xml\n" for number in range(count)))
    report = folder / "report.html"
    options = ["--no-config", "--hosts", str(hosts), "--output-format", "html", "--output", str(report)]
    return run([tools.chanfix, "audit", *options])


def _write_host(path: Path, number: int) -> None:
    """Write a host of which every fifth domain has a slip in the name of its port."""
    right, wrong = (f"<target type='virtio' name='org.qemu.guest_agent{end}'/>" for end in (".0", ""))
    domains = (documents.domain_of("", f"vm{number}-{each}", right if each % 5 else wrong) for each in range(_DOMAINS))
    path.write_bytes(b"<node>" + b"".join(domains) + b"</node>")
