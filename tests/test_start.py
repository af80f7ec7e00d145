"""What short runs import, as a table: each module takes its share of a millisecond from everybody at each run."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "guest.xml"
PROBE = """
import click, lxml.etree, json, sys
before = set(sys.modules)
from chanfix.cli import main
main(sys.argv[1:])
print(json.dumps(sorted(set(sys.modules) - before)), file=sys.stderr)
"""
BOTH = {"cli", "domain", "embedded", "lint", "template", "xml"}
SMALL = {"errors", "escape", "files", "links", "named_tuple", "position", "resources", "secrets", "words"}
# The rooms of chanfix that a run goes through, and what it imports beside click, lxml and what these import.
ROADS = {
    "add": (["add", "--check", "guest.xml"], BOTH | {"rewrite"}, {"bisect"}),
    "lint": (
        ["lint", "--no-config", "--jobs", "1", "guest.xml"],
        BOTH | {"relaxng", "reporters"},
        {"bisect", "copy", "dataclasses", "string"},
    ),
}
# In the rooms of the road, and only for what most documents have not.
NOT_FOR_ADD = {
    "chanfix.domain.targets",
    "chanfix.domain.values",
    "chanfix.embedded.regions",
    "chanfix.lint.fix",
    "chanfix.lint.rules.libvirt",
    "chanfix.lint.rules.path",
    "chanfix.lint.source",
}


def imported(folder, arguments):
    (folder / "guest.xml").write_bytes(EXAMPLE.read_bytes())
    command = [sys.executable, "-c", PROBE, *arguments]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return json.loads(run.stderr.splitlines()[-1])


@pytest.mark.parametrize("road", ROADS)
def test_short_run_imports_what_it_needs(road, tmp_path):
    arguments, rooms, foreign = ROADS[road]
    modules = [name.split(".") for name in imported(tmp_path, arguments)]
    ours = {rest[0] for first, *rest in modules if first == "chanfix" and rest}
    assert ours - SMALL <= rooms
    # Parts of a package, such as encodings, and what is written in C in a module's place.
    others = {first for first, *rest in modules if first != "chanfix" and not rest and not first.startswith("_")}
    assert others <= foreign


def test_adding_the_channel_to_a_file_asks_no_rule_about_single_devices(tmp_path):
    assert NOT_FOR_ADD.isdisjoint(imported(tmp_path, ROADS["add"][0]))
