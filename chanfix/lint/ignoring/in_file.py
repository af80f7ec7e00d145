"""Writes the comments that suppress the findings about one input, in memory."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from chanfix.domain.definitions import RECORDS
from chanfix.embedded.reading import RegionOrigin
from chanfix.lint.check import check
from chanfix.lint.draft import Draft, Hidden
from chanfix.lint.finding import FileReport, Finding, Unasked
from chanfix.lint.fix_file import FixedFile
from chanfix.lint.fix_inside import put_back
from chanfix.lint.ignoring.comments import Ignored, Unsuppressed, ignore, noted, untouched
from chanfix.lint.inquiry import Inquiry, Seen, beside_baseline, claims_in, findings_of, identities_in
from chanfix.lint.job import Job, Linted, Others
from chanfix.lint.known.config import chosen_rules
from chanfix.lint.resolve import identity_in
from chanfix.lint.rule import RuleEntry
from chanfix.lint.source import Parts, Refused, Source, Text, read_bytes
from chanfix.named_tuple import NamedTuple
from chanfix.words import some_of
from chanfix.xml.document import Document

__all__ = ["IgnoredFile", "ignore_source"]

_REFUSED = "no comment counts for a text that cannot be read as XML"
_ENCODING = "its encoding is one that chanfix reads and does not write; convert the file to UTF-8"
_RECORD = "it is in a record that libvirt wrote, and chanfix edits none"
_OTHER_WRITING = (
    "the file writes the XML in another way there; a comment in the line above it would count for all of it"
)
_OTHER_READING = "with a comment there the file would be read in another way"
_YIELDS = "a run without --select reports {} there, and a comment for this rule would be of no use"
# So many texts of one input are tried by themselves where all of them together are read in another way.
_ALONE = 20


class IgnoredFile(NamedTuple):
    """An input with its comments, how many these are, and how many findings they suppress."""

    file: FixedFile
    comments: int
    suppressed: int


class _Chosen(NamedTuple):
    """The drafts about a text that are to be suppressed, those that may be with them, and those of the baseline."""

    wanted: list[Draft]
    beside: list[Draft]
    known: list[Draft]


def ignore_source(
    job: Job, source: Source, data: bytes, others: Others, only: Collection[Finding] | None = None
) -> IgnoredFile:
    """Write comments into the bytes of an input, in memory: for all findings about it, or ``only`` some.

    Raises ``ChanfixError`` for bytes that are no text.
    """
    one = read_bytes(source, data)
    asked = Inquiry.of(job, source.name, others)
    if isinstance(one, FileReport):
        return IgnoredFile(FixedFile(data, data, "utf-8", Linted(one)), 0, 0)
    parts = one if isinstance(one, Parts) else Parts(source.name, data, (one,))
    seen = [asked.look_at(part) for part in parts.parts]
    chosen, stale = _choose(job, asked, seen, only)
    plain = Inquiry.of(job._replace(rules=_rules_of_a_plain_run(job)), source.name, others)
    results = [
        _ignore(asked, plain, part, look.hidden, each)
        for part, look, each in zip(parts.parts, seen, chosen, strict=True)
    ]
    after, results = (
        _put_back(source, parts, results) if isinstance(one, Parts) else (_changed(parts, results), results)
    )
    report = _report(job, asked, after, results, stale)
    linted = Linted(report, claims_in(job, after), identities=identities_in(job, after))
    encoding = one.document.encoding if isinstance(one, Text) else "utf-8"
    comments, suppressed = sum(len(one.edits) for one in results), sum(len(one.done) for one in results)
    return IgnoredFile(FixedFile(data, after.data, encoding, linted), comments, suppressed)


def _choose(
    job: Job, asked: Inquiry, seen: Sequence[Seen], only: Collection[Finding] | None
) -> tuple[list[_Chosen], tuple[str, ...]]:
    """Return what is to be suppressed in each text, and the entries of the baseline that hide nothing."""
    filtered = beside_baseline(job, asked, findings_of(job, seen)) if job.baseline else None
    new = None if filtered is None else {finding.identity for finding in filtered.kept}
    these = None if only is None else {finding.identity for finding in only}
    chosen: list[_Chosen] = []
    for one in seen:
        each = _Chosen([], [], [])
        for draft in one.hidden.kept:
            identity = identity_in(one.text, draft)
            if new is not None and identity not in new:
                each.known.append(draft)
            elif these is not None and identity not in these:
                each.beside.append(draft)
            else:
                each.wanted.append(draft)
        chosen.append(each)
    return chosen, filtered.stale if filtered else ()


def _rules_of_a_plain_run(job: Job) -> tuple[RuleEntry, ...]:
    """Return the rules of a run without options, except those that an installed libvirt answers."""
    rules = chosen_rules(job.config)
    return tuple(rule for rule in rules if not rule.asks_libvirt and (job.schema or not rule.needs_schema))


def _ignore(asked: Inquiry, plain: Inquiry, part: Text | Refused, seen: Hidden, chosen: _Chosen) -> Ignored:
    """Write the comments of one text, or say why there can be none; ``plain`` is what a run without options asks."""
    wanted = chosen.wanted
    reason = _reason_against(part)
    if not wanted or isinstance(part, Refused) or reason:
        result = untouched(wanted, reason or _REFUSED)
        return result._replace(left=(*result.left, *(Unsuppressed(one, "") for one in chosen.beside)))

    def look(document: Document) -> Hidden:
        return asked.look(Text.of(asked.name, document))

    yielding = _yielding(asked, plain, part, wanted)
    wanted = [one for one in wanted if id(one) not in yielding]
    result = ignore(part.document, seen, wanted, look, chosen.known, chosen.beside)
    return result._replace(left=(*result.left, *yielding.values()))


def _yielding(asked: Inquiry, plain: Inquiry, part: Text, wanted: Sequence[Draft]) -> dict[int, Unsuppressed]:
    """Return by ``id`` the drafts that a plain run does not have, since another rule says more of their places.

    There a comment that is about them would be of no use.
    """
    by_name = {rule.name: rule for rule in plain.rules}
    more = {
        id(draft): {name for name in by_name[draft.rule].yields_to if name in by_name and name not in asked.ran}
        for draft in wanted
        if draft.rule in by_name
    }
    if not any(more.values()):
        return {}
    found = check(part, plain.rules, plain.facts)
    said = {(draft.rule, draft.at.span) for draft in found}
    yielding: dict[int, Unsuppressed] = {}
    for draft in wanted:
        at = draft.at.span
        names = sorted(name for name in more.get(id(draft), ()) if (name, at) in said)
        if names and (draft.rule, at) not in said:
            yielding[id(draft)] = Unsuppressed(draft, _YIELDS.format(some_of(names, len(names))))
    return yielding


def _reason_against(part: Text | Refused) -> str | None:
    """Return the reason why no comment may be written into a text at all; None if there is none."""
    if isinstance(part, Refused):
        return _REFUSED
    origin = part.document.origin
    if isinstance(origin, RegionOrigin) and not origin.region.is_literal:
        return _OTHER_WRITING
    if not part.document.is_editable:
        return _ENCODING
    return _RECORD if part.document.root.tag in RECORDS else None


def _changed(parts: Parts, results: Sequence[Ignored]) -> Parts:
    """Return an input that is one text with its comments."""
    [document] = [one.document for one in results]
    if document is None:
        return parts
    return Parts(parts.name, document.data, (Text.of(parts.name, document),))


def _put_back(source: Source, parts: Parts, results: Sequence[Ignored]) -> tuple[Parts, list[Ignored]]:
    """Return an input with the comments of its texts, and what came of each text."""
    changed = {number: one.document for number, one in enumerate(results) if one.document is not None}
    after = put_back(source, parts, changed) if changed else parts
    if after is not None:
        return after, list(results)
    after = parts
    good: dict[int, Document] = {}
    for number in list(changed)[:_ALONE]:
        if tried := put_back(source, parts, {**good, number: changed[number]}):
            after, good[number] = tried, changed[number]
    return after, [
        one
        if number in good or number not in changed
        else Ignored(None, (), (), (*(Unsuppressed(each, _OTHER_READING) for each in one.done), *one.left))
        for number, one in enumerate(results)
    ]


def _report(job: Job, asked: Inquiry, after: Parts, results: Sequence[Ignored], stale: tuple[str, ...]) -> FileReport:
    """Return the report on the new text: the findings that are left, each with its reason."""
    left: list[Seen] = []
    suppressed = 0
    for part, result in zip(after.parts, results, strict=True):
        seen = asked.look_at(part)
        if isinstance(part, Refused):
            # Its place is one of the whole input, in which others may have got comments before it.
            kept = [noted(draft, reason) for draft in seen.hidden.kept for _, reason in result.left]
            others = len(seen.hidden.kept) - len(kept)
        else:
            kept, others = result.left_in(seen.hidden)
        left.append(seen._replace(hidden=Hidden(kept)))
        suppressed += len(seen.hidden.hidden) + others
    unasked: Unasked | None = next((one.unasked for one in left if one.unasked), None)
    return FileReport(asked.name, findings_of(job, left), suppressed=suppressed, stale=stale, unasked=unasked)
