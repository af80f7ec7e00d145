"""The table of ``chanfix lint --statistics``."""

from __future__ import annotations

from collections import Counter
from typing import TextIO

from chanfix.lint.finding import Report

__all__ = ["write_statistics"]


def write_statistics(report: Report, stream: TextIO) -> None:
    """Count the findings of each rule, the most frequent first."""
    counts = Counter((finding.rule, str(finding.severity)) for file in report.files for finding in file.findings)
    rules = {rule.name: rule for rule in report.rules}
    for (name, severity), number in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        summary = rules[name].summary if name in rules else ""
        stream.write(f"{number:6}  {severity:7}  {name:26}  {summary}\n")
    linted = sum(1 for file in report.files if not file.error and not file.skipped)
    skipped = sum(1 for file in report.files if file.skipped)
    failed = sum(1 for file in report.files if file.error)
    if report.asked is not None:
        stream.write(f"        asked libvirt {report.asked.libvirt} with QEMU {report.asked.qemu}\n")
    stream.write(f"{counts.total():6}  findings in {linted} files; {skipped} skipped, {failed} could not be linted\n")
