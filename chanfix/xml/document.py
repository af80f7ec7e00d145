"""A document: lxml's tree, joined to byte spans on demand.

Untyped lxml objects stop here and in ``node``. What no parser should see is refused before, by ``bounds``.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING

from lxml import etree

from chanfix.errors import InternalError
from chanfix.position import Position
from chanfix.xml.bounds import ill_formed, refuse, refuse_size
from chanfix.xml.decode import decode
from chanfix.xml.gaps import gaps, open_elements
from chanfix.xml.holes import Arm, Hole, Mask
from chanfix.xml.node import Node
from chanfix.xml.scan import ElementSpan, Scan, scan
from chanfix.xml.span import LineIndex, Span

if TYPE_CHECKING:
    from chanfix.xml.origin import Origin

__all__ = ["Document", "Node"]

# Blanks for all that stands between words: letters, digits, "_" and "-", and whatever is not ASCII.
_BETWEEN_WORDS = bytes(each if each > 127 or chr(each).isalnum() or each in b"_-" else 32 for each in range(256))
_ASIDE = re.compile(rb"<!--.*?-->|<\?.*?\?>", re.DOTALL)


class Document:
    """A text and its tree.

    ``data`` is what spans refer to: the original bytes, or, when ``is_editable`` is false, the same text in UTF-8.
    ``mask`` is there for a text with holes: what it makes of them is parsed, and no value is made of it.
    """

    def __init__(
        self, data: bytes, encoding: str, *, is_editable: bool, tree: etree._Element, mask: Mask | None = None
    ) -> None:
        self.data = data
        self.encoding = encoding
        self.is_editable = is_editable
        self.mask = mask
        self._tree = tree
        self.reread: Callable[[bytes], Document] = Document.parse
        """Reads new bytes of the same text as this one was read. Raises ``InputError``."""
        self.others: tuple[Document, ...] = ()
        """The same text through other masks, where no one mask shows all of it."""
        self.origin: Origin | None = None
        """The text that this one was made of, which is the one that people know."""

    @classmethod
    def parse(cls, data: bytes, mask: Mask | None = None) -> Document:
        """Parse ``data``, through ``mask`` if there is one, which is for texts that can be edited where they stand.

        Raises ``InputError`` with the place; its ``kind`` tells a DOCTYPE and a limit apart.
        """
        refuse_size(data)
        text = decode(data)
        if mask is not None and (not text.is_original or len(mask.data) != len(data)):
            raise InternalError("a mask does not fit its text")
        markup = text.data if mask is None else mask.data
        lines = partial(LineIndex, text.data, text.encoding)
        refuse(markup, text.encoding, lines)
        try:
            tree = etree.fromstring(markup, _parser(None if text.is_original else "utf-8"))
        except etree.XMLSyntaxError as error:
            raise ill_formed(error, markup, text.encoding, lines) from None
        return cls(text.data, text.encoding, is_editable=text.is_original, tree=tree, mask=mask)

    @property
    def readings(self) -> tuple[Document, ...]:
        """This document and the others of the same text."""
        return (self, *self.others)

    @property
    def root(self) -> Node:
        """The root element."""
        # Made at each call: a document that kept it would wait for the garbage collector.
        return Node(self._tree, self)

    @cached_property
    def lines(self) -> LineIndex:
        """The line index of the text."""
        return LineIndex(self.data, self.encoding)

    @cached_property
    def comments(self) -> list[Span]:
        """Where the comments stand, marks included, in the order of the text."""
        return self._scan.comments

    def position(self, offset: int) -> Position:
        """Return the place of a byte for people: in the origin of a text that has one."""
        if self.origin is None:
            return self.lines.position(offset)
        return self.origin.lines.position(self.origin.span(Span(offset, offset + 1)).start)

    def text(self, span: Span) -> str:
        """Return the text of a span as it is written, entities and all."""
        return self.data[span.start : span.end].decode(self.encoding, errors="replace")

    def encode(self, text: str) -> bytes:
        """Return ``text`` in the encoding of the document, with character references for what it cannot hold."""
        return text.encode(self.encoding, errors="xmlcharrefreplace")

    def may_hold(self, text: str) -> bool:
        """Return True if an ASCII text may be in a value: a look at the bytes, to spare the tree one."""
        # Letters may be written as references; and one byte alone is found much sooner than two.
        return text.encode() in self.data or (b"&" in self.data and b"&#" in self.data)

    @cached_property
    def words(self) -> frozenset[bytes] | None:
        """The words of names and values, cut at all but letters, digits, ``_`` and ``-``; what is no name is one here.

        None if a value may hold any word: its letters may be written as references.
        """
        if b"&" in self.markup and b"&#" in self.markup:
            return None
        return frozenset(self.markup.translate(_BETWEEN_WORDS).split())

    def holds_any(self, words: Iterable[bytes]) -> bool:
        """Return True if the text has one of these words, as ``words`` cuts them."""
        return self.words is None or not self.words.isdisjoint(words)

    def holes_in(self, span: Span) -> tuple[Hole, ...]:
        """Return the holes that share a byte with a span, or around the place that an empty span is."""
        return self.mask.holes_in(span) if self.mask else ()

    def arm_at(self, offset: int) -> Arm | None:
        """Return the innermost arm that a byte is in: what is around it may be there or not."""
        return self.mask.arm_at(offset) if self.mask else None

    @cached_property
    def markup(self) -> bytes:
        """What was parsed: ``data``, or what the mask makes of it."""
        return self.mask.data if self.mask else self.data

    def gaps(self) -> Iterator[tuple[int, Span]]:
        """Yield the gaps between child elements, each with the byte at which the element around them starts."""
        return gaps(self._scan.elements)

    def has_stray_text(self, span: Span) -> bool:
        """Return True if text starts between elements in a span, where XML for machines has none."""
        first, last = (bisect_left(self._stray_texts, offset) for offset in span)
        return first < last

    @cached_property
    def _stray_texts(self) -> list[int]:
        """Where the gaps start that hold text, in the order of the text."""
        return sorted(gap.start for _, gap in self.gaps() if _ASIDE.sub(b"", self.markup[gap.start : gap.end]).strip())

    @cached_property
    def _scan(self) -> Scan:
        return scan(self.markup)

    @cached_property
    def _spans(self) -> dict[etree._Element, ElementSpan]:
        # The list keeps lxml's proxies alive, so that an element stays the same key.
        elements = list(self._tree.iter(etree.Element))
        spans = self._scan.elements
        # No name holds a blank. Together they are compared in half the time that they take one by one.
        names = " ".join([str(element.tag) for element in elements])
        if "{" in names:
            names = " ".join(map(_written_name, elements))
        if names.encode(self.encoding, "replace") != b" ".join([span.name for span in spans]):
            raise InternalError("the tree and the bytes of a document do not agree")
        return dict(zip(elements, spans, strict=True))

    @cached_property
    def _open_elements(self) -> set[etree._Element]:
        elements = list(self._spans)
        return {elements[number] for number in open_elements(self._scan.elements, self.mask.holes if self.mask else ())}

    def _element_span(self, element: etree._Element) -> ElementSpan:
        return self._spans[element]


@lru_cache
def _parser(encoding: str | None) -> etree.XMLParser:
    return etree.XMLParser(encoding=encoding, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def _written_name(element: etree._Element) -> str:
    local = str(element.tag).rpartition("}")[2]
    return f"{element.prefix}:{local}" if element.prefix else local
