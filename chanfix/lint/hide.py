"""Hides the drafts that comments suppress and those that a baseline knows, and counts them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from chanfix.lint.draft import Draft, Hidden
from chanfix.xml.document import Document

__all__ = ["hide", "may_suppress", "without_known"]


def hide(document: Document, drafts: Sequence[Draft], ran: Collection[str]) -> Hidden:
    """Hide what the comments of a text suppress. ``ran`` names the rules that were run.

    Drafts of ``unused-suppression`` are added, if that rule was run.
    """
    if not may_suppress(document.data):
        return Hidden(drafts)
    from chanfix.lint.suppress import suppress

    return suppress(document, drafts, ran)


def may_suppress(text: bytes) -> bool:
    """Return True if a text may hold a suppression, at first sight."""
    # It stands in a comment: most texts have none, and one byte alone is found much sooner than a word.
    return b"!" in text and b"chanfix:" in text


def without_known(seen: Hidden, known: Counter[tuple[str, str]]) -> Hidden:
    """Hide as many drafts of a rule and a message as are known: a fix may have changed the lines that they stand in."""
    left = Counter(known)
    kept: list[Draft] = []
    hidden = list(seen.hidden)
    for draft in seen.kept:
        key = draft.rule, draft.message
        left[key] -= 1
        (kept if left[key] < 0 else hidden).append(draft)
    return Hidden(kept, hidden)
