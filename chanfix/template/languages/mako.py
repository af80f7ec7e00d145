"""Mako: lines that start with ``%``, tags in ``<%``, and expressions in ``${}``."""

from __future__ import annotations

import re

from chanfix.template.construct import Construct, Flow, Role, TemplateError
from chanfix.template.languages.scan import NEVER_CLOSED, end_of_expression, without_strings
from chanfix.template.languages.steps import again, output_and_open
from chanfix.xml.span import Span

__all__ = ["find", "looks_like_mako"]

_OWN = re.compile(
    rb"^[ \t]*%[ \t]*(?:end(?:if|for|while|try|with)\b|(?:if|for|while|try|with)\b[^\r\n]*:[ \t]*(?:#[^\r\n]*)?$)"
    rb"|<%/?(?:def|block|doc|text|call|include|inherit|namespace|page)\b[^%]*?>|</%\w+:\w",
    re.MULTILINE,
)
_START = re.compile(
    rb"""^[ \t]*(?P<line>\#\#|%(?!%))(?P<code>(?:\\\r?\n|[^\r\n])*)
    |(?P<expression>\$\{)
    |</%[ \t]*(?P<ended>[^\s>]+)[ \t]*>
    |<%(?P<tag>[\w.:]+)(?P<attributes>(?>(?:\s+\w+|\s*=\s*|"[^"]*"|'[^']*'|\s*,\s*)*))\s*(?P<whole>/?)>
    |(?P<block><%!?)
    |(?P<joined>\\)(?=\r?\n)
    """,
    re.MULTILINE | re.VERBOSE,
)
_STRING = re.compile(
    rb"""'{3}.*?(?:'{3}|\Z)|"{3}.*?(?:"{3}|\Z)|"(?:\\.|[^"\\\r\n])*"?|'(?:\\.|[^'\\\r\n])*'?|\#[^\r\n]*""", re.DOTALL
)
_CODE_END = re.compile(
    rb"""(?>(?:'{3}.*?'{3}|"{3}.*?"{3}|"(?:\\.|[^"\\\r\n])*"|'(?:\\.|[^'\\\r\n])*'|\#[^\r\n]*|[^"'\#%]|%(?!>))*)%>""",
    re.DOTALL,
)
_JUMP = re.compile(rb"\b(?:continue|break|return|raise)\b")
_WRITES = re.compile(rb"\bcontext\.write\b|\bcaller\.|\bprint\b")
_LINES = {"if": Flow.CHOICE, "for": Flow.CHOICE, "while": Flow.CHOICE, "try": Flow.CHOICE, "with": Flow.ONCE}
_MIDDLES = ("elif", "else", "except", "finally")
_SILENT = ("page", "namespace")


def looks_like_mako(data: bytes) -> bool:
    """Return True if a text has lines or tags that only Mako writes so."""
    return _OWN.search(data) is not None


def find(data: bytes, encoding: str) -> list[Construct]:
    """Return the constructs in the order of the text. Raises ``TemplateError``."""
    constructs: list[Construct] = []
    lines: list[str] = []
    at = 0
    while match := _START.search(data, at):
        at = match.end()
        if match["line"]:
            span = Span(match.start("line"), at)
            constructs += _line(span, match["code"], lines) if match["line"] == b"%" else _silent(span)
        elif match["expression"]:
            at = end_of_expression(data, match.start(), at)
            constructs.append(Construct(Span(match.start(), at), Role.OUTPUT))
        elif match["ended"]:
            constructs.append(Construct(Span(*match.span()), Role.CLOSE, word=f"<%{_text(match['ended'])}"))
        elif match["tag"]:
            constructs += _tag(Span(*match.span()), _text(match["tag"]), match["attributes"], bool(match["whole"]))
            if match["tag"] in (b"doc", b"text") and not match["whole"]:
                at = _literal(data, match, constructs)
        elif match["block"]:
            at = _end_of_code(data, match.start(), at)
            constructs.append(Construct(Span(match.start(), at), _code_role(data[match.start() : at])))
        else:
            constructs += _silent(Span(*match.span()))
    return constructs


def _silent(span: Span) -> list[Construct]:
    return [Construct(span, Role.SILENT)]


def _text(name: bytes) -> str:
    return name.decode("latin-1")


def _line(span: Span, code: bytes, lines: list[str]) -> list[Construct]:
    """Return what a control line does; ``lines`` are the words of those that are open."""
    code = code.strip()
    word = _text(re.match(rb"\w*", code)[0])  # type: ignore[index]
    if word in _LINES:
        lines.append(word)
        return [Construct(span, Role.OPEN, _LINES[word], word)]
    if word in _MIDDLES:
        # Only of "if" one arm alone is there: the "else" of a loop or of "try" comes behind what was there before.
        innermost = lines[-1] if lines else "if"
        return [Construct(span, Role.MIDDLE, word="if")] if innermost == "if" else again(span, innermost)
    if word.startswith("end") and word[3:] in _LINES:
        if lines:
            lines.pop()
        return [Construct(span, Role.CLOSE, word=word[3:])]
    return [Construct(span, _code_role(code))]


def _tag(span: Span, name: str, attributes: bytes, is_whole: bool) -> list[Construct]:
    word = f"<%{name}"
    if name in _SILENT and is_whole:
        return _silent(span)
    if is_whole or name in ("include", "inherit"):
        return [Construct(span, Role.OUTPUT)]
    match name:
        case "def" | "namespace" | "doc":
            return [Construct(span, Role.OPEN, Flow.ELSEWHERE, word)]
        case "block":
            # One with a name can be written in another way by a template that inherits from this one.
            flow = Flow.CHOICE if re.search(rb"\bname\s*=", attributes) else Flow.ONCE
            return [Construct(span, Role.OPEN, flow, word)]
        case "text" | "page":
            return [Construct(span, Role.OPEN, Flow.ONCE, word)]
    return output_and_open(span, Flow.ELSEWHERE, word)


def _literal(data: bytes, match: re.Match[bytes], constructs: list[Construct]) -> int:
    """Step over text in which nothing is read, and return where the tag stands that ends it."""
    end = data.find(b"</%" + match["tag"], match.end())
    if end < 0:
        raise TemplateError(NEVER_CLOSED, match.start())
    return end


def _end_of_code(data: bytes, start: int, at: int) -> int:
    match = _CODE_END.match(data, at)
    end = match.end() if match else data.find(b"%>", at) + 2
    if end < at:
        raise TemplateError(NEVER_CLOSED, start)
    return end


def _code_role(code: bytes) -> Role:
    code_only = without_strings(code, _STRING)
    if not code.startswith(b"<%!") and _JUMP.search(code_only):
        return Role.JUMP
    return Role.OUTPUT if _WRITES.search(code_only) else Role.SILENT
