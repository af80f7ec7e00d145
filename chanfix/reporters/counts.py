"""The numbers of a report."""

from __future__ import annotations

from collections import Counter

from chanfix.lint.finding import Report, Severity
from chanfix.named_tuple import NamedTuple

__all__ = ["Counts"]


class Counts(NamedTuple):
    """The numbers; ``fixable`` and ``unsafely_fixable`` count findings, and no finding is in both."""

    files: int
    findings: dict[Severity, int]
    fixable: int
    unsafely_fixable: int
    fixed: int
    suppressed: int
    skipped: int
    not_linted: int
    not_asked: int

    @classmethod
    def of(cls, report: Report) -> Counts:
        """Count a report."""
        findings = [finding for file in report.files for finding in file.findings]
        severities = Counter(finding.severity for finding in findings)
        safeties = Counter(finding.fix.safety.name for finding in findings if finding.fix)
        return cls(
            files=len(report.files),
            findings={severity: severities[severity] for severity in sorted(Severity, reverse=True)},
            fixable=safeties["SAFE"],
            unsafely_fixable=safeties["UNSAFE"],
            fixed=sum(len(file.fixed) for file in report.files),
            suppressed=sum(file.suppressed for file in report.files),
            skipped=sum(file.skipped is not None for file in report.files),
            not_linted=sum(file.error is not None for file in report.files),
            not_asked=sum(file.unasked is not None for file in report.files),
        )
