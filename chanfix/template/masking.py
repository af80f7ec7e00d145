"""Puts XML in the place of a template's constructs, byte for byte, so that every position stays true."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import Enum

from chanfix.template.construct import Block, Construct, Flow, Role
from chanfix.xml.holes import Arm, Hole, Mask, Where
from chanfix.xml.span import Span

__all__ = ["mask"]

_NO_LINE_END = re.compile(rb"[^\r\n]")
_PART_OF_NAME = re.compile(rb"[\w:.-]|\s*=")
_DECLARATION = re.compile(rb"(?:\xef\xbb\xbf)?\s+(<\?xml\s.*?\?>)", re.DOTALL)


def mask(data: bytes, constructs: Sequence[Construct], blocks: Sequence[Block], dropped: Iterable[Span] = ()) -> Mask:
    """Return the mask of a text: its constructs, what goes elsewhere, and the arms that are to be dropped."""
    gone = [Construct(block.span, Role.SILENT, Flow.ELSEWHERE) for block in blocks if block.flow is Flow.ELSEWHERE]
    # What stands in a dropped arm may be there after all, but what is around it is whole without it.
    dropped = {span for span in dropped if not span.is_empty}
    gone += [Construct(span, Role.SILENT) for span in dropped]
    context = _Context()
    parts, holes, done = [], [], 0
    for construct in sorted([*constructs, *gone], key=lambda construct: (construct.span.start, -construct.span.end)):
        span = construct.span
        if span.start < done:
            continue
        parts.append(data[done : span.start])
        context.read(data[done : span.start])
        where, filler = _fill(data, construct, context)
        parts.append(filler)
        is_output = construct.role is Role.OUTPUT or span in dropped
        if not span.is_empty:
            holes.append(Hole(span, where, is_output, is_output or construct.flow is Flow.ELSEWHERE))
        done = span.end
    parts.append(data[done:])
    masked = _without_late_declaration(b"".join(parts))
    return Mask(masked, tuple(holes), _arms(blocks))


def _arms(blocks: Sequence[Block]) -> tuple[Arm, ...]:
    return tuple(arm for block in blocks if block.flow is Flow.CHOICE for arm in block.arms)


def _fill(data: bytes, construct: Construct, context: _Context) -> tuple[Where, bytes]:
    """Return what a construct stands in, and as many bytes that keep the XML whole."""
    span = construct.span
    blanks = _NO_LINE_END.sub(b" ", data[span.start : span.end])
    if construct.instead:
        where = _WHERE.get(context.state, Where.TAG)
        filler = blanks[len(construct.instead) :]
        # A tag's end comes last: what is in front of it is in the tag.
        filler = filler + construct.instead if where is Where.TAG else construct.instead + filler
        context.read(filler)
        return where, filler
    if context.state is not _State.TAG:
        return _WHERE[context.state], blanks
    if construct.role is Role.OUTPUT:
        if context.before in (b"<", b"</"):
            return Where.NAME, context.name(data[span.start : span.end], len(blanks))
        if context.before.endswith(b"="):
            context.read(b"''")
            return Where.VALUE, b"'" + blanks[1:-1] + b"'"
        if _PART_OF_NAME.match(data, span.end):
            filler = context.name(b"%d" % span.start, len(blanks))
            context.read(filler)
            return Where.TAG, filler
    return Where.TAG, blanks


class _State(Enum):
    TEXT = "text"
    TAG = "tag"
    VALUE = "value"
    COMMENT = "comment"
    INSTRUCTION = "processing instruction"
    CDATA = "CDATA"


_WHERE = {
    _State.TEXT: Where.TEXT,
    _State.CDATA: Where.TEXT,
    _State.VALUE: Where.VALUE,
    _State.COMMENT: Where.ASIDE,
    _State.INSTRUCTION: Where.ASIDE,
}
_NEXT = {
    _State.TEXT: re.compile(rb"<!--|<!\[CDATA\[|<\?|</?"),
    _State.TAG: re.compile(rb"[>\"']"),
    _State.COMMENT: re.compile(rb"-->"),
    _State.INSTRUCTION: re.compile(rb"\?>"),
    _State.CDATA: re.compile(rb"\]\]>"),
}
_STATE_AFTER = {
    b"<!--": _State.COMMENT,
    b"<![CDATA[": _State.CDATA,
    b"<?": _State.INSTRUCTION,
    b"<": _State.TAG,
    b"</": _State.TAG,
    b'"': _State.VALUE,
    b"'": _State.VALUE,
}


class _Context:
    """Where in XML one is after a part of it, which need not be well-formed."""

    def __init__(self) -> None:
        self.state = _State.TEXT
        self.before = b""
        """In a tag, what of it was read last."""
        self._quote = b""
        self._names: dict[bytes, int] = {}

    def read(self, text: bytes) -> None:
        """Go on over some text."""
        at = 0
        while match := self._pattern.search(text, at):
            at = match.end()
            self.before = b""
            if self.state is _State.VALUE:
                self.state = _State.TAG
                continue
            self.state = _STATE_AFTER.get(match[0], _State.TEXT)
            if self.state is _State.VALUE:
                self._quote = match[0]
            elif self.state is _State.TAG:
                self.before = match[0]
        self.before = (self.before + text[at:])[-64:].rstrip() if text[at:].strip() else self._after_blanks(text[at:])

    def _after_blanks(self, blanks: bytes) -> bytes:
        # White space ends what was read, but stands freely around "=".
        return self.before if not blanks or self.before.endswith(b"=") else b" "

    @property
    def _pattern(self) -> re.Pattern[bytes]:
        return re.compile(re.escape(self._quote)) if self.state is _State.VALUE else _NEXT[self.state]

    def name(self, key: bytes, length: int) -> bytes:
        """Return a name of that length, the same for the same key; of very many, some are the same."""
        number = self._names.setdefault(key, len(self._names))
        return (b"_%d" % number).ljust(length, b"_")[:length]


def _without_late_declaration(data: bytes) -> bytes:
    """Blank out an XML declaration that only a template's lines have put behind the start of the text."""
    match = _DECLARATION.match(data)
    return data[: match.start(1)] + _NO_LINE_END.sub(b" ", match[1]) + data[match.end(1) :] if match else data
