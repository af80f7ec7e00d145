"""One run over many inputs: each by itself first, then those that share a socket once more, knowing of each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from chanfix.lint.engine import fix_document
from chanfix.lint.finding import FileReport, RuleInfo
from chanfix.lint.linter import NO_CLAIMS, Claims, Job, Linted, Linter, Source, lint_source, lint_sources
from chanfix.lint.rule import Claim, RuleEntry
from chanfix.lint.rules import page_of
from chanfix.xml.edit import Safety

__all__ = ["Job", "Mended", "Run", "Source", "rule_info"]

_NAMED = 5


class Mended(NamedTuple):
    """An input after its fixes: both texts for a diff, and the report on the new one."""

    before: bytes
    after: bytes
    encoding: str
    report: FileReport


class Run:
    """The inputs of a run and what is known of each. Reports are in the order of the inputs, whatever ``processes``.

    ``advance`` is called for each input that has been looked at, ``tell`` when there are no other processes to be had.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        job: Job,
        processes: int = 1,
        advance: Callable[[], None] = lambda: None,
        tell: Callable[[str], None] = lambda text: None,
    ) -> None:
        self.sources = sources
        self._job = job
        linted = list(_lint_all(job, sources, processes, advance, tell))
        self._claims = _claims_by_source(linted)
        for number, claims in enumerate(self._claims):
            if claims:
                linted[number] = lint_source(job, sources[number], claims)
        self.reports = [one.report for one in linted]

    def fixable(self, safety: Safety) -> list[int]:
        """Return the numbers of the inputs that have fixes of at least that safety."""
        return [
            number
            for number, report in enumerate(self.reports)
            if any(finding.fix and finding.fix.safety >= safety for finding in report.findings)
        ]

    def mend(self, number: int, safety: Safety) -> Mended:
        """Fix one input, in memory. Raises ``ChanfixError`` when it cannot be read again or a fix breaks a promise."""
        source = self.sources[number]
        data = source.read()
        document = source.parse(data)
        linter = Linter(self._job, source.name, self._claims[number])
        fixed = fix_document(document, linter.findings, safety)
        report = linter.report(fixed.document)._replace(fixed=fixed.done)
        return Mended(data, fixed.document.data, document.encoding, report)


def _lint_all(
    job: Job, sources: Sequence[Source], processes: int, advance: Callable[[], None], tell: Callable[[str], None]
) -> Iterator[Linted]:
    if processes > 1 and len(sources) > 1:
        from chanfix.lint.processes import lint_in_processes

        yield from lint_in_processes(job, sources, processes, advance, tell)
        return
    for one in lint_sources(job, sources):
        advance()
        yield one


def _claims_by_source(linted: Sequence[Linted]) -> list[Claims]:
    """Return for each input who else binds the sockets that it binds itself.

    A few claims of each socket are enough to say so, whoever else there is: with all of them, a thousand files with one
    path would tell of a million places.
    """
    by_socket: dict[str, dict[str, Claim]] = {}
    for one in linted:
        for claim in one.claims:
            by_name = by_socket.setdefault(claim.socket, {})
            if len(by_name) < _NAMED:
                by_name.setdefault(claim.domain_name, claim)
    shared = {socket: tuple(claims.values()) for socket, claims in by_socket.items() if len(claims) > 1}
    if not shared:
        return [NO_CLAIMS] * len(linted)
    return [{claim.socket: shared[claim.socket] for claim in one.claims if claim.socket in shared} for one in linted]


def rule_info(rule: RuleEntry) -> RuleInfo:
    """Return what reports say of a rule."""
    return RuleInfo(rule.name, rule.summary, rule.severity, rule.fixable.value, rule.since, page_of(rule))
