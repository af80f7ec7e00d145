"""One text in several readings, each of which shows a part of it: their findings and suppressions, united."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Collection

from chanfix.lint.applied import Applied, may_suppress
from chanfix.lint.finding import Finding
from chanfix.lint.rule import At, Draft
from chanfix.xml.document import Document
from chanfix.xml.span import Span

__all__ = ["look_at"]


def look_at(document: Document, lint: Callable[[Document], list[Finding]], ran: Collection[str]) -> Applied:
    """Lint every reading and apply its suppressions. What several readings find is said once.

    A finding is suppressed when it is so in one reading, and a suppression is unused when it is so wherever it is seen.
    """
    if not document.others and not may_suppress(document.data):
        return Applied(tuple(lint(document)), (), ())
    from chanfix.lint.suppress import suppressions

    applied = [suppressions(reading).apply(lint(reading), ran) for reading in document.readings]
    if len(applied) == 1:
        return applied[0]._replace(unused=_unused_in_every_copy(document, applied[0].unused))
    suppressed = {_identity(finding): finding for one in applied for finding in one.suppressed}
    kept = {_identity(finding): finding for one in reversed(applied) for finding in one.kept}
    unused: dict[int, list[Draft]] = {}
    for one in applied:
        for draft in one.unused:
            unused.setdefault(_start(draft), []).append(draft)
    return Applied(
        kept=tuple(
            sorted(
                (finding for identity, finding in kept.items() if identity not in suppressed),
                key=lambda finding: finding.place.span,
            )
        ),
        suppressed=tuple(suppressed.values()),
        unused=tuple(drafts[0] for start, drafts in sorted(unused.items()) if len(drafts) == _seen(document, start)),
    )


def _unused_in_every_copy(document: Document, unused: tuple[Draft, ...]) -> tuple[Draft, ...]:
    """Return those that no copy of their comment has a use for; a text with an origin may have many copies."""
    origin = document.origin
    if origin is None or not unused:
        return unused
    traced = [origin.span(comment) for comment in document.comments]
    copies = Counter(traced)
    drafts: dict[tuple[Span, Span, str], list[Draft]] = {}
    for draft in unused:
        start = _start(draft)
        comment = traced[bisect_right(document.comments, start, key=lambda span: span.start) - 1]
        drafts.setdefault((comment, origin.span(Span(start, start)), draft.message), []).append(draft)
    return tuple(alike[0] for (comment, *_), alike in drafts.items() if len(alike) == copies[comment])


def _identity(finding: Finding) -> object:
    return finding.rule, finding.place.span, finding.message


def _start(draft: Draft) -> int:
    return (draft.at.span if isinstance(draft.at, At) else draft.at).start


def _seen(document: Document, offset: int) -> int:
    """Return how many readings see the comment that a byte is in."""
    return sum(
        any(comment.start <= offset < comment.end for comment in reading.comments) for reading in document.readings
    )
