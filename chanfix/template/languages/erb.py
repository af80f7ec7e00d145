"""ERB: Ruby between ``<%`` and ``%>``. Of Ruby only what opens, closes and leaves a block is read."""

from __future__ import annotations

import re

from chanfix.template.construct import Construct, Flow, Role, TemplateError
from chanfix.template.languages.scan import NEVER_CLOSED, without_strings
from chanfix.template.languages.steps import FUNCTION, Steps
from chanfix.xml.span import Span

__all__ = ["find"]

_CONSTRUCT = re.compile(rb"<%(?!%)(?P<kind>[=#-]?)(?P<code>.*?)(?:(?P<end>-?%>)|\Z)", re.DOTALL)
_STRING = re.compile(
    rb""""(?:\\.|[^"\\])*(?:"|\Z)|'(?:\\.|[^'\\])*(?:'|\Z)|(?m:(?:^|(?<=\s))#[^{\r\n][^\r\n]*)""", re.DOTALL
)
_TOKEN = re.compile(rb"[:@$.]*[A-Za-z_]\w*(?:[?!](?!=)|:(?!:))?|->|=(?![=~>])|\|\||&&|[^\S\r\n]+|\s|\S")
_LOOPS = (b"while", b"until", b"for")
_OPENERS = (b"if", b"unless", b"case", b"begin", b"def", b"class", b"module", *_LOOPS)
_MIDDLES = (b"elsif", b"else", b"when", b"in")
_AGAIN = (b"rescue", b"ensure")
_JUMPS = (b"next", b"break", b"return", b"redo", b"throw", b"raise", b"exit")
# Behind any of these a statement or an expression begins, where "if" opens a block; elsewhere it only asks.
_BEGINNINGS = (b"\n", b"\r", b";", b"(", b"=", b"{", b"||", b"&&", b"else", b"then", b"begin", b"ensure", b"and", b"or")
# The text in a block of these is put out by something else.
_KEPT = (b"content_for", b"capture", b"lambda", b"proc", b"->", b"define_method")


def find(data: bytes, encoding: str) -> list[Construct]:
    """Return the constructs in the order of the text. Raises ``TemplateError``."""
    constructs: list[Construct] = []
    blocks: list[str] = []
    for match in _CONSTRUCT.finditer(data):
        if not match["end"]:
            raise TemplateError(NEVER_CLOSED, match.start())
        span = Span(*match.span())
        if match["kind"] == b"#":
            constructs.append(Construct(span, Role.SILENT))
            continue
        steps = Steps(blocks)
        if match["kind"] == b"=":
            steps.output(span.start)
        _read(without_strings(match["code"], _STRING), match.start("code"), steps)
        constructs += steps.constructs(span)
    return constructs


def _read(code: bytes, offset: int, steps: Steps) -> None:
    begins, awaits_do, flow = True, False, Flow.CHOICE
    for match in _TOKEN.finditer(code):
        token, at = match[0], offset + match.start()
        if token.isspace() and token not in (b"\n", b"\r"):
            continue
        if token in (b"\n", b"\r", b";"):
            awaits_do, flow = False, Flow.CHOICE
        elif token in _KEPT:
            flow = Flow.ELSEWHERE
        elif token == b"do" or token == b"{":
            # "while x do" is one block.
            if not awaits_do:
                steps.open(at, flow, FUNCTION)
            awaits_do = False
        elif token in (b"end", b"}"):
            steps.close(at)
        elif token in _JUMPS:
            steps.jump(at)
        elif begins:
            _begin(token, at, steps)
            awaits_do = awaits_do or token in _LOOPS
        begins = token in _BEGINNINGS


def _begin(token: bytes, at: int, steps: Steps) -> None:
    """Read the first word of a statement."""
    if token in _OPENERS:
        steps.open(at, Flow.ELSEWHERE if token == b"def" else Flow.CHOICE, token.decode("ascii"))
    elif token in _AGAIN or (token == b"else" and steps.blocks[-1:] == ["begin"]):
        steps.again(at)
    elif token in _MIDDLES:
        steps.middle(at)
