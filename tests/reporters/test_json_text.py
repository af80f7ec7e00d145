"""What every JSON of chanfix has in common."""

import json

import pytest

from chanfix.reporters.json_text import as_json


@pytest.mark.parametrize(
    "value", ["##[group]x", "##vso[task.complete]", "a###[b", {"##[add-mask]": ["##[", "##"]}, ["##", ["#"]]]
)
def test_json_in_a_log_holds_no_command_of_a_runner(value):
    text = as_json(value)
    assert "##[" not in text
    assert "##vso[" not in text
    assert json.loads(text) == value


def test_json_holds_nothing_that_a_terminal_acts_on():
    value = {"\x7f": ["\x1b[2J\x9b\u202e\x7f"]}
    text = as_json(value)
    assert text.isascii()
    assert text.isprintable()
    assert json.loads(text) == value
