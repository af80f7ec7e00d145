"""Words that make a reader read twice do not come back into docstrings, messages and help texts.

For each folder there is the number of them that is left. It may only go down: lower it with the count.
"""

import ast
import re
from pathlib import Path

import pytest

import chanfix

PACKAGE = Path(chanfix.__file__).parent

# What to write instead: Return True if; again; fix; report; treat as, read as; the noun.
RIDDLES = re.compile(
    r"""
    \b(?:
        (?:say|tell)s?\ whether
        | anew
        | (?:un)?mend(?:s|ed|ing)?
        | (?:tells?|told)\ of
        | (?:take|takes|took|taken|taking)\ (?:it|them|him|one|this|that|these|those)\ for
        | (?:is|are)\ none\ of
        | has\ enough\ of
        | whoever
        | goes?\ by\ the
    )\b
    """,
    re.IGNORECASE | re.VERBOSE,
)

LEFT: dict[str, int] = {}


def texts(path):
    """The texts of a module: docstrings, messages and all other strings."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def riddles(folder):
    paths = sorted(folder.rglob("*.py")) if folder.is_dir() else [folder]
    return [
        f"{path.relative_to(PACKAGE)}:{line}: {match[0]}"
        for path in paths
        for line, text in texts(path)
        for match in RIDDLES.finditer(text)
    ]


def folders():
    return sorted(path for path in PACKAGE.iterdir() if path.is_dir() or path.suffix == ".py")


@pytest.mark.parametrize("folder", folders(), ids=lambda path: path.name)
def test_texts_have_no_more_riddles_than_are_left(folder):
    found = riddles(folder)
    assert len(found) <= LEFT.get(folder.name, 0), "\n".join(found)


@pytest.mark.parametrize(
    "text",
    ["Say whether it is one.", "made anew", "Mend what can be mended.", "who is told of it", "takes it for an agent's"],
)
def test_riddle_is_found(text):
    assert RIDDLES.search(text)


@pytest.mark.parametrize("text", ["Return True if the port is free.", "a recommended amendment", "takes 30 seconds"])
def test_plain_sentence_is_none(text):
    assert not RIDDLES.search(text)
