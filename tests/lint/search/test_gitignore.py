"""How the lines of a list work together, what is no pattern, and how long it takes; more in ``test_beside_git.py``."""

import os
import subprocess
import sys

import pytest

from chanfix.lint.search.gitignore import Patterns, is_pattern

HOSTILE = """
from chanfix.lint.search.gitignore import Patterns
for line, name in [
    ("*a" * 60 + "*b", "a" * 250 + ".xml"),
    ("*a?[ab]" * 30 + "*b", "a" * 250 + ".xml"),
    ("*a" * 60 + "*l", "a" * 250 + ".xml"),
    ("*" * 80 + "old/**", "a" * 250 + ".xml"),
    ("*" * 100_000 + "b", "a" * 250),
    ("**/a*a/" * 40 + "b", "aaaa/" * 500 + "c"),
    ("**/*a*/" * 40 + "**", "aaaa/" * 500 + "c"),
    ("[" + "[:" * 50_000 + "]", "a"),
    ("[[:" * 50_000, "a"),
]:
    print(Patterns("/x", (line,)).verdict(f"/x/{name}"))
"""


@pytest.mark.parametrize(
    ("lines", "path", "expected"),
    [
        (["*", "!base/"], "base/", False),
        (["!base/", "*"], "base/", True),
        (["base/"], "base/", True),
        (["base/"], "base", None),
        (["base/"], "base/a.xml", None),
        (["*", "!base/"], "base/a.xml", True),
        (["*.xml", "!base/a.xml"], "base/a.xml", False),
        (["/a.xml", "x/"], "base/a.xml", None),
    ],
)
def test_the_last_line_that_matches_decides_and_folders_above_do_not(lines, path, expected):
    patterns = Patterns("/x", tuple(lines))
    assert patterns.verdict(f"/x/{path.rstrip('/')}", is_folder=path.endswith("/")) is expected


@pytest.mark.parametrize(
    ("lines", "path", "expected"),
    [
        (["old/"], "old/a/b.xml", True),
        (["old/", "!old/a/b.xml"], "old/a/b.xml", True),
        (["old/", "!old/"], "old/a/b.xml", False),
        (["old/*", "!old/a/"], "old/a/b.xml", False),
        (["old/"], "new/old", False),
        (["x/"], "b.xml", False),  # the list's own folder
    ],
)
def test_a_path_is_covered_with_a_folder_above_it(lines, path, expected):
    assert Patterns("/x", tuple(lines)).covers(f"/x/{path}") is expected


def test_of_paths_outside_of_its_folder_a_list_says_nothing():
    assert Patterns("/x/y", ("*",)).verdict("/x/z.xml") is None
    assert Patterns("/x/y", ("*",)).verdict("/x/y", is_folder=True) is None
    assert Patterns("/", ("*",)).verdict("/z.xml") is True


def test_many_stars_and_a_long_name_come_to_an_end():
    command = [sys.executable, "-c", HOSTILE]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run(command, check=True, capture_output=True, text=True, env=environment, timeout=300)
    assert run.stdout.split() == ["None", "None", "True", "None", "None", "None", "True", "None", "None"]


@pytest.mark.parametrize(
    "line", ["", "  ", "# a.xml", "!", "/", "!/", "a.xml\\", "[a.xml", "[!].xml", "[[:alpha:].xml", "[[:letter:]].xml"]
)
def test_a_line_that_is_no_pattern_does_nothing(line):
    assert not is_pattern(line)
    assert Patterns("/x", (line, "b.xml")).verdict("/x/a.xml") is None
    assert Patterns("/x", (line, "b.xml")).verdict("/x/b.xml") is True


@pytest.mark.parametrize("line", ["[[a].xml", "[a&&b].xml", "[a||b].xml", "[a~~b].xml", "[a-z--].xml", "[z-ya].xml"])
def test_a_set_that_re_could_misread_is_a_pattern_without_a_warning(line):
    assert is_pattern(line)
    assert Patterns("/x", (line,)).verdict("/x/a.xml") is True


@pytest.mark.parametrize("name", ["é.xml", "\udcff\udcfe.xml", "a\n.xml"])
def test_a_name_is_matched_byte_by_byte_whatever_it_holds(name):
    assert Patterns("/x", ("??.xml",)).verdict(f"/x/{name}") is True
    assert Patterns("/x", (name,)).verdict(f"/x/{name}") is True
