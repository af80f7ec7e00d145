"""The format ``table``: what is wrong where, and the numbers, for people."""

from __future__ import annotations

from typing import TextIO

from chanfix.audit.formats.about import Audit
from chanfix.audit.refusals import Cause, Place
from chanfix.audit.report import DomainAudit, Standing
from chanfix.audit.totals import Totals
from chanfix.escape import for_terminal
from chanfix.lint.finding import Severity
from chanfix.words import plural

__all__ = ["write_table"]

# So many domains of a cause fit into a line.
_NAMED = 3


def write_table(audit: Audit, stream: TextIO) -> None:
    """Write a block for each host with something to see, and the totals. What is well takes no line."""
    for host in audit.hosts():
        shown = [domain for domain in host.domains if domain.standing is Standing.BAD or domain.findings]
        if not shown and host.error is None:
            continue
        stream.write(f"{for_terminal(host.name)}\n")
        if host.error is not None:
            stream.write(f"  not audited: {for_terminal(host.error)}\n")
        for domain in shown:
            stream.writelines(f"{line}\n" for line in _block(domain))
        stream.write("\n")
    stream.writelines(f"{line}\n" for line in _summary(Totals.of(audit.hosts())))


def _block(domain: DomainAudit) -> list[str]:
    lines = [f"  {for_terminal(domain.name)}: {for_terminal(domain.verdict)}: {for_terminal(domain.message)}"]
    lines += [
        f"    {finding.severity}[{for_terminal(finding.rule)}] {for_terminal(finding.message)}"
        for finding in domain.findings
    ]
    if domain.standing is Standing.BAD and domain.advice:
        lines.append(f"    next: {for_terminal(domain.advice)}")
    if domain.standing is Standing.BAD and domain.command:
        lines.append(f"          {for_terminal(domain.command)}")
    return lines


def _summary(totals: Totals) -> list[str]:
    lines = [f"{_number(totals.domains, 'domain')} on {_number(totals.hosts, 'host')}"]
    if totals.failed:
        lines[0] += f", {totals.failed} of them not audited in full"
    verdicts = [(for_terminal(verdict), number) for verdict, number in totals.verdicts.most_common()]
    width = max((len(verdict) for verdict, _ in verdicts), default=0)
    lines += [f"  {verdict:<{width}}  {number}" for verdict, number in verdicts]
    found = [
        _number(totals.severities[severity], str(severity))
        for severity in reversed(Severity)
        if totals.severities[severity]
    ]
    lines.append(f"findings: {', '.join(found) or 'none'}")
    for place in totals.refusals:
        lines += _refusals(place)
    return lines


def _refusals(place: Place) -> list[str]:
    where = f"{for_terminal(place.name)}, which was asked" if place.asked else for_terminal(place.name)
    perhaps = f", {place.doubtful} more perhaps" if place.doubtful else ""
    lines = [f"refused by {where}: {place.refused} of {_number(place.judged, 'domain')}{perhaps}"]
    rules = [for_terminal(cause.rule) for cause in place.causes]
    width, digits = max(map(len, rules), default=0), len(str(place.judged))
    causes = zip(rules, place.causes, strict=True)
    return [*lines, *(f"  {rule:<{width}}  {cause.domains:>{digits}}  {_domains(cause)}" for rule, cause in causes)]


def _domains(cause: Cause) -> str:
    perhaps = "" if cause.is_certain else "perhaps "
    named = [f"{for_terminal(host)}/{for_terminal(name)}" for host, name in cause.named[:_NAMED]]
    more = cause.domains - len(named)
    return perhaps + ", ".join(named) + (f" and {more} more" if more else "")


def _number(number: int, thing: str) -> str:
    return plural(number, thing, thing if thing == "info" else None)
