"""Terraform's templates: directives in ``%{}`` and interpolations in ``${}``; doubled, the sign is text."""

from __future__ import annotations

import re

from chanfix.template.construct import Construct, Flow, Role
from chanfix.template.languages.scan import end_of_interpolation
from chanfix.xml.span import Span

__all__ = ["find", "looks_like_terraform"]

_START = re.compile(rb"\$\$\{|%%\{|(?P<sign>[$%])\{~?\s*(?P<word>\w*)")
_OWN = re.compile(rb"(?<!%)%\{~?\s*(?:if|for|else|endif|endfor)\b|(?<!\$)\$\{~?[^{}\r\n]*[\s(\"\[]")


def looks_like_terraform(data: bytes) -> bool:
    """Return True if a text has Terraform's directives, or expressions in ``${}`` where others have a name."""
    return _OWN.search(data) is not None


def find(data: bytes, encoding: str) -> list[Construct]:
    """Return the constructs in the order of the text. Raises ``TemplateError``."""
    constructs: list[Construct] = []
    at = 0
    while match := _START.search(data, at):
        at = match.end()
        if match["sign"]:
            at = end_of_interpolation(data, match.start(), match.start() + 2)
            constructs.append(Construct(Span(match.start(), at), *_meaning(match["sign"], match["word"])))
    return constructs


def _meaning(sign: bytes, word: bytes) -> tuple[Role, Flow, str]:
    if sign == b"%":
        match word:
            case b"if" | b"for":
                return Role.OPEN, Flow.CHOICE, word.decode("ascii")
            case b"else":
                return Role.MIDDLE, Flow.ONCE, "if"
            case b"endif" | b"endfor":
                return Role.CLOSE, Flow.ONCE, word[3:].decode("ascii")
    return Role.OUTPUT, Flow.ONCE, ""
