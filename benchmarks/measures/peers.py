"""Whole processes over the corpus, beside those that check against libvirt's schema and nothing else."""

from __future__ import annotations

from pathlib import Path

from benchmarks import documents, tools
from benchmarks.result import Result, Row
from benchmarks.timing import Cost, in_turns, run

__all__ = ["measure"]

_TIMES = 11
# virt-xml-validate takes a process for each file: one file in so many stands for all.
_EVERY = 16


def measure(folder: Path) -> Result:
    paths = documents.corpus(folder)
    validate = tools.need("virt-xml-validate", "libvirt-clients")
    xmllint = [tools.need("xmllint", "libxml2-utils"), "--noout", "--relaxng", str(tools.schema()), *map(str, paths)]
    some = paths[::_EVERY]

    def each() -> Cost:
        costs = [run([validate, str(path), "domain"], statuses=range(6)) for path in some]
        scale = len(paths) / len(some)
        return Cost(scale * sum(cost.wall for cost in costs), scale * sum(cost.cpu for cost in costs))

    def at_once() -> Cost:
        return run(xmllint, statuses=range(6))

    [theirs] = in_turns(1, each)
    one, two, xml = in_turns(
        _TIMES, lambda: run(tools.linted(folder)), lambda: run([*tools.linted(folder), "--jobs", "2"]), at_once
    )
    return Result(
        (
            Row(
                f"`chanfix lint`, the whole process, {len(paths)} documents",
                str(one),
                f"virt-xml-validate, once for each file: {theirs}",
                f"{theirs.wall / one.wall:.0f} times faster",
                "at least 30 times faster",
                theirs.wall / one.wall >= 30,
            ),
            Row(
                "the same",
                str(one),
                f"xmllint --relaxng, all files at once: {xml}",
                f"{one.wall / xml.wall:.2f} times as long",
                "at most 1.6 times",
                one.wall <= 1.6 * xml.wall,
            ),
            Row(
                "the same with `--jobs 2`",
                str(two),
                f"xmllint --relaxng, all files at once: {xml}",
                f"{two.wall / xml.wall:.2f} times as long",
                "faster",
                two.wall < xml.wall,
            ),
        ),
        notes=(f"virt-xml-validate was run for every {_EVERY}th file, and its time multiplied.",),
    )
