"""The linter beside the parser that it stands on, in one process: the same files, in turns."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import redirect_stdout, suppress
from pathlib import Path

from lxml import etree

from benchmarks import documents, tools
from benchmarks.result import Result, Row
from benchmarks.timing import Cost, call, in_turns
from chanfix.cli import main

__all__ = ["measure"]

_TIMES = 25
_OF_VOCABULARY = "unknown-name,unknown-value,needs-newer-libvirt"


def measure(folder: Path) -> Result:
    paths = documents.corpus(folder)
    relax_ng = etree.RelaxNG(file=str(tools.schema()))
    without, parsed = in_turns(
        _TIMES, _lint(folder, "--ignore", _OF_VOCABULARY), lambda: call(lambda: _read(paths, lambda tree: None))
    )
    with_all, validated = in_turns(
        _TIMES, _lint(folder), lambda: call(lambda: _read(paths, lambda tree: relax_ng.validate(tree)))
    )
    return Result(
        (
            _row("lint, without libvirt's vocabulary", without, "lxml: read, parse", parsed, 4.5),
            _row("lint", with_all, "lxml: read, parse, RELAX NG", validated, 1.4),
        )
    )


def _row(ours: str, our_cost: Cost, theirs: str, their_cost: Cost, limit: float) -> Row:
    ratio = our_cost.cpu / their_cost.cpu
    return Row(
        f"{ours}, one process, {len(documents.documents())} documents",
        str(our_cost),
        f"{theirs}: {their_cost}",
        f"{ratio:.2f} times as long",
        f"at most {limit:g} times",
        ratio <= limit,
    )


def _lint(folder: Path, *options: str) -> Callable[[], Cost]:
    # After the entry point: search, read, parse, lint, and the report for people, which nobody reads.
    command = ["lint", "--no-config", "--jobs", "1", *options, str(folder)]

    def lint() -> None:
        with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere):
            main(command)

    return lambda: call(lint)


def _read(paths: list[Path], then: Callable[[etree._Element], object]) -> None:
    for path in paths:
        with suppress(etree.XMLSyntaxError):
            then(etree.fromstring(path.read_bytes()))
