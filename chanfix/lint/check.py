"""From a text to drafts: all that the rules find in it, before comments and baselines hide any."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from chanfix.domain import Domain, domains_in
from chanfix.lint.asking import drafts_of
from chanfix.lint.finding import Severity
from chanfix.lint.rule import At, Draft, Facts, RuleEntry
from chanfix.lint.unknown_words import RULE as RULE_OF_UNKNOWN_WORDS
from chanfix.lint.unknown_words import at_most_one, draft_of, is_unknown_word
from chanfix.xml.document import Document
from chanfix.xml.edit import Fix, Safety
from chanfix.xml.holes import Where

if TYPE_CHECKING:
    from chanfix.lint.source import Text

__all__ = ["can_be_made", "check", "check_domain"]

_NOT_EDITABLE = "not fixed: its encoding is one that chanfix reads and does not write; convert the file to UTF-8"


def check(text: Text, rules: Sequence[RuleEntry], facts: Facts) -> list[Draft]:
    """Return the drafts of rules about a text, in its order. What several readings of it show is there once."""
    drafts = _check_reading(text.domains, rules, facts)
    if text.document.others:
        found = {draft.identity: draft for draft in drafts}
        for reading in text.document.others:
            for draft in _check_reading(domains_in(reading), rules, facts):
                found.setdefault(draft.identity, draft)
        drafts = sorted(found.values(), key=lambda draft: draft.at.span)
    return drafts


def _check_reading(domains: Sequence[Domain], rules: Sequence[RuleEntry], facts: Facts) -> list[Draft]:
    drafts = [draft for domain in domains for draft in check_domain(domain, rules, facts)]
    return at_most_one(drafts) if len(domains) > 1 else drafts


def check_domain(domain: Domain, rules: Sequence[RuleEntry], facts: Facts) -> list[Draft]:
    """Return the drafts of rules about one domain in the order of the text, each with its rule and severity.

    Fixes are left out where they cannot be made. Raises ``InternalError`` that names the rule when one fails.
    """
    document = domain.document
    drafts: list[Draft] = []
    unknown: list[Draft] = []
    for rule, draft in drafts_of(domain, rules, facts):
        if _is_about_a_hole(document, draft.at):
            continue
        draft = _completed(domain, rule, draft)
        if is_unknown_word(draft):
            if draft.severity is Severity.ERROR:
                unknown.append(draft)
                continue
            draft = draft._replace(fix=None)
        drafts.append(draft)
    if unknown:
        named = (rule for rule in rules if rule.name == RULE_OF_UNKNOWN_WORDS)
        drafts += [_completed(domain, rule, draft_of(document, unknown)) for rule in named]
    if drafts:
        # Sorting is stable: at one place the rules keep their own order.
        drafts.sort(key=lambda draft: draft.at.span)
    return drafts


def _completed(domain: Domain, rule: RuleEntry, draft: Draft) -> Draft:
    """Return a draft with its rule and severity, and without a fix that cannot be made."""
    document, fix, note = domain.document, draft.fix, draft.note
    if fix is not None and not document.is_editable and not document.origin:
        note = _NOT_EDITABLE
    if fix is not None and not (_can_be_fixed(domain, fix) and can_be_made(document, fix)):
        fix = None
    if fix is not None and document.origin and not all(map(document.origin.edit, fix.edits)):
        fix = fix._replace(safety=Safety.DISPLAY)
    return draft._replace(rule=rule.name, severity=draft.severity or rule.severity, fix=fix, note=note)


def _can_be_fixed(domain: Domain, fix: Fix) -> bool:
    """Return True if a domain is the whole document, or the part of one that stands in the text."""
    document = domain.document
    if not document.is_editable or not (domain.node == document.root or document.root.is_made_up):
        return False
    # Where something new belongs, a part of a domain does not show.
    return not (domain.node.is_made_up and any(b"<" in edit.new for edit in fix.edits))


def can_be_made(document: Document, fix: Fix) -> bool:
    """Return True if the edits touch no template construct and all lie in one branch."""
    places = {document.arm_at(edit.span.start) for edit in fix.edits}
    return len(places) == 1 and not any(document.holes_in(edit.span) for edit in fix.edits)


def _is_about_a_hole(document: Document, at: At) -> bool:
    """Return True if a place holds something unknown. A start tag does not if only values in it are unknown."""
    if document.mask is None:
        return False
    holes = document.holes_in(at.span)
    if at.node is not None and at.span == at.node.place.start_tag:
        return any(hole.where is not Where.VALUE for hole in holes)
    return bool(holes)
