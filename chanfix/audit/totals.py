"""The numbers of an audit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from chanfix.audit.refusals import Refusals
from chanfix.audit.report import HostAudit, Standing
from chanfix.lint.finding import Severity

__all__ = ["Totals"]


@dataclass(slots=True)
class Totals:
    """How many there are of what. ``verdicts`` counts domains, and ``rules`` findings.

    ``versions`` counts hosts, by the versions of their libvirt and QEMU.
    """

    hosts: int = 0
    failed: int = 0
    domains: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    standings: dict[str, Standing] = field(default_factory=dict)
    severities: Counter[Severity] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    versions: Counter[tuple[str, str | None]] = field(default_factory=Counter)
    refusals: Refusals = field(default_factory=Refusals)

    @classmethod
    def of(cls, hosts: Iterable[HostAudit]) -> Totals:
        """Count hosts, one at a time."""
        totals = cls()
        for host in hosts:
            totals.hosts += 1
            totals.failed += host.error is not None
            totals.domains += len(host.domains)
            totals.refusals.count(host)
            if host.libvirt is not None:
                totals.versions[host.libvirt, host.qemu] += 1
            for domain in host.domains:
                totals.verdicts[domain.verdict] += 1
                totals.standings[domain.verdict] = domain.standing
                totals.severities.update(finding.severity for finding in domain.findings)
                totals.rules.update(finding.rule for finding in domain.findings)
        return totals

    @property
    def bad(self) -> int:
        """Count the domains whose agent does not work and should."""
        return sum(number for verdict, number in self.verdicts.items() if self.standings[verdict] is Standing.BAD)
