"""PHP between ``<?php`` or ``<?=`` and ``?>``. Of its code only what opens, closes, leaves and prints is read."""

from __future__ import annotations

import re

from chanfix.template.construct import Construct, Role
from chanfix.template.languages.braces import read_braces
from chanfix.template.languages.scan import without_strings
from chanfix.template.languages.steps import Steps
from chanfix.xml.span import Span

__all__ = ["find", "looks_like_php"]

_PARTS = (
    rb'"(?:\\.|[^"\\])*(?:"|\Z)'
    rb"|'(?:\\.|[^'\\])*(?:'|\Z)"
    rb"|/\*.*?(?:\*/|\Z)"
    # The end of the code ends a comment of one line too.
    rb"|(?://|\#(?!\[))(?:(?!\?>)[^\r\n])*"
)
_STRING = re.compile(_PARTS, re.DOTALL)
_CONSTRUCT = re.compile(
    rb"<\?(?P<kind>php\b|=|(?=\s))(?P<code>(?>(?:[^\"'/#?]+|" + _PARTS + rb"|[/#]|\?(?!>))*))(?:\?>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_MARK = re.compile(rb"<\?(?:php\b|=)", re.IGNORECASE)
_ASSIGNMENT = re.compile(
    rb"\s*(?:\$\w+\s*(?:\[[^\]]*\]\s*)*[-+.*/?|]*=(?![=>])|use\b|namespace\b|declare\b|unset\b|\Z)"
)


def looks_like_php(data: bytes) -> bool:
    """Return True if a text holds PHP by its marks."""
    return _MARK.search(data) is not None


def find(data: bytes, encoding: str) -> list[Construct]:
    """Return the constructs in the order of the text."""
    constructs: list[Construct] = []
    blocks: list[str] = []
    for match in _CONSTRUCT.finditer(data):
        steps = Steps(blocks)
        if match["kind"] == b"=":
            steps.output(match.start())
        code = without_strings(match["code"], _STRING)
        read_braces(code, match.start("code"), steps, has_colons=True)
        constructs += steps.constructs(Span(*match.span()), _role(code))
    return constructs


def _role(code: bytes) -> Role:
    """Return what code without blocks does: only an assignment is known to print nothing."""
    statements = (statement for statement in code.split(b";"))
    return Role.SILENT if all(map(_ASSIGNMENT.match, statements)) else Role.OUTPUT
