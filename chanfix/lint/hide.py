"""What nobody is to hear of: drafts that comments suppress, and those that a baseline knows. They are counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import NamedTuple

from chanfix.lint.rule import Draft
from chanfix.xml.document import Document

__all__ = ["Hidden", "hide", "may_suppress", "without_known"]


class Hidden(NamedTuple):
    """The drafts that are kept, in the order of the text, and those that are hidden."""

    kept: Sequence[Draft]
    hidden: Sequence[Draft] = ()


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
