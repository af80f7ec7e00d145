"""Fixes one input, in memory."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from chanfix.lint.draft import Hidden
from chanfix.lint.finding import FileReport
from chanfix.lint.hide import without_known
from chanfix.lint.inquiry import Inquiry, beside_baseline, claims_in, findings_of, identities_in
from chanfix.lint.job import Job, Linted, Others
from chanfix.lint.resolve import resolve
from chanfix.lint.rules import ASKED
from chanfix.lint.source import Parts, Source, Text, read_bytes
from chanfix.named_tuple import NamedTuple
from chanfix.xml.document import Document
from chanfix.xml.edit import Safety

if TYPE_CHECKING:
    from chanfix.lint.known.baseline import Filtered

__all__ = ["FixedFile", "fix_source"]


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


def fix_source(job: Job, source: Source, data: bytes, others: Others, safety: Safety) -> FixedFile:
    """Fix the bytes of an input, in memory.

    Raises ``ChanfixError`` for bytes that are no document, and when a fix breaks a promise.
    """
    from chanfix.lint.fix import fix

    one = read_bytes(source, data)
    if isinstance(one, Parts):
        return _fix_parts(job, source, one, others, safety)
    document = one.document if isinstance(one, Text) else source.parse(data)
    asked = Inquiry.of(job, source.name, others)
    seen = asked.look(Text.of(source.name, document))
    filtered = beside_baseline(job, asked, resolve(seen.kept, document)) if job.baseline else None
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
    linted = Linted(report, claims_in(job, text), identities=identities_in(job, text))
    return FixedFile(data, fixed.document.data, document.encoding, linted)


def _without_old(seen: Hidden, filtered: Filtered | None) -> tuple[Hidden, Counter[tuple[str, str]]]:
    """Return a look without the drafts that a baseline knows, and these by rule and message."""
    known = Counter((finding.rule, finding.message) for finding in filtered.hidden) if filtered else Counter()
    if filtered and known:
        kept = {finding.identity for finding in filtered.kept}
        old = [draft for draft in seen.kept if draft.identity not in kept]
        seen = Hidden([draft for draft in seen.kept if draft.identity in kept], [*seen.hidden, *old])
    return seen, known


def _fix_parts(job: Job, source: Source, parts: Parts, others: Others, safety: Safety) -> FixedFile:
    """Fix the parts of an input, each by itself."""
    from chanfix.lint.fix_inside import fix_parts, known_in

    asked = Inquiry.of(job, source.name, others)
    seen = [asked.look_at(part) for part in parts.parts]
    filtered = beside_baseline(job, asked, findings_of(job, seen)) if job.baseline else None
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
        findings_of(job, left),
        fixed=tuple([finding for draft, text in fixed.done for finding in resolve([draft], text, grades)]),
        suppressed=sum(len(one.hidden.hidden) for one in left),
        stale=filtered.stale if filtered else (),
    )
    linted = Linted(report, claims_in(job, fixed.parts), identities=identities_in(job, fixed.parts))
    return FixedFile(parts.data, fixed.parts.data, "utf-8", linted)


def _without_judge(seen: Hidden) -> Hidden:
    return Hidden(*([draft for draft in drafts if draft.rule not in ASKED] for drafts in seen))
