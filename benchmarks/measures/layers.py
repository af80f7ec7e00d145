"""What a short run is made of: the interpreter, click, lxml, our own modules, and the work itself."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

from benchmarks import tools
from benchmarks.result import Result, Row
from benchmarks.timing import Cost, in_turns, run

__all__ = ["measure"]

_TIMES = 25
_LAYERS = ("Python", "click", "lxml", "own modules", "work")
_EXAMPLE = Path(__file__).resolve().parent.parent.parent / "examples" / "guest.xml"
# Each import is measured as the command does it: with its garbage collection, and its end.
_IMPORTS = (
    "import gc, importlib, os; gc.set_threshold(50_000); [importlib.import_module(name) for name in {}]; os._exit(0)"
)
_NAMES = """
import json, sys
from chanfix.cli import main
main(sys.argv[1:])
print(json.dumps([name for name in sys.modules if name.partition(".")[0] == "chanfix"]), file=sys.stderr)
"""


def measure(folder: Path) -> Result:
    path = folder / "guest.xml"
    path.write_bytes(_EXAMPLE.read_bytes())
    roads = {
        "`chanfix add FILE`": ["add", "--check", str(path)],
        "`chanfix lint FILE`": ["lint", "--no-config", str(path)],
    }
    stacks = {name: _stack(arguments) for name, arguments in roads.items()}
    return Result(tuple(_row(name, stack) for name, stack in stacks.items()), stacks=stacks)


def _stack(arguments: list[str]) -> dict[str, float]:
    """Return the seconds of processors that each layer adds to those below it."""
    own = _modules(arguments)
    imports = ([], ["click"], ["click", "lxml.etree"], ["click", "lxml.etree", *own])
    costs = in_turns(
        _TIMES,
        *(lambda names=names: run([sys.executable, "-c", _IMPORTS.format(names)]) for names in imports),
        lambda: run([tools.chanfix, *arguments]),
    )
    return dict(zip(_LAYERS, _added(costs), strict=True))


def _added(costs: list[Cost]) -> list[float]:
    return [costs[0].cpu, *(max(0.0, more.cpu - less.cpu) for less, more in pairwise(costs))]


def _modules(arguments: list[str]) -> list[str]:
    """Return our own modules that a command imports, in the order in which it does."""
    command = [sys.executable, "-c", _NAMES, *arguments]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stderr
    names: list[str] = json.loads(said.splitlines()[-1])
    return names


def _row(name: str, stack: dict[str, float]) -> Row:
    parts = ", ".join(f"{layer} {seconds * 1000:.0f} ms" for layer, seconds in stack.items())
    return Row(
        f"what {name} takes", parts, "", f"{sum(stack.values()) * 1000:.0f} ms of a processor", "a figure only", True
    )
