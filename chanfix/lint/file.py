"""Lints one file: check, hide, resolve; and fixes one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from chanfix.domain import Domain
from chanfix.domain.identity import Identity, Twin, identity_of
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
from chanfix.lint.resolve import Written, resolve
from chanfix.lint.rule import Claim, Facts, RuleEntry
from chanfix.lint.rules import ASKED
from chanfix.lint.source import Parts, Refused, Source, Text, error_report, read, read_bytes
from chanfix.xml.document import Document, Node
from chanfix.xml.edit import Safety

if TYPE_CHECKING:
    from chanfix.domain.targets import Target
    from chanfix.lint.known.baseline import Baseline, Filtered

__all__ = ["NO_OTHERS", "FixedFile", "Job", "Linted", "Others", "fix_source", "lint_domain", "lint_sources"]

_Read = Text | Refused | Parts | FileReport
_Valid = Mapping[Node, bool | None]
_UNKNOWN: _Valid = {}

# So many inputs are read at once, or as many as have so many bytes: what libvirt's schema and the rules keep in the
# processor's caches serves all of them, and there is room for their trees.
_AT_ONCE = 64
_BYTES_AT_ONCE = 256 * 1024


class Job(NamedTuple):
    """What a run does with each input; it can cross a process.

    ``version`` and ``qemu`` are those that the domains are for, or with ``targets`` the versions of each of these. With
    ``fixes``, texts are kept that have fixes of at least that safety, so that they are not read again. ``judge`` is an
    installed libvirt to ask as well.
    """

    rules: tuple[RuleEntry, ...]
    config: Config = Config()
    version: Version = NEWEST
    baseline: Baseline | None = None
    schema: str | None = None
    fixes: Safety | None = None
    qemu: Version | None = None
    targets: tuple[Target, ...] = ()
    judge: Judge | None = None


class Linted(NamedTuple):
    """The result of one input: its report, what its domains bind, who they are, and its bytes if they are kept."""

    report: FileReport
    claims: tuple[Claim, ...] = ()
    data: bytes | None = None
    identities: tuple[Identity, ...] = ()


class Others(NamedTuple):
    """What other inputs of the run share with one: the sockets that they bind, and domains that are alike."""

    claims: Mapping[str, tuple[Claim, ...]] = {}
    twins: tuple[Twin, ...] = ()


NO_OTHERS = Others()


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


def lint_sources(job: Job, sources: Iterable[Source], others: Others = NO_OTHERS) -> Iterator[Linted]:
    """Lint inputs one by one; ``others`` is what other inputs of the run share with them. Errors are in the reports."""
    batch: list[_Read] = []
    size = 0
    for source in sources:
        one = read(source)
        batch.append(one)
        size += len(one.data) if isinstance(one, (Text, Parts)) else 0
        if len(batch) == _AT_ONCE or size > _BYTES_AT_ONCE:
            yield from _lint_batch(job, batch, others)
            batch, size = [], 0
    yield from _lint_batch(job, batch, others)


def _lint_batch(job: Job, batch: list[_Read], others: Others) -> Iterator[Linted]:
    schema = job.schema if any(rule.needs_schema for rule in job.rules) else None
    verdicts = [
        _verdicts(schema, one.domains) if schema and isinstance(one, (Text, Parts)) else _UNKNOWN for one in batch
    ]
    batch.reverse()
    for valid in verdicts:
        # A document goes away as soon as it is linted.
        yield _lint(job, batch.pop(), others, valid)


def _verdicts(schema: str, domains: Sequence[Domain]) -> _Valid:
    try:
        return {domain.node: accepts(schema, domain.node) for domain in domains}
    except ChanfixError:
        return _UNKNOWN  # and the rule says why the schema cannot be asked


def _lint(job: Job, one: _Read, others: Others, valid: _Valid) -> Linted:
    if isinstance(one, FileReport):
        return Linted(one)
    asked = _Asked.of(job, one.name, others, valid)
    if isinstance(one, Refused):
        return Linted(FileReport(one.name, _findings(job, [asked.look_at(one)])))
    try:
        sockets = _claims_of(job, one)
        report = _report(job, asked, [asked.look_at(part) for part in one.parts])
    except ChanfixError as error:
        return Linted(error_report(one.name, error))
    is_kept = job.fixes is not None and is_fixable(report, job.fixes)
    return Linted(report, sockets, one.data if is_kept else None, _identities(job, one))


def is_fixable(report: FileReport, safety: Safety) -> bool:
    """Return True if a finding has a fix of at least that safety."""
    return any(finding.fix and finding.fix.safety >= safety for finding in report.findings)


def _claims_of(job: Job, text: Text | Parts) -> tuple[Claim, ...]:
    versions = dict.fromkeys(target.libvirt for target in job.targets) or (job.version,)
    found = [claim for domain in text.domains for each in versions for claim in claims_of(domain, text.name, each)]
    return tuple(found) if len(versions) == 1 else tuple(dict.fromkeys(found))


def _identities(job: Job, text: Text | Parts) -> tuple[Identity, ...]:
    """Return who the domains of a text are, if a rule wants to know."""
    if not any(rule.family == "repository" and not rule.is_local for rule in job.rules):
        return ()
    return tuple([one for domain in text.domains if (one := identity_of(domain, text.name)) is not None])


class _Seen(NamedTuple):
    """A text with lines, the drafts about it, and why libvirt was not asked about it."""

    text: Written
    hidden: Hidden
    unasked: Unasked | None = None


class _Asked(NamedTuple):
    """The rules that are asked about one file, the names of those whose silence proves something, and the facts."""

    name: str
    rules: tuple[RuleEntry, ...]
    ran: frozenset[str]
    facts: Facts
    judge: Judge | None = None

    @classmethod
    def of(cls, job: Job, name: str, others: Others, valid: _Valid = _UNKNOWN) -> _Asked:
        """Return what a job asks about a file."""
        ignored = job.config.ignored_in(name)
        rules = tuple(rule for rule in job.rules if rule.name not in ignored) if ignored else job.rules
        is_running = job.config.running
        ran = _names(rules, is_running)
        claims, twins = others
        facts = Facts(job.version, claims, job.schema, is_running, valid, job.qemu, targets=job.targets, twins=twins)
        return cls(name, rules, ran, facts, job.judge)

    def look(self, text: Text) -> Hidden:
        """Return the drafts about a text, without those that its comments suppress."""
        return self.look_at(text).hidden

    def look_at(self, one: Text | Refused) -> _Seen:
        """Return a text with the drafts about it, without those that its comments suppress."""
        if isinstance(one, Refused):
            return _Seen(one, Hidden([one.draft] if one.draft.rule in self.ran else []))
        drafts: Sequence[Draft] = check(one, self.rules, self.facts)
        if self.judge is None:
            return _Seen(one.document, hide(one.document, drafts, self.ran - ASKED))
        judged = self.judge.judge(one, drafts, self.ran)
        ran = self.ran if judged.unasked is None else self.ran - ASKED
        return _Seen(one.document, hide(one.document, judged.drafts, ran), judged.unasked)


@lru_cache
def _names(rules: tuple[RuleEntry, ...], is_running: bool) -> frozenset[str]:
    return frozenset(rule.name for rule in rules if not (is_running and rule.about_live_state))


def _report(job: Job, asked: _Asked, seen: Sequence[_Seen]) -> FileReport:
    findings = _findings(job, seen)
    suppressed = sum(len(one.hidden.hidden) for one in seen)
    unasked = next((one.unasked for one in seen if one.unasked), None)
    filtered = _filtered(job, asked, findings)
    if filtered is None:
        return FileReport(asked.name, findings, suppressed=suppressed, unasked=unasked)
    hidden = suppressed + len(filtered.hidden)
    return FileReport(asked.name, filtered.kept, suppressed=hidden, stale=filtered.stale, unasked=unasked)


def _findings(job: Job, seen: Sequence[_Seen]) -> tuple[Finding, ...]:
    grades = job.config.severity
    kept = [(one.text, one.hidden.kept) for one in seen if one.hidden.kept]
    return tuple([finding for text, drafts in kept for finding in resolve(drafts, text, grades)])


def _filtered(job: Job, asked: _Asked, findings: Iterable[Finding]) -> Filtered | None:
    return None if job.baseline is None else job.baseline.filter(asked.name, findings, asked.ran)


def fix_source(job: Job, source: Source, data: bytes, others: Others, safety: Safety) -> FixedFile:
    """Fix the bytes of an input, in memory.

    Raises ``ChanfixError`` for bytes that are no document, and when a fix breaks a promise.
    """
    from chanfix.lint.fix import fix

    one = read_bytes(source, data)
    if isinstance(one, Parts):
        return _fix_parts(job, source, one, others, safety)
    document = one.document if isinstance(one, Text) else source.parse(data)
    asked = _Asked.of(job, source.name, others)
    seen = asked.look(Text.of(source.name, document))
    filtered = _filtered(job, asked, resolve(seen.kept, document)) if job.baseline else None
    seen, known = _without_old(seen, filtered)

    # What a judge says has no fix: it is asked before the first and after the last of them, not about each trial.
    quiet = asked._replace(judge=None)

    def look(result: Document) -> Hidden:
        return without_known(quiet.look(Text.of(source.name, result)), known)

    fixed = fix(document, look, safety, seen=_without_judge(seen))
    left, unasked = fixed.left, None
    if asked.judge is not None:
        last = asked.look_at(Text.of(source.name, fixed.document))
        left, unasked = without_known(last.hidden, known), last.unasked
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
    text = Text.of(source.name, fixed.document)
    linted = Linted(report, _claims_of(job, text), identities=_identities(job, text))
    return FixedFile(data, fixed.document.data, document.encoding, linted)


def _without_old(seen: Hidden, filtered: Filtered | None) -> tuple[Hidden, Counter[tuple[str, str]]]:
    """Return a look without the drafts that a baseline knows, and these by rule and message."""
    known = Counter((finding.rule, finding.message) for finding in filtered.hidden) if filtered else Counter()
    if filtered and known:
        kept = {(finding.rule, finding.place.span, finding.message) for finding in filtered.kept}
        old = [draft for draft in seen.kept if draft.identity not in kept]
        seen = Hidden([draft for draft in seen.kept if draft.identity in kept], [*seen.hidden, *old])
    return seen, known


def _fix_parts(job: Job, source: Source, parts: Parts, others: Others, safety: Safety) -> FixedFile:
    """Fix the parts of an input, each by itself."""
    from chanfix.lint.fix_inside import fix_parts, known_in

    asked = _Asked.of(job, source.name, others)
    seen = [asked.look_at(part) for part in parts.parts]
    filtered = _filtered(job, asked, _findings(job, seen)) if job.baseline else None
    known = [known_in(one.text, one.hidden, filtered.hidden if filtered else ()) for one in seen]

    def look(number: int, text: Text) -> Hidden:
        return without_known(asked.look(text), known[number])

    fixed = fix_parts(source, parts, look, safety)
    left = [
        one._replace(hidden=without_known(one.hidden, known[number]))
        for number, one in enumerate(asked.look_at(part) for part in fixed.parts.parts)
    ]
    grades = job.config.severity
    report = FileReport(
        source.name,
        _findings(job, left),
        fixed=tuple([finding for draft, text in fixed.done for finding in resolve([draft], text, grades)]),
        suppressed=sum(len(one.hidden.hidden) for one in left),
        stale=filtered.stale if filtered else (),
    )
    linted = Linted(report, _claims_of(job, fixed.parts), identities=_identities(job, fixed.parts))
    return FixedFile(parts.data, fixed.parts.data, "utf-8", linted)


def _without_judge(seen: Hidden) -> Hidden:
    return Hidden(*([draft for draft in drafts if draft.rule not in ASKED] for drafts in seen))
