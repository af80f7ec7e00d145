"""Patterns of files are matched as pathspec has it, and in no more time than their length asks for."""

import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from chanfix.lint.patterns import Patterns, is_pattern

PARTS = st.sampled_from(["a", "b", "*", "*", "***", "?", "/", "[ab]", "[!a]", "**/", "\\*", "-", "é"])
HOSTILE = """
from chanfix.lint.patterns import Patterns
print(Patterns("/x", ("*a" * 60 + "*b",)).verdict("/x/" + "a" * 250 + ".xml"))
print(Patterns("/x", ("*a?[ab]" * 30 + "*b",)).verdict("/x/" + "a" * 250 + ".xml"))
print(Patterns("/x", ("*a" * 60 + "*l",)).verdict("/x/" + "a" * 250 + ".xml"))
print(Patterns("/x", ("*" * 80 + "old/**",)).verdict("/x/" + "a" * 250 + ".xml"))
"""


@settings(max_examples=1000, deadline=None, derandomize=True)
@given(
    line=st.lists(PARTS, min_size=1, max_size=9).map("".join),
    name=st.text("ab/-é*", min_size=1, max_size=12).map(lambda text: text.strip("/") or "a"),
)
def test_a_name_matches_where_pathspec_says_so(line, name):
    if is_pattern(line):
        expected = GitIgnoreSpec.from_lines([line]).match_file(name) or None
        assert Patterns("/x", (line,)).verdict(f"/x/{name}") == expected


def test_many_stars_and_a_long_name_come_to_an_end():
    command = [sys.executable, "-c", HOSTILE]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run(command, check=True, capture_output=True, text=True, env=environment, timeout=300)
    assert run.stdout.split() == ["None", "None", "True", "None"]


@pytest.mark.parametrize("line", ["[z-a].xml", "*[a--b]", "[!r-f]"])
def test_a_range_that_runs_backwards_is_no_pattern_and_does_nothing(line):
    assert not is_pattern(line)
    assert Patterns("/x", (line, "b.xml")).verdict("/x/a.xml") is None
    assert Patterns("/x", (line, "b.xml")).verdict("/x/b.xml") is True


@pytest.mark.parametrize("line", ["[[a].xml", "[a&&b].xml", "[a||b].xml", "[a~~b].xml"])
def test_what_re_may_come_to_read_otherwise_is_a_pattern_without_a_warning(line):
    assert is_pattern(line)
    assert Patterns("/x", (line,)).verdict("/x/a.xml") is True
