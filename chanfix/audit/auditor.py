"""Audits hosts side by side. One that is dead, slow or talks nonsense costs its own deadline, and nobody else's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from chanfix.audit.hosts import HostEntry
from chanfix.audit.report import DomainAudit, HostAudit, Standing
from chanfix.errors import ChanfixError
from chanfix.host.deadline import within
from chanfix.host.host import DomainRef, Host
from chanfix.host.side_by_side import side_by_side
from chanfix.lint.finding import Asked, FileReport
from chanfix.lint.run import Job, Run, Source
from chanfix.status.health import Health
from chanfix.status.next_step import command_line
from chanfix.status.survey import Outcome, Survey
from chanfix.status.verdict import Verdict

__all__ = ["Auditor"]

_IDLE = frozenset({Verdict.SHUT_OFF, Verdict.PAUSED, Verdict.NOT_QEMU, Verdict.DETACHED})
_UNKNOWN = "unknown"


@dataclass(slots=True)
class _Seen:
    """What is known of a host, as much as its deadline lets come together."""

    domains: list[DomainAudit] = field(default_factory=list)
    libvirt: str | None = None
    qemu: str | None = None


@dataclass(frozen=True, slots=True)
class Auditor:
    """How to audit. All times are in seconds: ``patience`` is an agent's, ``deadline`` that of a whole host.

    ``connect`` may raise ``HostError``. ``agents`` says how many agents of a host are asked at once. With ``raw`` they
    are asked for their commands, which marks the domains as tainted. ``now`` tells the time for frozen guests.
    ``asked`` is the libvirt that the job asks.
    """

    connect: Callable[[str], Host]
    job: Job
    patience: float
    deadline: float
    agents: int
    raw: bool = False
    now: Callable[[], datetime] | None = None
    asked: Asked | None = None

    def audit(self, entries: Iterable[HostEntry], *, width: int, done: Callable[[HostAudit], None]) -> Iterator[None]:
        """Audit hosts, ``width`` at a time. ``done`` gets each as soon as it is done, in a thread of its own."""
        yield from side_by_side(lambda entry: done(self._host(entry)), entries, width=width)

    def _host(self, entry: HostEntry) -> HostAudit:
        seen = _Seen()
        error = None
        try:
            within(self.deadline, lambda: self._look(entry.uri, seen))
        except TimeoutError:
            error = f"not done within {self.deadline:g} seconds"
        except ChanfixError as failure:
            error = failure.message
        except Exception as bug:  # what one host brings about is no reason to lose the others
            error = f"chanfix failed: {bug!r}"
        targets = tuple(target.name for target in self.job.targets)
        return HostAudit(
            entry.name, entry.uri, tuple(seen.domains), error, seen.libvirt, seen.qemu, targets, self.asked
        )

    def _look(self, uri: str, seen: _Seen) -> None:
        host = self.connect(uri)
        another = partial(self.connect, uri)
        survey = Survey(host, another, jobs=self.agents, raw=self.raw, version=None, now=self.now)
        try:
            seen.libvirt = str(host.version)
            seen.qemu = str(host.qemu) if host.qemu else None
            refs = host.refs()
            reports = self._lint(host, refs)
            for ref, report, outcome in zip(refs, reports, survey.look(refs, patience=self.patience), strict=True):
                seen.domains.append(_domain(ref, report, outcome, uri))
        finally:
            survey.close()
            host.close()

    def _lint(self, host: Host, refs: list[DomainRef]) -> list[FileReport]:
        sources = [Source(ref.name, partial(host.public_xml, ref), is_stored=True) for ref in refs]
        job = self.job if self.job.targets else self.job._replace(version=host.version, qemu=host.qemu)
        return Run.lint(sources, job).reports


def _domain(ref: DomainRef, report: FileReport, outcome: Outcome, uri: str) -> DomainAudit:
    unasked = report.unasked.reason if report.unasked else None
    if not isinstance(outcome, Health):
        message, advice, found = outcome.message, outcome.hint or "", report.findings
        return DomainAudit(ref.name, ref.uuid, _UNKNOWN, Standing.BAD, message, advice, findings=found, unasked=unasked)
    standing = Standing.IDLE if outcome.verdict in _IDLE else Standing.BAD
    return DomainAudit(
        name=ref.name,
        uuid=ref.uuid,
        verdict=outcome.verdict.value,
        standing=Standing.GOOD if outcome.is_well else standing,
        message=outcome.summary,
        advice=outcome.next_step.words,
        command=command_line(outcome.next_step, uri),
        findings=report.findings,
        features=outcome.features,
        addresses=outcome.addresses or (),
        frozen_since=outcome.frozen_since.isoformat() if outcome.frozen_since else None,
        unasked=unasked,
    )
