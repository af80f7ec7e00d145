"""Code with braces between ``<%`` and ``%>``: JavaScript (EJS, lodash), Java (JSP) and Puppet (EPP)."""

from __future__ import annotations

import re

from chanfix.template.construct import Construct, Role, TemplateError
from chanfix.template.languages.braces import read_braces
from chanfix.template.languages.scan import NEVER_CLOSED, without_strings
from chanfix.template.languages.steps import Steps
from chanfix.xml.span import Span

__all__ = ["find", "looks_like_ejs"]

_CONSTRUCT = re.compile(rb"<%(?!%)(?P<kind>[=#@!_-]?)(?P<code>.*?)(?:(?P<end>[-_]?%>)|\Z)", re.DOTALL)
_STRING = re.compile(
    rb"""//[^\r\n]*|/\*.*?(?:\*/|\Z)|"(?:\\.|[^"\\\r\n])*"?|'(?:\\.|[^'\\\r\n])*'?|`(?:\\.|[^`\\])*`?""", re.DOTALL
)
_BRACES = re.compile(rb"<%[_-]?(?!=)\s*\}|\{\s*(?:\|[^|%]*\|\s*)?[-_]?%>|<%_|_%>|<%-\s*include\b|<%@")
_RUBY = re.compile(
    rb"<%-?\s*(?:end|else|elsif\b[^{%]*|when\b[^%]*)\s*-?%>|\bdo\s*(?:\|[^|%]*\|\s*)?-?%>|\{\s*\|[^|%]*\|\s*-?%>"
)
_PARAMETERS = re.compile(rb"<%-\s*\|")


def looks_like_ejs(data: bytes) -> bool:
    """Return True if the code of a text with ``<%`` has braces where Ruby has words."""
    if _PARAMETERS.search(data):
        return True
    return _BRACES.search(data) is not None and _RUBY.search(data) is None


def find(data: bytes, encoding: str) -> list[Construct]:
    """Return the constructs in the order of the text. Raises ``TemplateError``."""
    constructs: list[Construct] = []
    blocks: list[str] = []
    for match in _CONSTRUCT.finditer(data):
        if not match["end"]:
            raise TemplateError(NEVER_CLOSED, match.start())
        constructs += _constructs(match, blocks)
    return constructs


def _constructs(match: re.Match[bytes], blocks: list[str]) -> list[Construct]:
    span, kind, code = Span(*match.span()), match["kind"], match["code"]
    # JSP has comments in two dashes, and directives.
    is_aside = kind in (b"#", b"!") or (kind == b"-" and code.startswith(b"-"))
    if is_aside or kind == b"@":
        includes = kind == b"@" and code.split()[:1] == [b"include"]
        return [Construct(span, Role.OUTPUT if includes else Role.SILENT)]
    steps = Steps(blocks)
    if kind == b"=":
        steps.output(span.start)
    read_braces(without_strings(code, _STRING), match.start("code"), steps)
    return steps.constructs(span, Role.OUTPUT if kind == b"-" else Role.SILENT)
