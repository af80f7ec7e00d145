"""FreeMarker: directives in ``<#name>``, macros in ``<@name>``, interpolations in ``${}``."""

from __future__ import annotations

import re

from chanfix.template.construct import Construct, Flow, Role, TemplateError
from chanfix.template.languages.scan import NEVER_CLOSED, end_of_expression
from chanfix.template.languages.steps import again, output_and_open
from chanfix.xml.span import Span

__all__ = ["find", "looks_like_freemarker"]

_OWN = re.compile(rb"</?#[a-z]|<#--|</?@[A-Za-z]")
_START = re.compile(rb"<#--|[$#]\{|<(?P<end>/?)(?P<kind>[#@])(?P<word>[\w.]*)")
_BRACKET = re.compile(rb"""[()\[\]{}]|>|"(?:\\.|[^"\\])*(?:"|\Z)|'(?:\\.|[^'\\])*(?:'|\Z)""", re.DOTALL)
_DEEPER = (b"(", b"[", b"{")
_FLOWS = {
    "if": Flow.CHOICE,
    "list": Flow.CHOICE,
    "foreach": Flow.CHOICE,
    "items": Flow.CHOICE,
    "switch": Flow.CHOICE,
    "attempt": Flow.CHOICE,
    "compress": Flow.ONCE,
    "escape": Flow.ONCE,
    "noescape": Flow.ONCE,
    "autoesc": Flow.ONCE,
    "noautoesc": Flow.ONCE,
    "outputformat": Flow.ONCE,
    "macro": Flow.ELSEWHERE,
    "function": Flow.ELSEWHERE,
}
_VARIABLES = ("assign", "local", "global")
_AGAIN = ("case", "default", "on", "recover")
_JUMPS = ("continue", "return", "stop")
_SILENT = ("ftl", "setting", "import", "t", "lt", "rt", "nt", "flush", *_VARIABLES)


def looks_like_freemarker(data: bytes) -> bool:
    """Return True if a text has tags that only FreeMarker writes so."""
    return _OWN.search(data) is not None


def find(data: bytes, encoding: str) -> list[Construct]:
    """Return the constructs in the order of the text. Raises ``TemplateError``."""
    constructs: list[Construct] = []
    blocks: list[str] = []
    at = 0
    while match := _START.search(data, at):
        start = match.start()
        if match[0] == b"<#--":
            at = _after(data, b"-->", start)
            constructs.append(Construct(Span(start, at), Role.SILENT))
        elif not match["kind"]:
            at = end_of_expression(data, start, match.end())
            constructs.append(Construct(Span(start, at), Role.OUTPUT))
        elif match["word"] == b"noparse":
            at = _noparse(data, start, constructs)
        else:
            at = _end_of_tag(data, start, match.end())
            span, word = Span(start, at), match["word"].decode("latin-1")
            constructs += _tag(span, match["kind"], word, match["end"], data[match.end() : at - 1], blocks)
    return constructs


def _tag(span: Span, kind: bytes, word: str, end: bytes, rest: bytes, blocks: list[str]) -> list[Construct]:
    is_whole = rest.endswith(b"/")
    if end:
        if blocks:
            blocks.pop()
        # A macro may be ended without its name.
        return [Construct(span, Role.CLOSE, word=word if kind == b"#" else "@")]
    if kind == b"@":
        if is_whole:
            return [Construct(span, Role.OUTPUT)]
        blocks.append("@")
        return output_and_open(span, Flow.CHOICE, "@")
    is_caught = word in _VARIABLES and b"=" not in rest and not is_whole
    if word in _FLOWS or is_caught:
        blocks.append(word)
        return [Construct(span, Role.OPEN, _FLOWS.get(word, Flow.ELSEWHERE), word)]
    if word == "sep":
        # It may be ended, and need not be: what is behind it in the loop may be missing.
        return [Construct(span, Role.JUMP)]
    if word in _AGAIN:
        return again(span, blocks[-1] if blocks else "")
    if word in ("else", "elseif"):
        return [Construct(span, Role.MIDDLE)]
    if word in _JUMPS or (word == "break" and _left_by_break(blocks) != "switch"):
        return [Construct(span, Role.JUMP)]
    return [Construct(span, Role.SILENT if word in (*_SILENT, "break") else Role.OUTPUT)]


def _left_by_break(blocks: list[str]) -> str:
    return next((word for word in reversed(blocks[-100:]) if word in ("switch", "list", "foreach", "items")), "")


def _noparse(data: bytes, start: int, constructs: list[Construct]) -> int:
    end = _after(data, b">", start)
    ended = data.find(b"</#noparse", end)
    if ended < 0:
        raise TemplateError(NEVER_CLOSED, start)
    at = _after(data, b">", ended)
    constructs += [Construct(Span(start, end), Role.SILENT), Construct(Span(ended, at), Role.SILENT)]
    return at


def _after(data: bytes, mark: bytes, start: int) -> int:
    end = data.find(mark, start)
    if end < 0:
        raise TemplateError(NEVER_CLOSED, start)
    return end + len(mark)


def _end_of_tag(data: bytes, start: int, at: int) -> int:
    depth = 0
    for match in _BRACKET.finditer(data, at):
        if match[0] in _DEEPER:
            depth += 1
        elif match[0] in (b")", b"]", b"}"):
            depth -= 1
        elif match[0] == b">" and depth <= 0:
            return match.end()
    raise TemplateError(NEVER_CLOSED, start)
