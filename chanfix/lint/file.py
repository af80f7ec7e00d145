"""Lints one file: check, hide, resolve; and fixes one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from chanfix.domain import Domain
from chanfix.domain.libvirt_schema import accepts
from chanfix.domain.versions import NEWEST, Version
from chanfix.errors import ChanfixError
from chanfix.lint.check import check, check_domain
from chanfix.lint.claims import claims_of
from chanfix.lint.draft import Draft, Hidden
from chanfix.lint.finding import FileReport, Finding, Unasked
from chanfix.lint.hide import hide, without_known
from chanfix.lint.judge import Judge
from chanfix.lint.known.config import Config
from chanfix.lint.resolve import resolve
from chanfix.lint.rule import Claim, Facts, RuleEntry
from chanfix.lint.rules import ASKED
from chanfix.lint.source import Refused, Source, Text, error_report, read
from chanfix.xml.document import Document, Node
from chanfix.xml.edit import Safety

if TYPE_CHECKING:
    from chanfix.lint.known.baseline import Baseline, Filtered

__all__ = ["NO_CLAIMS", "Claims", "FixedFile", "Job", "Linted", "fix_source", "lint_domain", "lint_sources"]

Claims = Mapping[str, tuple[Claim, ...]]
NO_CLAIMS: Claims = {}
_Valid = Mapping[Node, bool | None]
_UNKNOWN: _Valid = {}

# So many inputs are read at once, or as many as have so many bytes: what libvirt's schema and the rules keep in the
# processor's caches serves all of them, and there is room for their trees.
_AT_ONCE = 64
_BYTES_AT_ONCE = 256 * 1024


class Job(NamedTuple):
    """What a run does with each input; it can cross a process.

    With ``fixes``, texts are kept that have fixes of at least that safety, so that they are not read again. ``judge``
    is an installed libvirt to ask as well.
    """

    rules: tuple[RuleEntry, ...]
    config: Config = Config()
    version: Version = NEWEST
    baseline: Baseline | None = None
    schema: str | None = None
    fixes: Safety | None = None
    judge: Judge | None = None


class Linted(NamedTuple):
    """The result of one input: its report, the sockets that its domains bind, and its bytes if they are kept."""

    report: FileReport
    claims: tuple[Claim, ...] = ()
    data: bytes | None = None


class FixedFile(NamedTuple):
    """An input after its fixes: both texts for a diff, and the result for the new one."""

    before: bytes
    after: bytes
    encoding: str
    linted: Linted

    @property
    def report(self) -> FileReport:
        """The report on the new text."""
        return self.linted.report


def lint_domain(domain: Domain, rules: Sequence[RuleEntry], facts: Facts) -> list[Finding]:
    """Return the findings of rules about one domain, whatever its comments suppress."""
    return list(resolve(check_domain(domain, rules, facts), domain.document))


def lint_sources(job: Job, sources: Iterable[Source], claims: Claims = NO_CLAIMS) -> Iterator[Linted]:
    """Lint inputs one by one; ``claims`` are the sockets that others bind. Errors are in the reports."""
    batch: list[Text | Refused | FileReport] = []
    size = 0
    for source in sources:
        one = read(source)
        batch.append(one)
        size += len(one.data) if isinstance(one, Text) else 0
        if len(batch) == _AT_ONCE or size > _BYTES_AT_ONCE:
            yield from _lint_batch(job, batch, claims)
            batch, size = [], 0
    yield from _lint_batch(job, batch, claims)


def _lint_batch(job: Job, batch: list[Text | Refused | FileReport], claims: Claims) -> Iterator[Linted]:
    schema = job.schema if any(rule.needs_schema for rule in job.rules) else None
    verdicts = [_verdicts(schema, one.domains) if schema and isinstance(one, Text) else _UNKNOWN for one in batch]
    batch.reverse()
    for valid in verdicts:
        # A document goes away as soon as it is linted.
        yield _lint(job, batch.pop(), claims, valid)


def _verdicts(schema: str, domains: Sequence[Domain]) -> _Valid:
    try:
        return {domain.node: accepts(schema, domain.node) for domain in domains}
    except ChanfixError:
        return _UNKNOWN  # and the rule says why the schema cannot be asked


def _lint(job: Job, one: Text | Refused | FileReport, claims: Claims, valid: _Valid) -> Linted:
    if isinstance(one, FileReport):
        return Linted(one)
    asked = _Asked.of(job, one.name, claims, valid)
    if isinstance(one, Refused):
        is_ours = one.draft.rule in asked.ran
        return Linted(FileReport(one.name, resolve([one.draft], one, job.config.severity) if is_ours else ()))
    try:
        sockets = _claims_of(job, one)
        seen, unasked = asked.look(one)
        report = _report(job, one.document, asked, seen)._replace(unasked=unasked)
    except ChanfixError as error:
        return Linted(error_report(one.name, error))
    is_kept = job.fixes is not None and is_fixable(report, job.fixes)
    return Linted(report, sockets, one.data if is_kept else None)


def is_fixable(report: FileReport, safety: Safety) -> bool:
    """Return True if a finding has a fix of at least that safety."""
    return any(finding.fix and finding.fix.safety >= safety for finding in report.findings)


def _claims_of(job: Job, text: Text) -> tuple[Claim, ...]:
    return tuple([claim for domain in text.domains for claim in claims_of(domain, text.name, job.version)])


class _Asked(NamedTuple):
    """The rules that are asked about one file, the names of those whose silence proves something, and the facts."""

    name: str
    rules: tuple[RuleEntry, ...]
    ran: frozenset[str]
    facts: Facts
    judge: Judge | None = None

    @classmethod
    def of(cls, job: Job, name: str, claims: Claims, valid: _Valid = _UNKNOWN) -> _Asked:
        """Return what a job asks about a file."""
        ignored = job.config.ignored_in(name)
        rules = tuple(rule for rule in job.rules if rule.name not in ignored) if ignored else job.rules
        is_running = job.config.running
        ran = _names(rules, is_running)
        return cls(name, rules, ran, Facts(job.version, claims, job.schema, is_running, valid), job.judge)

    def look(self, text: Text) -> tuple[Hidden, Unasked | None]:
        """Return the drafts about a text, without those that its comments suppress; and why libvirt was not asked."""
        drafts: Sequence[Draft] = check(text, self.rules, self.facts)
        if self.judge is None:
            return hide(text.document, drafts, self.ran - ASKED), None
        judged = self.judge.judge(text, drafts, self.ran)
        ran = self.ran if judged.unasked is None else self.ran - ASKED
        return hide(text.document, judged.drafts, ran), judged.unasked


@lru_cache
def _names(rules: tuple[RuleEntry, ...], is_running: bool) -> frozenset[str]:
    return frozenset(rule.name for rule in rules if not (is_running and rule.about_live_state))


def _report(job: Job, document: Document, asked: _Asked, seen: Hidden) -> FileReport:
    findings = resolve(seen.kept, document, job.config.severity) if seen.kept else ()
    filtered = _filtered(job, asked, findings)
    if filtered is None:
        return FileReport(asked.name, findings, suppressed=len(seen.hidden))
    hidden = len(seen.hidden) + len(filtered.hidden)
    return FileReport(asked.name, filtered.kept, suppressed=hidden, stale=filtered.stale)


def _filtered(job: Job, asked: _Asked, findings: Iterable[Finding]) -> Filtered | None:
    return None if job.baseline is None else job.baseline.filter(asked.name, findings, asked.ran)


def fix_source(job: Job, source: Source, data: bytes, claims: Claims, safety: Safety) -> FixedFile:
    """Fix the bytes of an input, in memory.

    Raises ``ChanfixError`` for bytes that are no document, and when a fix breaks a promise.
    """
    from chanfix.lint.fix import fix

    document = source.parse(data)
    asked = _Asked.of(job, source.name, claims)
    seen, _ = asked.look(Text.of(source.name, document))
    filtered = _filtered(job, asked, resolve(seen.kept, document)) if job.baseline else None
    known = Counter((finding.rule, finding.message) for finding in filtered.hidden) if filtered else Counter()
    if filtered and known:
        kept = {(finding.rule, finding.place.span, finding.message) for finding in filtered.kept}
        old = [draft for draft in seen.kept if draft.identity not in kept]
        seen = Hidden([draft for draft in seen.kept if draft.identity in kept], [*seen.hidden, *old])

    # What a judge says has no fix: it is asked before the first and after the last of them, not about each trial.
    quiet = asked._replace(judge=None)

    def look(result: Document) -> Hidden:
        return without_known(quiet.look(Text.of(source.name, result))[0], known)

    fixed = fix(document, look, safety, seen=_without_judge(seen))
    left, unasked = fixed.left, None
    if asked.judge is not None:
        last, unasked = asked.look(Text.of(source.name, fixed.document))
        left = without_known(last, known)
    grades = job.config.severity
    done = tuple([finding for step in fixed.steps for finding in resolve(step.drafts, step.document, grades)])
    report = FileReport(
        source.name,
        resolve(left.kept, fixed.document, grades),
        fixed=done,
        suppressed=len(left.hidden),
        stale=filtered.stale if filtered else (),
        unasked=unasked,
    )
    claimed = _claims_of(job, Text.of(source.name, fixed.document))
    return FixedFile(data, fixed.document.data, document.encoding, Linted(report, claimed))


def _without_judge(seen: Hidden) -> Hidden:
    return Hidden(*([draft for draft in drafts if draft.rule not in ASKED] for drafts in seen))
