"""What comes of findings where comments suppress some of them."""

from __future__ import annotations

from typing import NamedTuple

from chanfix.lint.finding import Finding
from chanfix.lint.rules.base import Draft

__all__ = ["SUPPRESSION_MARK", "Applied"]

# Without these bytes a text has no suppression.
SUPPRESSION_MARK = b"chanfix:"


class Applied(NamedTuple):
    """What came of it; ``unused`` are findings of ``unused-suppression``, for the engine to complete."""

    kept: tuple[Finding, ...]
    suppressed: tuple[Finding, ...]
    unused: tuple[Draft, ...]
