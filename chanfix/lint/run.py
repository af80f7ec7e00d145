"""One run over many inputs: each by itself first, then those that share a socket once more, knowing of each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from typing import TYPE_CHECKING, NamedTuple

from chanfix.compat import NEWEST, Version
from chanfix.domain import domains_in
from chanfix.errors import ChanfixError, InputError
from chanfix.lint.claims import claims_of
from chanfix.lint.config import Config
from chanfix.lint.engine import fix_document, lint_domain, resolve
from chanfix.lint.finding import FileReport, Finding, RuleInfo
from chanfix.lint.readings import look_at
from chanfix.lint.rules import by_name
from chanfix.lint.rules.base import Claim, Facts, Rule
from chanfix.lint.traced import traced_findings
from chanfix.markup.document import Document
from chanfix.markup.edit import Safety
from chanfix.template import read_document

if TYPE_CHECKING:
    from chanfix.lint.baseline import Baseline

__all__ = ["Job", "Mended", "Run", "Source", "rule_info"]

_Claims = Mapping[str, tuple[Claim, ...]]
_NO_CLAIMS: _Claims = {}
# How many inputs a process takes at once, at the least, and how often each comes back for more of many.
_CHUNK = 32
_CHUNKS = 50
_NAMED = 5


class Source(NamedTuple):
    """An input: its name for reports, and how to get its bytes.

    ``is_named`` is false for what was found in a folder: then a file without a domain in it is nothing to speak of.
    ``is_stored`` is true for what libvirt keeps: that is no template, whatever stands in it. With ``variables``, as
    ``read_variables`` returns them, Jinja templates are rendered.
    """

    name: str
    read: Callable[[], bytes]
    is_named: bool = True
    is_stored: bool = False
    variables: str | None = None

    def parse(self, data: bytes) -> Document:
        """Return bytes of this input as a document. Raises ``InputError``."""
        if self.is_stored:
            return Document.parse(data)
        if self.variables is not None:
            from chanfix.template.rendering import read_rendered

            return read_rendered(data, self.name, self.variables)
        return read_document(data, self.name)


class Job(NamedTuple):
    """What a run does with each input; it can cross a process."""

    rules: tuple[Rule, ...]
    config: Config = Config()
    version: Version = NEWEST
    baseline: Baseline | None = None
    schema: str | None = None


class Linted(NamedTuple):
    """What came of one input: its report, and the sockets that its domains bind."""

    report: FileReport
    claims: tuple[Claim, ...] = ()


class Mended(NamedTuple):
    """An input after its fixes: both texts for a diff, and the report on the new one."""

    before: bytes
    after: bytes
    encoding: str
    report: FileReport


class Run:
    """The inputs of a run and what is known of each. Reports are in the order of the inputs, whatever ``processes``.

    ``advance`` is called for each input that has been looked at.
    """

    def __init__(
        self, sources: Sequence[Source], job: Job, processes: int = 1, advance: Callable[[], None] = lambda: None
    ) -> None:
        self.sources = sources
        self._job = job
        linted = []
        for one in _lint_all(job, sources, processes):
            linted.append(one)
            advance()
        self._claims = _claims_by_source(linted)
        for number, claims in enumerate(self._claims):
            if claims:
                linted[number] = _lint_source(job, sources[number], claims)
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
        linter = _Linter(self._job, source.name, self._claims[number])
        fixed = fix_document(document, linter.findings, safety)
        report = linter.report(fixed.document)._replace(fixed=fixed.done)
        return Mended(data, fixed.document.data, document.encoding, report)


@lru_cache
def _names(rules: tuple[Rule, ...]) -> frozenset[str]:
    return frozenset(rule.name for rule in rules)


class _Linter:
    """Lints the text of one input: rules, severities, suppression and baseline."""

    def __init__(self, job: Job, name: str, claims: _Claims) -> None:
        self._job = job
        self._name = name
        ignored = job.config.ignored_in(name)
        self.rules = tuple(rule for rule in job.rules if rule.name not in ignored) if ignored else job.rules
        self.ran = _names(self.rules)
        self._facts = Facts(job.version, claims, job.schema)
        # What the baseline hid at the first look; a fix that changes its line does not make it new.
        self._known: Counter[tuple[str, str]] | None = None
        self._stale: tuple[str, ...] = ()

    def findings(self, document: Document) -> list[Finding]:
        """Return the findings that count."""
        return list(self._look(document)[0])

    def report(self, document: Document) -> FileReport:
        """Return the report on a document that holds a domain."""
        kept, hidden = self._look(document)
        return FileReport(self._name, tuple(kept), suppressed=hidden, stale=self._stale)

    def _look(self, document: Document) -> tuple[list[Finding], int]:
        applied = look_at(document, self._lint, self.ran)
        if not (applied.kept or applied.unused or self._job.baseline):
            return [], len(applied.suppressed)
        kept = list(applied.kept)
        if applied.unused and (rule := by_name("unused-suppression")):
            kept += [resolve(document, rule, draft, can_fix=document.is_editable) for draft in applied.unused]
            kept.sort(key=lambda finding: finding.place.span)
        kept = [self.graded(finding) for finding in traced_findings(kept, document.origin)]
        hidden = len(applied.suppressed)
        if self._job.baseline is not None:
            new = self._without_known(kept, self._job.baseline)
            kept, hidden = new, hidden + len(kept) - len(new)
        return kept, hidden

    def _without_known(self, findings: list[Finding], baseline: Baseline) -> list[Finding]:
        if self._known is None:
            filtered = baseline.filter(self._name, findings, self.ran)
            self._known = Counter((finding.rule, finding.message) for finding in filtered.hidden)
            self._stale = filtered.stale
            return list(filtered.kept)
        left = Counter(self._known)
        new = []
        for finding in findings:
            left[finding.rule, finding.message] -= 1
            if left[finding.rule, finding.message] < 0:
                new.append(finding)
        return new

    def _lint(self, document: Document) -> list[Finding]:
        return [finding for domain in domains_in(document) for finding in lint_domain(domain, self.rules, self._facts)]

    def graded(self, finding: Finding) -> Finding:
        """Return a finding with the severity that the configuration gives its rule."""
        severity = self._job.config.severity.get(finding.rule)
        return finding if severity is None else finding._replace(severity=severity)


def _lint_source(job: Job, source: Source, claims: _Claims | None = None) -> Linted:
    try:
        data = source.read()
        if not source.is_named and b"<domain" not in data and b"\0" not in data[:64]:
            return Linted(FileReport(source.name, skipped="holds no libvirt domain"))
        return _lint_data(job, source, data, claims or {})
    except ChanfixError as error:
        return Linted(FileReport(source.name, error=_sentence(error)))


def _sentence(error: ChanfixError) -> str:
    if isinstance(error, InputError) and error.position:
        return f"{error.message} (line {error.position.line}, column {error.position.column})"
    return error.message


def _lint_data(job: Job, source: Source, data: bytes, claims: _Claims) -> Linted:
    name = source.name
    linter = _Linter(job, name, claims)
    try:
        document = source.parse(data)
    except InputError as error:
        from chanfix.lint.refused import finding_of

        finding = finding_of(error, data)
        if finding is None:
            raise
        found = (linter.graded(finding),) if finding.rule in linter.ran else ()
        return Linted(FileReport(name, found))
    domains = domains_in(document)
    if not domains:
        return Linted(FileReport(name, skipped="holds no libvirt domain"))
    sockets = [claim for domain in domains for claim in claims_of(domain, name, job.version)]
    return Linted(linter.report(document), tuple(sockets))


def _claims_by_source(linted: Sequence[Linted]) -> list[_Claims]:
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
        return [_NO_CLAIMS] * len(linted)
    return [{claim.socket: shared[claim.socket] for claim in one.claims if claim.socket in shared} for one in linted]


def _lint_all(job: Job, sources: Sequence[Source], processes: int) -> Iterable[Linted]:
    if processes < 2 or len(sources) < 2:
        return map(partial(_lint_source, job), sources)
    return _lint_in_processes(job, sources, processes)


def _lint_in_processes(job: Job, sources: Sequence[Source], processes: int) -> Iterator[Linted]:
    from concurrent.futures import ProcessPoolExecutor

    # Small enough that no process waits long for the last one, and large enough that few words are exchanged.
    size = min(max(len(sources) // (_CHUNKS * processes), _CHUNK), 8 * _CHUNK)
    chunks = [range(start, min(start + size, len(sources))) for start in range(0, len(sources), size)]
    with ProcessPoolExecutor(processes, initializer=_take, initargs=(job, sources)) as pool:
        for chunk, results in zip(chunks, pool.map(_lint_chunk, chunks), strict=True):
            for number, linted in zip(chunk, results, strict=True):
                yield Linted(FileReport(sources[number].name)) if linted is None else linted


# What a process of a pool works on: it is told once, and then only of numbers.
_taken: tuple[Job, Sequence[Source]] = Job(()), ()


def _take(job: Job, sources: Sequence[Source]) -> None:
    global _taken
    _taken = job, sources


def _lint_chunk(numbers: range) -> list[Linted | None]:
    """Return what came of some inputs, None where there is nothing to say: most of it, which is soon sent."""
    job, sources = _taken
    linted = [_lint_source(job, sources[number]) for number in numbers]
    return [None if one == Linted(FileReport(one.report.path)) else one for one in linted]


def rule_info(rule: Rule) -> RuleInfo:
    """Return what reports say of a rule."""
    return RuleInfo(rule.name, rule.summary, rule.severity, rule.fixable.value, rule.since, rule.page)
