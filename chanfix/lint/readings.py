"""One text in several readings, each of which shows a part of it: their findings and suppressions, united."""

from __future__ import annotations

from collections.abc import Callable, Collection

from chanfix.lint.finding import Finding
from chanfix.lint.rules.base import At, Draft
from chanfix.lint.suppress import Applied, suppressions
from chanfix.markup.document import Document

__all__ = ["look_at"]


def look_at(document: Document, lint: Callable[[Document], list[Finding]], ran: Collection[str]) -> Applied:
    """Lint every reading and apply its suppressions. What several readings find is said once.

    A finding is suppressed when it is so in one reading, and a suppression is unused when it is so wherever it is seen.
    """
    applied = [suppressions(reading).apply(lint(reading), ran) for reading in document.readings]
    if len(applied) == 1:
        return applied[0]
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


def _identity(finding: Finding) -> object:
    return finding.rule, finding.place.span, finding.message


def _start(draft: Draft) -> int:
    return (draft.at.span if isinstance(draft.at, At) else draft.at).start


def _seen(document: Document, offset: int) -> int:
    """Return how many readings see the comment that a byte is in."""
    return sum(
        any(comment.start <= offset < comment.end for comment in reading.comments) for reading in document.readings
    )
