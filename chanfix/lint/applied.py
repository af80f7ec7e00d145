"""What comes of findings where comments suppress some of them."""

from __future__ import annotations

from typing import NamedTuple

from chanfix.lint.finding import Finding
from chanfix.lint.rule import Draft

__all__ = ["Applied", "may_suppress"]


class Applied(NamedTuple):
    """What came of it; ``unused`` are findings of ``unused-suppression``, for the engine to complete."""

    kept: tuple[Finding, ...]
    suppressed: tuple[Finding, ...]
    unused: tuple[Draft, ...]


def may_suppress(text: bytes) -> bool:
    """Say whether a text may hold a suppression, at first sight."""
    # It stands in a comment: most texts have none, and one byte alone is found much sooner than a word.
    return b"!" in text and b"chanfix:" in text
