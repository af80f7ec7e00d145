"""What a script replaces: ``${NAME}``, ``%NAME%`` and ``@name@``, and the forms that are legal text as well.

``$NAME``, ``{name}``, ``%s``, ``__NAME__`` and their like are placeholders where a text holds one in a place that takes
a number, a word from a list, a UUID, a hardware address or an absolute path, in the domain's name, or between elements,
or where it holds two different ones in two values. Then all of that form are. In comments they are left alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from chanfix.named_tuple import NamedTuple
from chanfix.template.construct import Construct, Role
from chanfix.template.languages.values import Freedom, Value, values_in
from chanfix.xml.span import Span

__all__ = ["find", "stands_in"]

# What no domain holds by chance: these count wherever they stand.
_CERTAIN = rb"""
    <\?=[^<>]*\?>
  | \$\{[A-Za-z_][^{}<>"'\s]*\}
  | %%[A-Z][A-Z0-9_]*%%
  | %[A-Z][A-Z0-9_]*%
  | @@[A-Za-z_][A-Za-z0-9_]*@@
  | @[A-Za-z_][A-Za-z0-9_]*@
"""
# The kinds of what may be text as well. One regular expression tries them in this order.
_KINDS = {
    "shell": rb"""\$\((?>(?:[^()<>]+|\((?>(?:[^()<>]+|\([^()<>]*\))*)\))*)\) | `[^`<>\r\n]+`
        | \$\[\w+\] | \$\w+""",
    "double": rb"""\[\[\s*[A-Za-z_][\w.]*\s*\]\]""",
    "bracket": rb"""\[%-?\s*(?![A-Z]+\b)[A-Za-z_][\w.]*(?:\s*\|\s*\w+)*\s*-?%\]""",
    "hash": rb"""\#\{[A-Za-z_@][^{}<>"']*\} | \#[A-Za-z_]\w*\#""",
    "percent": rb"""%\([A-Za-z_]\w*\)0?[1-9]?[sdiuxXfgr] | %\{[A-Za-z_][\w.]*\} | %%[A-Za-z_]\w*%%""",
    "printf": rb"""%(?:0[1-9])?l*[sduxXfgvq](?!\w)""",
    "brace": rb"""\{[A-Za-z_][\w.]*(?:\[\w+\])*(?:![ars])?(?::[\w.<>^,+-]*)?\}""",
    "empty": rb"""\{[0-9]?(?:![ars])?(?::[\w.<>^,+-]*)?\}""",
    "dunder": rb"""__[A-Za-z](?:_?[A-Za-z0-9])*__""",
    "tilde": rb"""~[A-Za-z_]\w*~""",
}
_PLACEHOLDER = re.compile(
    rb"(?x)(?P<certain>%s)|%s"
    % (_CERTAIN, b"|".join(b"(?P<%s>%s)" % (kind.encode(), form) for kind, form in _KINDS.items()))
)
# What stands in front of a placeholder that is a part of a value, and behind it.
_EDGE = b"-_./:=,; \t\r\n"
_NAMELESS = ("empty", "printf")
_ENTITY = re.compile(rb"&(?!(?:AMP|APOS|GT|LT|QUOT);(?![A-Z_]+;))[A-Z][A-Z0-9_]*;")
_QUOTED = re.compile(rb""""[^"<]*"|'[^'<]*'""")
_LONGEST_TAG = 1000
# In a longer text only those that are certain are found.
_LONGEST = 1 << 18


class _Candidate(NamedTuple):
    """A placeholder, or text that looks like one. ``is_apart``: it is all of a value, or a whole word of it."""

    span: Span
    kind: str
    value: Value
    is_apart: bool

    @property
    def is_certain(self) -> bool:
        """Return True if no other text than a placeholder stands in such a place."""
        match self.value.freedom:
            case Freedom.STRICT:
                return True
            case Freedom.NAME:
                return self.is_apart
            case Freedom.PATH:
                return self.span.start == self.value.span.start
            case _:
                return False


def find(data: bytes, encoding: str) -> list[Construct]:
    """Return the placeholders in the order of the text."""
    found = list(_PLACEHOLDER.finditer(data))
    spans = [Span(*match.span()) for match in found if match.lastgroup == "certain"]
    if len(spans) < len(found) and len(data) <= _LONGEST:
        candidates = list(_candidates(data))
        kinds = {candidate.kind for candidate in candidates if candidate.is_certain} | _repeated(data, candidates)
        if any(data.startswith(b"${", span.start) for span in spans):
            kinds.add("shell")
        spans += [
            candidate.span
            for candidate in candidates
            if candidate.kind in kinds and (candidate.is_apart or candidate.value.freedom is not Freedom.PROSE)
        ]
    return [Construct(span, Role.OUTPUT) for span in sorted(spans)]


def stands_in(data: bytes, offset: int) -> bytes:
    """Return the placeholder in the tag that a byte is in, outside of its values, or an entity that is one.

    Where there is one, a text that is no XML is a template; where there is none, nothing is returned.
    """
    if entity := _ENTITY.match(data, max(data.rfind(b"&", max(0, offset - _LONGEST_TAG), offset + 1), 0)):
        return entity[0]
    start = max(data.rfind(b"<", max(0, offset - _LONGEST_TAG), offset + 1), 0)
    end = data.find(b">", max(offset, start + 1), start + _LONGEST_TAG)
    tag = _QUOTED.sub(b"", data[start : end if end >= 0 else start + _LONGEST_TAG])
    found = _PLACEHOLDER.search(tag) if b">" not in tag else None
    return found[0] if found else b""


def _candidates(data: bytes) -> Iterator[_Candidate]:
    for value in values_in(data):
        start, end = value.span
        for match in _PLACEHOLDER.finditer(data, start, end):
            # Right behind "<" it is the name of a tag, in a text that is no XML.
            is_name = (
                data[match.start() - 1 : match.start()] == b"<" or data[match.start() - 2 : match.start()] == b"</"
            )
            if match.lastgroup and match.lastgroup != "certain" and not is_name:
                yield _Candidate(Span(*match.span()), match.lastgroup, value, _is_apart(data, match, value.span))


def _is_apart(data: bytes, match: re.Match[bytes], value: Span) -> bool:
    before = match.start() == value.start or data[match.start() - 1] in _EDGE
    return before and (match.end() == value.end or data[match.end()] in _EDGE)


def _repeated(data: bytes, candidates: Iterable[_Candidate]) -> set[str]:
    """Return the kinds of which two different placeholders stand in two values.

    Some kinds have no names: there two values are enough.
    """
    texts: defaultdict[str, dict[Span, bytes]] = defaultdict(dict)
    for candidate in candidates:
        if candidate.is_apart and candidate.value.freedom is not Freedom.PROSE:
            span = candidate.span
            texts[candidate.kind].setdefault(candidate.value.span, data[span.start : span.end])
    return {
        kind for kind, found in texts.items() if len(found) > 1 and (len({*found.values()}) > 1 or kind in _NAMELESS)
    }
