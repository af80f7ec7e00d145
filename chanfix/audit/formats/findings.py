"""The formats ``sarif`` and ``junit``: an audit as the findings of files, a domain a file.

A domain whose agent does not work is a finding too, by the name of its verdict.
"""

from __future__ import annotations

from typing import TextIO

from chanfix.audit.formats.about import Audit
from chanfix.audit.report import DomainAudit, HostAudit, Standing
from chanfix.lint.finding import Asked, FileReport, Finding, Report, RuleInfo, Severity
from chanfix.position import Position
from chanfix.reporters import REPORTERS, Options
from chanfix.xml.place import Place
from chanfix.xml.span import Span

__all__ = ["write_junit", "write_sarif"]

_START = Place(Span(0, 0), Position(1, 1), Position(1, 1))


def write_sarif(audit: Audit, stream: TextIO) -> None:
    """Write SARIF 2.1.0. All findings are in memory at once: the format has their rules before them."""
    _write("sarif", audit, stream)


def write_junit(audit: Audit, stream: TextIO) -> None:
    """Write JUnit's XML. All findings are in memory at once: the format has their number before them."""
    _write("junit", audit, stream)


def _write(name: str, audit: Audit, stream: TextIO) -> None:
    files: list[FileReport] = []
    asked: set[Asked] = set()
    for host in audit.hosts():
        files += _files(host)
        asked |= {host.asked} if host.asked else set()
    rules = {rule.name: rule for rule in audit.rules}
    for file in files:
        for finding in file.findings:
            rules.setdefault(finding.rule, _rule(finding))
    # These formats have a place for one; of merged reports each may have asked another.
    only = asked.pop() if len(asked) == 1 else None
    REPORTERS[name](Report(tuple(files), tuple(rules.values()), audit.tool_version, only), stream, Options())


def _files(host: HostAudit) -> list[FileReport]:
    files = [FileReport(f"{host.name}/{domain.name}", _findings(domain)) for domain in host.domains]
    if host.error is not None:
        files.append(FileReport(host.name, error=host.error))
    return files


def _findings(domain: DomainAudit) -> tuple[Finding, ...]:
    if domain.standing is not Standing.BAD:
        return domain.findings
    verdict = Finding(f"agent-is-{domain.verdict}", Severity.ERROR, domain.message, _START)
    return (verdict, *domain.findings)


def _rule(finding: Finding) -> RuleInfo:
    """Describe what the list of rules does not: a verdict, or a rule of another chanfix."""
    summary = f"{finding.rule.replace('-', ' ')}: see chanfix status"
    return RuleInfo(finding.rule, summary, finding.severity, "never", "", f"{summary}\n")
