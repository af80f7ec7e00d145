"""What a reporter is, and what it may be told."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TextIO

from chanfix.lint.finding import Report

__all__ = ["Options", "Reporter"]


class Options(NamedTuple):
    """Wishes for the formats that people read."""

    color: bool = False


Reporter = Callable[[Report, TextIO, Options], None]
