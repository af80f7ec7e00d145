"""``python -m benchmarks [MEASURE...]``: all measures into RESULTS.md, or some of them to be looked at."""

from __future__ import annotations

import compileall
import gc
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import chanfix
from benchmarks import documents, tools
from benchmarks.measures import MEASURES
from benchmarks.plot import plot, plot_stacks
from benchmarks.result import Result

_HERE = Path(__file__).resolve().parent


def main(names: list[str]) -> int:
    if unknown := set(names) - MEASURES.keys():
        print(f"no measure is called {', '.join(sorted(unknown))}; there are {', '.join(MEASURES)}", file=sys.stderr)
        return 2
    # As after an installation: nobody measures the compiler.
    compileall.compile_dir(str(Path(chanfix.__file__).parent), quiet=2)
    # What is measured in this process has the garbage collector of the command (``chanfix/__main__.py``).
    gc.set_threshold(50_000)
    results = {name: _measured(name) for name in names or MEASURES}
    if not names:
        page = _page(results)
        (_HERE / "RESULTS.md").write_text(page)
        series = {name: values for result in results.values() for name, values in result.series.items()}
        (_HERE / "growth.svg").write_text(plot(series))
        stacks = {name: parts for result in results.values() for name, parts in result.stacks.items()}
        (_HERE / "layers.svg").write_text(plot_stacks(stacks))
        print(f"written: {_HERE / 'RESULTS.md'}")
    return 0


def _measured(name: str) -> Result:
    # On a disk: /tmp may be memory, which is not what files are in.
    with tempfile.TemporaryDirectory(prefix="chanfix-bench-", dir="/var/tmp") as folder:
        result = MEASURES[name](Path(folder))
    for row in result.rows:
        print(f"{'reached' if row.reached else 'MISSED '}  {row.measure}: {row.ours}; {row.ratio} ({row.target})")
        if row.theirs:
            print(f"         {row.theirs}")
    sys.stdout.flush()
    return result


def _page(results: dict[str, Result]) -> str:
    rows = [row for result in results.values() for row in result.rows]
    cells = [
        (row.measure, row.ours, row.theirs, row.ratio, row.target, "yes" if row.reached else "**no**") for row in rows
    ]
    notes = [note for result in results.values() for note in result.notes]
    return "\n".join(
        [
            "# How fast chanfix is",
            "",
            f"Written by `scripts/bench` on {datetime.now(UTC):%Y-%m-%d}. Medians of runs in turns; in brackets the",
            "seconds of processors, user and system together.",
            "",
            f"- Machine: {tools.machine()}",
            f"- Versions: {', '.join(f'{name} {version}' for name, version in tools.versions().items())}",
            f"- Documents: {documents.corpus_name()}",
            *(f"- {note}" for note in notes),
            "",
            "| measure | chanfix | beside | ratio | to reach | reached |",
            "| --- | --- | --- | --- | --- | --- |",
            *(f"| {' | '.join(line)} |" for line in cells),
            "",
            "![Time by the number of documents, of devices in one, and of hosts](growth.svg)",
            "",
            "![What a short run is made of: Python, click, lxml, our own modules, and the work](layers.svg)",
            "",
        ]
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
