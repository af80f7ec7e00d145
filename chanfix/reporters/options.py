"""What a reporter is, and what it may be told."""

from __future__ import annotations

from collections.abc import Callable
from typing import TextIO

from chanfix.lint.finding import Report
from chanfix.named_tuple import NamedTuple

__all__ = ["Options", "Reporter"]


class Options(NamedTuple):
    """Wishes for the formats that people read. ``links``: the reader is a terminal that shows links (OSC 8)."""

    color: bool = False
    links: bool = False


Reporter = Callable[[Report, TextIO, Options], None]
