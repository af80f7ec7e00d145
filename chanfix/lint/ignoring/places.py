"""Where a comment can stand that suppresses a finding: between elements, beside one that is there whenever it is.

On a line of its own above the element of the finding, so that no other line changes; else behind it on its line. Above
an element that holds the devices comes last: a comment there hides a rule's findings in all of them.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from chanfix.embedded.reading import RegionOrigin
from chanfix.lint.check import can_be_made
from chanfix.named_tuple import NamedTuple
from chanfix.xml.document import Document, Node
from chanfix.xml.edit import Edit, Fix, Safety
from chanfix.xml.layout import NEWLINE, begins_line, start_of_blank
from chanfix.xml.span import Span

__all__ = ["Places", "Site"]

_MARK = b"\xef\xbb\xbf"
_ASIDE = re.compile(rb"<!--.*?-->|<\?.*?\?>", re.DOTALL)
# A comment to try a place with: not every language can write its characters.
_SAMPLE = b"<!-- chanfix: ignore[rule-name, rule-name] TODO: why -->"
_SPACE = b" \t\r\n"


class Site(NamedTuple):
    """A place for a comment: the offset, what stands before and behind the comment there, and where it counts."""

    at: int
    before: bytes
    behind: bytes
    reach: Span


class Places:
    """The places for comments in one reading of a text.

    Lines that begin at ``kept_lines`` stay as they are.
    """

    def __init__(self, document: Document, kept_lines: frozenset[int] = frozenset()) -> None:
        self._document = document
        self._kept_lines = kept_lines
        # All elements, in the order of the text.
        self._nodes = list(document.root.descendants("*"))
        self._starts = [node.place.start for node in self._nodes]
        self._gaps: dict[int, list[Span]] = {}
        for parent, gap in document.gaps():
            self._gaps.setdefault(parent, []).append(gap)
        self._with_text: dict[int, bool] = {}

    def site_for(self, offset: int) -> Site | None:
        """Return the narrowest place for a comment that counts for a byte; None where there is none."""
        return next((site for site in self._candidates(offset) if self._is_possible(site)), None)

    def _candidates(self, offset: int) -> Iterator[Site]:
        line = self._document.lines.line_at(offset)
        around = list(self._around(offset))
        comment = self._comment_at(offset)
        if comment is not None and (site := self._above(comment, around[0] if around else None)):
            yield site
        if around and not self._is_wide(around[0]) and (site := self._above_node(around[0])):
            yield site
        if line.start not in self._kept_lines:
            end = line.start + len(self._document.data[line.start : line.end].rstrip(_SPACE))
            if end > line.start:
                yield Site(end, b" ", b"", line)
            for node in around:
                place = node.place
                at = place.inner if place.start in self._gaps else place.end
                if line.start <= at <= line.end:
                    yield Site(at, b"", b"", line)
        for node in around:
            if site := self._above_node(node):
                yield site

    def _around(self, offset: int) -> Iterator[Node]:
        """Yield the elements that a byte is in, the innermost first."""
        number = bisect_right(self._starts, offset) - 1
        node: Node | None = self._nodes[number] if number >= 0 else None
        while node is not None:
            if offset < node.place.end and not node.is_made_up:
                yield node
            node = node.parent

    def _comment_at(self, offset: int) -> Span | None:
        comment = self._last_comment(offset)
        return comment if comment is not None and offset < comment.end else None

    def _is_wide(self, node: Node) -> bool:
        """Return True if a comment above an element would count for the devices of a domain."""
        return node.parent is None or next(node.descendants("devices"), None) is not None

    def _above_node(self, node: Node) -> Site | None:
        return self._above(node.place.span, node.parent)

    def _above(self, span: Span, parent: Node | None) -> Site | None:
        """Return the place above an element or a comment that begins its line, on a line of its own."""
        data, at = self._document.data, span.start
        start = start_of_blank(data, at)
        if begins_line(data, start):
            newline = NEWLINE.search(data, max(0, start - 2), start) or (NEWLINE.search(data) if start == 0 else None)
            return Site(at, b"", (newline[0] if newline else b"") + data[start:at], span)
        if parent is not None:
            return None
        # No tag is before the root: a comment on its line counts for it as well.
        newline = NEWLINE.search(data) if data[:at] == _MARK else None
        return Site(at, b"", newline[0] if newline else b"", span)

    def _is_possible(self, site: Site) -> bool:
        """Return True if a comment can be written at a place: between elements, and no template construct is there."""
        document, at = self._document, site.at
        edit = Edit(Span(at, at), site.before + _SAMPLE + site.behind)
        fix = Fix("", Safety.SAFE, (edit,))
        if not can_be_made(document, fix) or (at and document.data[at - 1] not in _SPACE and self._is_hole(at - 1)):
            return False
        if document.origin is not None and document.origin.edit(edit) is None:
            return False
        if isinstance(document.origin, RegionOrigin):
            frame = document.origin.frame
            if not len(frame.head) < at < len(document.data) - len(frame.tail):
                return False
        root = document.root.place
        if not root.start < at < root.end:
            return not self._is_aside(0 if at <= root.start else root.end, at)
        return self._is_between_elements(at)

    def _is_hole(self, offset: int) -> bool:
        return bool(self._document.holes_in(Span(offset, offset + 1)))

    def _is_between_elements(self, at: int) -> bool:
        """Return True if a byte inside the root is in an element without text of its own, beside its children."""
        node: Node | None = self._nodes[bisect_left(self._starts, at) - 1]
        while node is not None and not node.place.inner <= at <= node.place.outer < node.place.end:
            node = node.parent
        if node is None or self._has_text(node):
            return False
        gaps = self._gaps[node.place.start]
        gap = gaps[bisect_right(gaps, Span(at, len(self._document.data))) - 1]
        return gap.start <= at <= gap.end and not self._is_aside(gap.start, at)

    def _has_text(self, node: Node) -> bool:
        """Return True if something else than elements, comments, processing instructions and holes is in an element."""
        start = node.place.start
        if start not in self._with_text:
            gaps = self._gaps.get(start)
            self._with_text[start] = gaps is None or any(self._text_in(gap) for gap in gaps)
        return self._with_text[start]

    def _text_in(self, gap: Span) -> bytes:
        markup = self._document.markup
        parts, done = [], gap.start
        for hole in self._document.holes_in(gap):
            parts.append(markup[done : max(done, hole.span.start)])
            done = min(max(done, hole.span.end), gap.end)
        return _ASIDE.sub(b"", b"".join([*parts, markup[done : gap.end]])).strip()

    def _is_aside(self, start: int, at: int) -> bool:
        """Return True if a byte is in a comment or a processing instruction that begins at ``start`` or behind it."""
        comment = self._last_comment(at - 1)
        if comment is not None:
            if at < comment.end:
                return True
            start = max(start, comment.end)
        markup = self._document.markup
        instruction = markup.rfind(b"<?", start, at)
        return instruction >= 0 and at < markup.find(b"?>", instruction) + len(b"?>")

    def _last_comment(self, offset: int) -> Span | None:
        """Return the last comment that begins at a byte or before it."""
        comments = self._document.comments
        number = bisect_right(comments, Span(offset, len(self._document.data) + 1)) - 1
        return comments[number] if number >= 0 else None
