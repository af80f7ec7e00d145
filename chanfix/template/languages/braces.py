"""Code whose blocks are in braces (JavaScript, PHP, Java, Puppet): which of them it opens, closes and leaves."""

from __future__ import annotations

import re

from chanfix.named_tuple import NamedTuple
from chanfix.template.construct import Flow
from chanfix.template.languages.steps import FUNCTION, Steps

__all__ = ["read_braces"]

_TOKEN = re.compile(rb"[{}()\[\];:?]|=>|(?<![.\w$@>])[A-Za-z_]\w*")
_ELSE = (b"else", b"elseif", b"elsif")
_HEADS = (b"if", b"unless", b"for", b"foreach", b"while", b"switch", b"declare", *_ELSE)
_CASES = (b"case", b"default")
_ENDS = (b"endif", b"endfor", b"endforeach", b"endwhile", b"endswitch", b"enddeclare")
_JUMPS = (b"break", b"continue", b"return", b"throw", b"exit", b"die", b"next", b"last")
_PRINTS = (b"echo", b"print", b"printf", b"include", b"include_once", b"require", b"require_once", b"readfile")
_LEFT_BY_BREAK = ("switch", "for", "foreach", "while", FUNCTION)
# A template has no more blocks within each other; what is around them does not count.
_NEAREST = 100


class _Head(NamedTuple):
    """What was read of the start of a statement, and whether a block of it belongs to the one before."""

    word: bytes = b""
    joins: bool = False
    is_whole: bool = False


def read_braces(code: bytes, offset: int, steps: Steps, *, has_colons: bool = False) -> None:
    """Add the steps of code without strings and comments, which stands at an offset of the text.

    With ``has_colons`` a block can be opened by ``:`` and closed by a word, as in PHP.
    """
    around: list[tuple[bytes, _Head]] = []
    head = _Head()
    for match in _TOKEN.finditer(code):
        token, at = match[0], offset + match.start()
        if token in (b"(", b"["):
            around.append((token, head))
            head = _Head()
        elif token in (b")", b"]"):
            if around and around[-1][0] != b"{":
                head = around.pop()[1]._replace(is_whole=token == b")")
        elif token == b"{":
            steps.open(at, _flow(head), _word(head), joins=head.joins)
            around.append((token, head))
            head = _Head()
        elif token == b"}":
            while around and around.pop()[0] != b"{":
                pass
            steps.close(at)
            head = _Head()
        elif token == b":":
            if head.word in _CASES:
                steps.again(at)
            elif has_colons and head.word in _HEADS and (head.is_whole or head.word == b"else"):
                if head.joins:
                    steps.middle(at)
                else:
                    steps.open(at, word=_word(head))
            else:
                continue
            head = _Head()
        elif token in (b";", b"?"):
            head = head if head.word in _CASES and token == b"?" else _Head()
        else:
            head = _read_word(token, at, head, steps, has_colons)


def _read_word(token: bytes, at: int, head: _Head, steps: Steps, has_colons: bool) -> _Head:
    if token in _ELSE:
        return _Head(token, joins=True)
    if token in _HEADS:
        return _Head(token, head.joins and head.word == b"else")
    if token in _CASES or token in (b"=>", b"function"):
        return _Head(token)
    if has_colons and token in _ENDS:
        steps.close(at)
        return _Head()
    if token in _JUMPS:
        if token != b"break" or _is_left_by_break(steps) != "switch":
            steps.jump(at)
        return _Head()
    if token in _PRINTS:
        steps.output(at)
        return _Head()
    if head.word == b"function" and not head.is_whole:
        return _Head(b"function " + token)
    return _Head() if head.is_whole and not head.word.startswith(b"function") else head


def _is_left_by_break(steps: Steps) -> str:
    return next((word for word in reversed(steps.blocks[-_NEAREST:]) if word in _LEFT_BY_BREAK), "")


def _flow(head: _Head) -> Flow:
    # A function with a name is called somewhere else.
    return Flow.ELSEWHERE if head.word.startswith(b"function ") else Flow.CHOICE


def _word(head: _Head) -> str:
    return FUNCTION if head.word == b"=>" or head.word.startswith(b"function") else head.word.decode("ascii")
