"""What a reporter is, and what it may be told."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TextIO

from chanfix.lint.finding import Report

__all__ = ["Options", "Reporter"]


class Options(NamedTuple):
    """Wishes for the formats that people read; ``show_fixes`` names what would mend each finding."""

    color: bool = False
    show_fixes: bool = True


Reporter = Callable[[Report, TextIO, Options], None]
