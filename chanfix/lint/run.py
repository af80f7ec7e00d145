"""One run over many inputs: each by itself first, then those that share a socket again, with what the others bind."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from chanfix.domain.identity import twins_of
from chanfix.links import page_of_rule
from chanfix.lint.file import is_fixable, lint_sources
from chanfix.lint.finding import FileReport, Finding, RuleInfo, Severity
from chanfix.lint.fix_file import FixedFile, fix_source
from chanfix.lint.job import NO_OTHERS, NOTHING_SHARED, Job, Linted, Others
from chanfix.lint.rule import Claim, RuleEntry
from chanfix.lint.rules import page_of
from chanfix.lint.source import Source
from chanfix.named_tuple import NamedTuple
from chanfix.xml.edit import Safety

if TYPE_CHECKING:
    from chanfix.lint.ignoring.in_file import IgnoredFile

__all__ = ["FEW", "FixedFile", "Job", "Linted", "Run", "Source", "rule_info"]

_NAMED = 5
# So few inputs are linted sooner than other processes have started.
FEW = 200


class Run(NamedTuple):
    """The results of inputs, in their order, and what each shares with others."""

    job: Job
    sources: Sequence[Source]
    linted: Sequence[Linted]
    others: Sequence[Others]

    @classmethod
    def lint(
        cls,
        sources: Sequence[Source],
        job: Job,
        processes: int = 1,
        advance: Callable[[], None] = lambda: None,
        tell: Callable[[str], None] = lambda text: None,
    ) -> Run:
        """Lint inputs. ``advance`` is called after each, ``tell`` if no other process can be started."""
        linted = []
        for one in _lint_all(job, sources, processes, tell=tell):
            linted.append(one)
            advance()
        return cls(job, sources, linted, [NO_OTHERS] * len(linted)).after({}, processes)

    @property
    def reports(self) -> list[FileReport]:
        """The reports in the order of the inputs."""
        return [one.report for one in self.linted]

    def fixable(self, safety: Safety) -> list[int]:
        """Return the numbers of the inputs that have fixes of at least that safety."""
        return [number for number, one in enumerate(self.linted) if is_fixable(one.report, safety)]

    def fix(self, number: int, safety: Safety) -> FixedFile:
        """Fix one input, in memory. Raises ``ChanfixError`` when it cannot be read again or a fix breaks a promise."""
        source, data = self.sources[number], self.linted[number].data
        return fix_source(self.job, source, source.read() if data is None else data, self.others[number], safety)

    def ignore(self, number: int, only: Collection[Finding] | None = None) -> IgnoredFile:
        """Write comments that suppress the findings about one input, in memory: all, or ``only`` some of them.

        Raises ``ChanfixError`` when it cannot be read again.
        """
        from chanfix.lint.ignoring.in_file import ignore_source

        source = self.sources[number]
        return ignore_source(self.job, source, source.read(), self.others[number], only)

    def after(self, fixed: Mapping[int, Linted], processes: int = 1) -> Run:
        """Return the run after the fixes of some inputs, which were written.

        A fix can end a finding in another input: those that share something with a fixed one are linted again.
        """
        linted = [fixed.get(number, one) for number, one in enumerate(self.linted)]
        others = [*map(Others, _claims_by_source(linted), twins_of([one.identities for one in linted]))]
        whole: list[int] = []
        of_twins: list[int] = []
        for number, (one, before, now) in enumerate(zip(linted, self.others, others, strict=True)):
            # A baseline no longer knows the lines that a fix has changed.
            if before == now or one.report.error or (one.report.fixed and self.job.baseline):
                continue
            # Where twins are known only now, and no comment or baseline hides anything, the rules about them are asked.
            is_partly = before == NO_OTHERS and not (now.claims or one.report.suppressed or self.job.baseline)
            (of_twins if is_partly else whole).append(number)
        rules = tuple(rule for rule in self.job.rules if rule.family == "repository")
        names = {rule.name for rule in rules}
        for number, again in self._again(self.job._replace(rules=rules, judge=None), of_twins, others, processes):
            if again.report.error:
                linted[number] = _with_fixed(again, linted[number])
            else:
                linted[number] = _with_twins(linted[number], again, names)
        for number, again in self._again(self.job, whole, others, processes):
            linted[number] = _with_fixed(again, linted[number])
        return Run(self.job, self.sources, linted, others)

    def _again(
        self, job: Job, numbers: Sequence[int], others: Sequence[Others], processes: int
    ) -> Iterator[tuple[int, Linted]]:
        sources = [self.sources[number] for number in numbers]
        if len(numbers) < FEW:
            processes = 1
        return zip(numbers, _lint_all(job, sources, processes, [others[number] for number in numbers]), strict=True)


def _with_fixed(again: Linted, before: Linted) -> Linted:
    """Return a second result of an input with what was fixed in it before."""
    return again._replace(report=again.report._replace(fixed=before.report.fixed))


def _with_twins(one: Linted, again: Linted, rules: Collection[str]) -> Linted:
    """Return a result with the findings of some rules that were asked again."""
    found = [finding for finding in one.report.findings if finding.rule not in rules]
    findings = sorted([*found, *again.report.findings], key=lambda finding: finding.place.span)
    suppressed = again.report.suppressed
    return one._replace(report=one.report._replace(findings=tuple(findings), suppressed=suppressed))


def _lint_all(
    job: Job,
    sources: Sequence[Source],
    processes: int,
    others: Iterable[Others] = NOTHING_SHARED,
    tell: Callable[[str], None] = lambda text: None,
) -> Iterator[Linted]:
    if processes > 1 and len(sources) > 1:
        from chanfix.lint.pool import lint_in_processes

        return lint_in_processes(job, sources, processes, tell, others)
    return lint_sources(job, sources, others)


def _claims_by_source(linted: Sequence[Linted]) -> list[Mapping[str, tuple[Claim, ...]]]:
    """Return for each input who else binds the sockets that it binds itself.

    A few claims of each socket are enough: with all of them, a thousand files with one path
    would give a million places.
    """
    by_socket: dict[str, dict[str, Claim]] = {}
    for one in linted:
        for claim in one.claims:
            by_name = by_socket.setdefault(claim.socket, {})
            if len(by_name) < _NAMED:
                by_name.setdefault(claim.domain_name, claim)
    shared = {socket: tuple(claims.values()) for socket, claims in by_socket.items() if len(claims) > 1}
    if not shared:
        return [{}] * len(linted)
    return [{claim.socket: shared[claim.socket] for claim in one.claims if claim.socket in shared} for one in linted]


def rule_info(rule: RuleEntry, severities: Mapping[str, Severity] | None = None) -> RuleInfo:
    """Return what reports say of a rule; ``severities`` are those that the configuration sets, by rule."""
    configured = (severities or {}).get(rule.name)
    return RuleInfo(
        rule.name,
        rule.summary,
        rule.severity,
        rule.fixable.value,
        rule.since,
        page_of(rule),
        page_of_rule(rule.name),
        None if configured is rule.severity else configured,
    )
