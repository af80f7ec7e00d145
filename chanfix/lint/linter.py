"""Lints inputs, each by itself: read, held against libvirt's schema, asked about by the rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from chanfix.domain import Domain, domains_in
from chanfix.domain.libvirt_schema import accepts
from chanfix.domain.versions import NEWEST, Version
from chanfix.errors import ChanfixError, InputError
from chanfix.lint.claims import claims_of
from chanfix.lint.engine import lint_domain, resolve
from chanfix.lint.finding import FileReport, Finding
from chanfix.lint.known.config import Config
from chanfix.lint.readings import look_at
from chanfix.lint.rule import Claim, Facts, RuleEntry
from chanfix.lint.rules import by_name
from chanfix.lint.traced import traced_findings
from chanfix.lint.unknown_words import at_most_one
from chanfix.template import read_document
from chanfix.template.endings import may_hold_domain
from chanfix.xml.document import Document

if TYPE_CHECKING:
    from chanfix.lint.known.baseline import Baseline

__all__ = ["NO_CLAIMS", "Claims", "Job", "Linted", "Linter", "Source", "lint_source", "lint_sources"]

Claims = Mapping[str, tuple[Claim, ...]]
NO_CLAIMS: Claims = {}

# So many inputs are read at once, or as many as have so many bytes: what libvirt's schema and the rules keep in the
# processor's caches serves all of them, and there is room for their trees.
_AT_ONCE = 64
_BYTES_AT_ONCE = 256 * 1024


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
            from chanfix.template.rendered.rendering import read_rendered

            return read_rendered(data, self.name, self.variables)
        return read_document(data, self.name)


class Job(NamedTuple):
    """What a run does with each input; it can cross a process."""

    rules: tuple[RuleEntry, ...]
    config: Config = Config()
    version: Version = NEWEST
    baseline: Baseline | None = None
    schema: str | None = None


class Linted(NamedTuple):
    """What came of one input: its report, and the sockets that its domains bind."""

    report: FileReport
    claims: tuple[Claim, ...] = ()


@lru_cache
def _names(rules: tuple[RuleEntry, ...], is_running: bool) -> frozenset[str]:
    """Return the names of the rules whose silence proves something."""
    return frozenset(rule.name for rule in rules if not (is_running and rule.about_live_state))


class Linter:
    """Lints the text of one input: rules, severities, suppression and baseline."""

    def __init__(self, job: Job, name: str, claims: Claims) -> None:
        self.job = job
        self.name = name
        ignored = job.config.ignored_in(name)
        self.rules = tuple(rule for rule in job.rules if rule.name not in ignored) if ignored else job.rules
        self.ran = _names(self.rules, job.config.running)
        self._facts = Facts(job.version, claims, job.schema, job.config.running)
        # What was read already, so that it is not done again.
        self._document: Document | None = None
        self._domains: Sequence[Domain] = ()
        # What the baseline hid at the first look; a fix that changes its line does not make it new.
        self._known: Counter[tuple[str, str]] | None = None
        self._stale: tuple[str, ...] = ()

    def findings(self, document: Document) -> list[Finding]:
        """Return the findings that count."""
        return list(self._look(document)[0])

    def report(self, document: Document, domains: Sequence[Domain] | None = None) -> FileReport:
        """Return the report on a document that holds a domain; ``domains`` when they are known already."""
        if domains is not None:
            self._document, self._domains = document, domains
        kept, hidden = self._look(document)
        return FileReport(self.name, tuple(kept), suppressed=hidden, stale=self._stale)

    def _look(self, document: Document) -> tuple[list[Finding], int]:
        applied = look_at(document, self._lint, self.ran)
        if not (applied.kept or applied.unused or self.job.baseline):
            return [], len(applied.suppressed)
        kept = list(applied.kept)
        if applied.unused and (rule := by_name("unused-suppression")):
            kept += [resolve(document, rule, draft, can_fix=document.is_editable) for draft in applied.unused]
            kept.sort(key=lambda finding: finding.place.span)
        kept = [self.graded(finding) for finding in traced_findings(kept, document.origin)]
        hidden = len(applied.suppressed)
        if self.job.baseline is not None:
            new = self._without_known(kept, self.job.baseline)
            kept, hidden = new, hidden + len(kept) - len(new)
        return kept, hidden

    def _without_known(self, findings: list[Finding], baseline: Baseline) -> list[Finding]:
        if self._known is None:
            filtered = baseline.filter(self.name, findings, self.ran)
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
        domains = self._domains if document is self._document else domains_in(document)
        findings = [finding for domain in domains for finding in lint_domain(domain, self.rules, self._facts)]
        return at_most_one(findings) if len(domains) > 1 else findings

    def graded(self, finding: Finding) -> Finding:
        """Return a finding with the severity that the configuration gives its rule."""
        severity = self.job.config.severity.get(finding.rule)
        return finding if severity is None else finding._replace(severity=severity)


class _Opened(NamedTuple):
    """An input with domains in it, read and not yet linted."""

    linter: Linter
    document: Document
    domains: tuple[Domain, ...]


def lint_sources(job: Job, sources: Iterable[Source]) -> Iterator[Linted]:
    """Lint inputs that know nothing of each other. What is wrong with one is said in its report."""
    opened: list[_Opened | Linted] = []
    size = 0
    for source in sources:
        one = _open(job, source, NO_CLAIMS)
        opened.append(one)
        size += len(one.document.data) if isinstance(one, _Opened) else 0
        if len(opened) == _AT_ONCE or size > _BYTES_AT_ONCE:
            yield from _lint_opened(job, opened)
            opened, size = [], 0
    yield from _lint_opened(job, opened)


def lint_source(job: Job, source: Source, claims: Claims) -> Linted:
    """Lint one input that knows of the sockets that others bind."""
    return _lint(_open(job, source, claims))


def _lint_opened(job: Job, opened: list[_Opened | Linted]) -> Iterator[Linted]:
    if job.schema is not None and any(rule.needs_schema for rule in job.rules):
        # A schema that cannot be read is said of each file that asks it.
        with suppress(ChanfixError):
            for one in opened:
                for domain in one.domains if isinstance(one, _Opened) else ():
                    accepts(job.schema, domain.node)  # and remembers for the rule what is valid
    opened.reverse()
    while opened:
        # A document goes away as soon as it is linted.
        yield _lint(opened.pop())


def _open(job: Job, source: Source, claims: Claims) -> _Opened | Linted:
    name = source.name
    try:
        data = source.read()
        if not source.is_named and not may_hold_domain(name, data) and b"\0" not in data[:64]:
            return Linted(FileReport(name, skipped="holds no libvirt domain"))
        linter = Linter(job, name, claims)
        try:
            document = source.parse(data)
        except InputError as error:
            from chanfix.lint.refused import finding_of

            finding = finding_of(error, data)
            if finding is None:
                raise
            return Linted(FileReport(name, (linter.graded(finding),) if finding.rule in linter.ran else ()))
        domains = domains_in(document)
    except ChanfixError as error:
        return _not_linted(name, error)
    if not domains:
        return Linted(FileReport(name, skipped="holds no libvirt domain"))
    return _Opened(linter, document, domains)


def _lint(opened: _Opened | Linted) -> Linted:
    if isinstance(opened, Linted):
        return opened
    linter, document, domains = opened
    try:
        sockets = [claim for domain in domains for claim in claims_of(domain, linter.name, linter.job.version)]
        return Linted(linter.report(document, domains), tuple(sockets))
    except ChanfixError as error:
        return _not_linted(linter.name, error)


def _not_linted(name: str, error: ChanfixError) -> Linted:
    where = ""
    if isinstance(error, InputError) and error.position:
        where = f" (line {error.position.line}, column {error.position.column})"
    return Linted(FileReport(name, error=error.message + where, hint=error.hint))
