"""Findings and reports: frozen values that can cross a process, and that printing never changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import IntEnum

from chanfix.named_tuple import NamedTuple
from chanfix.position import Position
from chanfix.xml.edit import Fix
from chanfix.xml.place import Place
from chanfix.xml.span import Span

__all__ = [
    "LEVELS",
    "Asked",
    "Change",
    "Excerpt",
    "FileReport",
    "Finding",
    "Report",
    "RuleInfo",
    "Severity",
    "Unasked",
    "summary_of",
    "worst_of",
]


class Severity(IntEnum):
    """How bad a finding is, as the rule catalogue has it.

    ``ERROR``: the domain will not define or start, or libvirt cannot use the agent, or the guest is exposed.
    ``WARNING``: works today, breaks on clone, move or upgrade, or hides a change. ``INFO``: a hint.
    """

    INFO = 1
    WARNING = 2
    ERROR = 3

    def __str__(self) -> str:
        return self.name.lower()


LEVELS = {str(level): level for level in reversed(Severity)}
"""The severities by the words for them, the worst first."""


class Excerpt(NamedTuple):
    """The line of a finding's place, its secrets masked; of a long line the part around the place.

    ``start`` and ``end`` are code points of ``text`` that the place covers, half open.
    """

    text: str
    start: int
    end: int


class Change(NamedTuple):
    """One edit of a fix in human coordinates: the text from ``start`` to ``end`` becomes ``text``."""

    start: Position
    end: Position
    text: str


class Finding(NamedTuple):
    """One fault, in one place, with its fix if there is one.

    ``fix`` speaks of bytes for the patcher, ``changes`` are the same edits for reports. ``note`` is for people: what
    else they should know. ``targets`` names the targets on which it has its severity, none where it does not depend on
    the target. With ``is_refused`` an installed libvirt was asked, and refuses the domain for it.
    """

    rule: str
    severity: Severity
    message: str
    place: Place
    related: tuple[Place, ...] = ()
    fix: Fix | None = None
    changes: tuple[Change, ...] = ()
    excerpt: Excerpt | None = None
    note: str = ""
    targets: tuple[str, ...] = ()
    is_refused: bool = False

    @property
    def identity(self) -> tuple[str, Span, str]:
        """Two findings about one text that agree in this are the same."""
        return self.rule, self.place.span, self.message


class RuleInfo(NamedTuple):
    """What a report says of a rule. ``page`` is its manual page as text, ``url`` where it can be read.

    ``severity`` is the rule's own, ``configured`` the one that the configuration sets instead, None if it sets none.
    """

    name: str
    summary: str
    severity: Severity
    fixable: str
    since: str
    page: str
    url: str | None = None
    configured: Severity | None = None


class Asked(NamedTuple):
    """The libvirt and the QEMU that were asked, by their versions."""

    libvirt: str
    qemu: str


class Unasked(NamedTuple):
    """The reason why libvirt was not asked about an input. ``is_failure``: it cannot be asked any more."""

    reason: str
    is_failure: bool = False


class FileReport(NamedTuple):
    """What came of one input. ``path`` is as it was given, with forward slashes; for a domain on a connection its name.

    ``fixed`` are the findings that fixes have removed, ``suppressed`` counts those that comments or the baseline hide.
    ``stale`` names the rules of those entries of the baseline that hide nothing in it. ``error`` says why the input
    could not be linted at all and ``hint`` what could be done about it, ``skipped`` why it is no domain. ``unasked``
    says why an installed libvirt that is asked was not asked about this input.
    """

    path: str
    findings: tuple[Finding, ...] = ()
    fixed: tuple[Finding, ...] = ()
    suppressed: int = 0
    stale: tuple[str, ...] = ()
    error: str | None = None
    skipped: str | None = None
    hint: str | None = None
    unasked: Unasked | None = None


class Report(NamedTuple):
    """What a run found, in the order of its inputs, with the rules that found it, and the libvirt that was asked."""

    files: tuple[FileReport, ...]
    rules: tuple[RuleInfo, ...]
    tool_version: str
    asked: Asked | None = None

    @property
    def pages(self) -> dict[str, str]:
        """The addresses of the pages of those rules that have one, by the names of the rules."""
        return {rule.name: rule.url for rule in self.rules if rule.url}


def worst_of(findings: Iterable[Finding]) -> Finding:
    """Return the first finding of the highest severity there is."""
    return max(findings, key=lambda finding: finding.severity)


def summary_of(findings: Sequence[Finding]) -> str:
    """Return the worst finding in one line, with the number of the others."""
    worst = worst_of(findings)
    more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
    return f"{worst.message} [{worst.rule}]{more}"
