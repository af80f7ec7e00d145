"""From a document to findings, and from findings to a document without them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from chanfix.domain import Domain
from chanfix.errors import InputError, InternalError
from chanfix.lint.asking import drafts_of
from chanfix.lint.finding import Change, Finding, Severity
from chanfix.lint.rule import At, Draft, Facts, RuleEntry
from chanfix.lint.unknown_words import RULE as RULE_OF_UNKNOWN_WORDS
from chanfix.lint.unknown_words import draft_of, is_unknown_word
from chanfix.xml.document import Document
from chanfix.xml.edit import Edit, Fix, Safety
from chanfix.xml.holes import Where
from chanfix.xml.place import Place
from chanfix.xml.span import Span

__all__ = ["Fixed", "Lint", "fix_document", "lint_domain", "resolve"]

# Mostly two. Each finding takes one where a fix is in the way of the next, as with many <source> in one channel.
_PASSES = 30
# In bytes that are linted again to find those fixes that do no good: half a minute of it.
_EFFORT = 8 << 20
_NOT_EDITABLE = "not fixed: its encoding is one that chanfix reads and does not write; convert the file to UTF-8"


def lint_domain(domain: Domain, rules: Sequence[RuleEntry], facts: Facts) -> list[Finding]:
    """Run rules over one domain and return their findings in the order of the text.

    Fixes are left out where the document cannot be edited. Raises ``InternalError`` that names the rule when one fails.
    """
    document = domain.document
    findings: list[Finding] = []
    unknown: list[Draft] = []
    for rule, draft in drafts_of(domain, rules, facts):
        if _is_about_a_hole(document, draft.at):
            continue
        if is_unknown_word(draft):
            if (draft.severity or rule.severity) is Severity.ERROR:
                unknown.append(draft)
                continue
            draft = draft._replace(fix=None)
        can_fix = document.is_editable and (domain.node == document.root or document.root.is_made_up)
        if draft.fix and domain.node.is_made_up and any(b"<" in edit.new for edit in draft.fix.edits):
            # Where something new belongs, a part of a domain does not show.
            can_fix = False
        findings.append(resolve(document, rule, draft, can_fix=can_fix))
    if unknown:
        named = (rule for rule in rules if rule.name == RULE_OF_UNKNOWN_WORDS)
        findings += [resolve(document, rule, draft_of(document, unknown)) for rule in named]
    if findings:
        # Sorting is stable: at one place the rules keep their own order.
        findings.sort(key=lambda finding: finding.place.span)
    return findings


def _is_about_a_hole(document: Document, at: At | Span) -> bool:
    """Say whether a place holds what is not known. Of a start tag the values are not what is spoken of."""
    if document.mask is None:
        return False
    holes = document.holes_in(at if isinstance(at, Span) else at.span)
    if isinstance(at, At) and at.span == at.node.place.start_tag:
        return any(hole.where is not Where.VALUE for hole in holes)
    return bool(holes)


def _can_be_made(document: Document, fix: Fix) -> bool:
    """Say whether a fix leaves all holes alone, and what is there on a condition where it is."""
    places = {document.arm_at(edit.span.start) for edit in fix.edits}
    return len(places) == 1 and not any(document.holes_in(edit.span) for edit in fix.edits)


Lint = Callable[[Document], list[Finding]]


class Fixed(NamedTuple):
    """A document after its fixes, what was done to it in order, and what is left."""

    document: Document
    done: tuple[Finding, ...]
    left: tuple[Finding, ...]


def fix_document(
    document: Document,
    lint: Lint,
    safety: Safety,
    *,
    wanted: Callable[[Document, Finding], bool] = lambda document, finding: True,
) -> Fixed:
    """Apply fixes of at least that safety until nothing more applies, and lint again after each pass.

    ``wanted`` narrows which findings are mended. A result that does not parse, or that keeps a finding that it should
    have mended, is thrown away. Where hundreds of fixes do no good, some that would may be left. Raises
    ``InternalError`` when thirty passes do not come to rest.
    """
    tries = _EFFORT // (len(document.data) + 1)
    done: list[Finding] = []
    refused: set[Fix] = set()
    has_changed = False
    findings = lint(document)
    for _ in range(_PASSES):
        chosen = [
            finding
            for finding in findings
            if finding.fix and finding.fix.safety >= safety and finding.fix not in refused and wanted(document, finding)
        ]
        if not chosen and refused and has_changed:
            # What another fix was in the way of may be mended now.
            refused, has_changed = set(), False
            continue
        if not chosen:
            return Fixed(document, tuple(done), tuple(findings))
        step, useless, tries = _try_parts(document, chosen, findings, lint, tries)
        if step is None and not useless:
            return Fixed(document, tuple(done), tuple(findings))
        refused |= useless
        if step is not None:
            document, findings, applied = step
            done += applied
            has_changed = True
    names = ", ".join(sorted({finding.rule for finding in chosen}))
    raise InternalError(f"the fixes of these rules do not come to rest: {names}")


_Step: TypeAlias = "tuple[Document, list[Finding], list[Finding]]"


def _try_parts(
    document: Document, chosen: list[Finding], before: list[Finding], lint: Lint, tries: int
) -> tuple[_Step | None, set[Fix], int]:
    """Make all fixes at once; when that does no good, one half and then the other, and so on, while there are tries.

    Return what came of those that can be made together, the fixes that do no good, and how many tries are left.
    """
    step = None
    good: list[Finding] = []
    useless: set[Fix] = set()
    waiting = [chosen]
    while waiting:
        part = waiting.pop()
        tried = _try(document, good + part, before, lint)
        if tried is not None:
            step = tried
            good += part
        elif len(part) > 1:
            half = len(part) // 2
            waiting += part[half:], part[:half]
        else:
            useless |= {finding.fix for finding in part if finding.fix}
        tries -= 1
        if tries <= 0:
            break
    return step, useless, tries


def _try(document: Document, chosen: list[Finding], before: list[Finding], lint: Lint) -> _Step | None:
    from chanfix.xml.patch import apply_fixes

    patched = apply_fixes(document.data, [finding.fix for finding in chosen if finding.fix])
    try:
        result = document.reread(patched.data)
        after = lint(result)
    except InputError:
        return None
    made = set(patched.applied)
    applied = [finding for finding in chosen if finding.fix in made]
    mended = Counter(finding.rule for finding in applied)
    had, has = (Counter(finding.rule for finding in findings) for findings in (before, after))
    if any(has[rule] > had[rule] - number for rule, number in mended.items()):
        return None
    return result, after, applied


def resolve(document: Document, rule: RuleEntry, draft: Draft, *, can_fix: bool = True) -> Finding:
    """Turn nodes into bytes and positions. Fixes are left out where they could not be applied."""
    from chanfix.lint.excerpt import excerpt_of

    fix = draft.fix if draft.fix and can_fix and _can_be_made(document, draft.fix) else None
    place = _place(document, draft.at)
    return Finding(
        rule=rule.name,
        severity=draft.severity or rule.severity,
        message=draft.message,
        place=place,
        related=tuple(_place(document, at) if isinstance(at, At) else at for at in draft.related),
        fix=fix,
        changes=tuple(_change(document, edit) for edit in fix.edits) if fix else (),
        excerpt=excerpt_of(document.lines, place),
        note=_NOT_EDITABLE if draft.fix and not document.is_editable and not document.origin else draft.note,
    )


def _place(document: Document, at: At | Span) -> Place:
    span = at if isinstance(at, Span) else at.span
    label = "" if isinstance(at, Span) else at.label
    return Place(span, document.position(span.start), document.position(span.end), label)


def _change(document: Document, edit: Edit) -> Change:
    start, end = edit.span.start, edit.span.end
    return Change(document.position(start), document.position(end), edit.new.decode(document.encoding, "replace"))
