"""Regular expressions that mean the same to each Python that chanfix runs on.

Before Python 3.11.5 a possessive repeat goes on from where its last attempt failed, not from where that began, when the
attempt looked ahead or repeated something (python/cpython, issues 100061 and 106052). A last choice that never matches,
``(?!)``, fails where the attempt began.
"""

import ast
import re
from pathlib import Path

import chanfix

PACKAGE = Path(chanfix.__file__).parent
END = re.compile(r"\)(?:[*+?]|\{\d*,?\d*\})\+")
PART = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()]", re.DOTALL)


def groups(pattern):
    """Yield what stands in each group of a pattern that is repeated possessively."""
    begins = []
    for part in PART.finditer(pattern):
        if part[0] == "(":
            begins.append(part.end())
        elif part[0] == ")" and begins:
            begin = begins.pop()
            if END.match(pattern, part.start()):
                yield pattern[begin : part.start()]


def patterns():
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes):
                value = node.value
                yield path, value.decode("latin-1") if isinstance(value, bytes) else value


def test_possessive_groups_that_look_ahead_end_with_the_choice_that_never_matches():
    found = [(path.name, group) for path, pattern in patterns() for group in groups(pattern)]
    assert len(found) > 30
    looking = [(name, group) for name, group in found if re.search(r"\(\?[=!](?!\))|\.\*\?", group)]
    assert len(looking) > 10
    assert [(name, group) for name, group in looking if "(?!)" not in group] == []


def test_groups_are_found():
    assert list(groups(r"(?:a|(b)*+)++[)(]\((?:c)+(?:d){2,}+")) == ["b", "?:a|(b)*+", "?:d"]
