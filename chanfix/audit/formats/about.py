"""What every format of an audit is made from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TextIO

from chanfix.audit.report import HostAudit
from chanfix.lint.finding import RuleInfo

__all__ = ["Audit", "Writer"]


@dataclass(frozen=True, slots=True)
class Audit:
    """An audit: its hosts, one at a time and as often as asked, the rules, when it ended and which chanfix made it."""

    hosts: Callable[[], Iterator[HostAudit]]
    rules: tuple[RuleInfo, ...]
    time: datetime
    tool_version: str


Writer = Callable[[Audit, TextIO], None]
