"""Lints one file: check, hide, resolve."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from chanfix.domain import Domain
from chanfix.domain.libvirt_schema import accepts
from chanfix.errors import ChanfixError
from chanfix.lint.check import check_domain
from chanfix.lint.finding import FileReport, Finding
from chanfix.lint.inquiry import (
    NOT_ASKED,
    Inquiry,
    Seen,
    Valid,
    beside_baseline,
    claims_in,
    findings_of,
    identities_in,
)
from chanfix.lint.job import NOTHING_SHARED, Job, Linted, Others
from chanfix.lint.resolve import resolve
from chanfix.lint.rule import Facts, RuleEntry
from chanfix.lint.source import Parts, Refused, Source, Text, error_report, read
from chanfix.xml.edit import Safety

__all__ = ["is_fixable", "lint_domain", "lint_sources"]

_Read = Text | Refused | Parts | FileReport

# So many inputs are read at once, or as many as have so many bytes: what libvirt's schema and the rules keep in the
# processor's caches serves all of them, and there is room for their trees.
_AT_ONCE = 64
_BYTES_AT_ONCE = 256 * 1024


def lint_domain(domain: Domain, rules: Sequence[RuleEntry], facts: Facts) -> list[Finding]:
    """Return the findings of rules about one domain, whatever its comments suppress."""
    return list(resolve(check_domain(domain, rules, facts), domain.document))


def lint_sources(job: Job, sources: Iterable[Source], others: Iterable[Others] = NOTHING_SHARED) -> Iterator[Linted]:
    """Lint inputs one by one; ``others`` is what the run's other inputs share with each. Errors are in the reports."""
    batch: list[tuple[_Read, Others]] = []
    size = 0
    for source, shared in zip(sources, others, strict=False):
        one = read(source)
        batch.append((one, shared))
        size += len(one.data) if isinstance(one, (Text, Parts)) else 0
        if len(batch) == _AT_ONCE or size > _BYTES_AT_ONCE:
            yield from _lint_batch(job, batch)
            batch, size = [], 0
    yield from _lint_batch(job, batch)


def _lint_batch(job: Job, batch: list[tuple[_Read, Others]]) -> Iterator[Linted]:
    schema = job.schema if any(rule.needs_schema for rule in job.rules) else None
    verdicts = [
        _verdicts(schema, one.domains) if schema and isinstance(one, (Text, Parts)) else NOT_ASKED for one, _ in batch
    ]
    batch.reverse()
    for valid in verdicts:
        # A document goes away as soon as it is linted.
        yield _lint(job, *batch.pop(), valid)


def _verdicts(schema: str, domains: Sequence[Domain]) -> Valid:
    try:
        return {domain.node: accepts(schema, domain.node) for domain in domains}
    except ChanfixError:
        return NOT_ASKED  # and the rule says why the schema cannot be asked


def _lint(job: Job, one: _Read, others: Others, valid: Valid) -> Linted:
    if isinstance(one, FileReport):
        return Linted(one)
    asked = Inquiry.of(job, one.name, others, valid)
    if isinstance(one, Refused):
        return Linted(FileReport(one.name, findings_of(job, [asked.look_at(one)])))
    try:
        sockets = claims_in(job, one)
        report = _report(job, asked, [asked.look_at(part) for part in one.parts])
    except ChanfixError as error:
        return Linted(error_report(one.name, error))
    is_kept = job.fixes is not None and is_fixable(report, job.fixes)
    return Linted(report, sockets, one.data if is_kept else None, identities_in(job, one))


def is_fixable(report: FileReport, safety: Safety) -> bool:
    """Return True if a finding has a fix of at least that safety."""
    return any(finding.fix and finding.fix.safety >= safety for finding in report.findings)


def _report(job: Job, asked: Inquiry, seen: Sequence[Seen]) -> FileReport:
    findings = findings_of(job, seen)
    suppressed = sum(len(one.hidden.hidden) for one in seen)
    unasked = next((one.unasked for one in seen if one.unasked), None)
    filtered = beside_baseline(job, asked, findings)
    if filtered is None:
        return FileReport(asked.name, findings, suppressed=suppressed, unasked=unasked)
    hidden = suppressed + len(filtered.hidden)
    return FileReport(asked.name, filtered.kept, suppressed=hidden, stale=filtered.stale, unasked=unasked)
