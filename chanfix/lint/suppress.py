"""Comments that suppress findings: ``<!-- chanfix: ignore[rule, rule] why -->`` and ``ignore-file`` before the root.

A comment counts for the lines it stands on. One with no tag before it on its line also counts for what follows, up to
the end of the next element. A finding is where its primary place starts; a comment at another place of it does not hide
it, and is not called unused. Of nested comments the innermost counts.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby

from chanfix.lint.check import can_be_made
from chanfix.lint.draft import Hidden
from chanfix.lint.finding import Severity
from chanfix.lint.known.rule_names import DEFAULT_RULES, RULE_NAMES
from chanfix.lint.rule import At, Draft, RuleEntry
from chanfix.lint.rules import ASKED, FAMILIES, RULES, by_name
from chanfix.named_tuple import NamedTuple
from chanfix.words import nearest
from chanfix.xml.document import Document, Node
from chanfix.xml.edit import Edit, Fix, Safety, remove_comment
from chanfix.xml.span import Span

__all__ = ["ITSELF", "MOST", "count", "suppress"]

_HERE, _WHOLE_FILE = "ignore", "ignore-file"
_DIRECTIVE = re.compile(
    rb"\s*chanfix:\s*(?P<word>[^\s\[\]]*)\s*(?P<open>\[(?P<names>[^\[\]]*)(?P<close>\])?)?", re.DOTALL
)
_NAME = re.compile(rb"[^\s,]+")
# A word at the beginning of what follows a directive.
_WORD = re.compile(rb"[\s:]*(?P<word>[a-z][a-z0-9-]*)")
# Families whose rules ask for the version, and find the same for every libvirt that is in use.
_THE_SAME_TODAY = frozenset({"agent", "path", "virtio-serial"})
_FAMILY_OF = {rule.name: rule.family for rule in RULES}
_NAMES = (*RULE_NAMES, *FAMILIES)
ITSELF = "unused-suppression"
"""The rule about suppressions that are of no use."""
MOST = 1000
"""So many suppressions count in one reading of a text."""


class _Entry(NamedTuple):
    """One rule in one comment, or every rule when ``rule`` is None; it counts within ``reach``."""

    rule: str | None
    place: Span
    comment: Span
    reach: Span


class _Reading(NamedTuple):
    """One reading of a text with its suppressions by rule, the innermost first, and drafts about broken comments."""

    document: Document
    entries: dict[str | None, list[_Entry]]
    broken: list[tuple[Span, Draft]]

    def match(self, rule: str, at: At) -> _Entry | None:
        """Return the innermost suppression of a rule's finding, if this reading shows the place."""
        start = at.span.start
        is_shown = at.node is not None and at.node.document is self.document
        if not is_shown and self.document.holes_in(Span(start, start + 1)):
            return None
        # A comment for every rule must not hide that it is of no use itself.
        rules = (rule,) if rule == ITSELF else (rule, _FAMILY_OF[rule], None)
        around = (entry for name in rules for entry in self.entries.get(name, ()))
        return next((entry for entry in around if entry.reach.start <= start < entry.reach.end), None)


def suppress(document: Document, drafts: Sequence[Draft], ran: Collection[str]) -> Hidden:
    """Hide the drafts that a reading of the text suppresses, and add those about suppressions that are of no use.

    ``ran`` names the rules that were run: no other is called unused, nor one that needs other files or another target
    to find something.
    A comment without brackets is called so when every rule that is on by default was run.
    """
    readings = [_read(reading) for reading in document.readings]
    kept: list[Draft] = []
    hidden: list[Draft] = []
    used: set[object] = set()
    for draft in drafts:
        hits = [entry for reading in readings if (entry := reading.match(draft.rule, draft.at))]
        # A comment at another place of a finding is of use: once the first is right, the finding is there.
        others = [at for at in draft.related if isinstance(at, At)]
        also = [entry for reading in readings for at in others if (entry := reading.match(draft.rule, at))]
        used.update(_identity(document, entry.comment, entry.place) for entry in (*hits, *also))
        (hidden if hits else kept).append(draft)
    if ITSELF in ran:
        useless = [*_broken(document, readings), *_unused(document, readings, used, set(ran))]
        kept += [
            _completed(document, draft)
            for draft in useless
            if not any(reading.match(ITSELF, draft.at) for reading in readings)
        ]
        kept.sort(key=lambda draft: draft.at.span)
    return Hidden(kept, hidden)


def count(document: Document) -> int:
    """Return the number of suppressions in the reading of a text that has most of them."""
    return max(sum(map(len, _read(reading).entries.values())) for reading in document.readings)


def _identity(document: Document, *places: Span) -> tuple[Span, ...]:
    """Return places as people know them: a template's loop makes copies, and one that is of use speaks for all."""
    return places if document.origin is None else tuple(map(document.origin.span, places))


def _completed(document: Document, draft: Draft) -> Draft:
    """Return a draft with its rule and severity, and without a fix that cannot be made."""
    fix = draft.fix
    can_fix = fix and document.is_editable and document.root.tag == "domain" and can_be_made(document, fix)
    return draft._replace(rule=ITSELF, severity=Severity.WARNING, fix=fix if can_fix else None)


def _broken(document: Document, readings: Sequence[_Reading]) -> list[Draft]:
    """Return what is wrong with comments that are a suppression in no reading."""
    entries = [entry for reading in readings for some in reading.entries.values() for entry in some]
    whole = {_identity(document, entry.comment) for entry in entries}
    found = {_identity(document, comment): draft for reading in readings for comment, draft in reading.broken}
    return [draft for comment, draft in found.items() if comment not in whole]


def _unused(document: Document, readings: Sequence[_Reading], used: set[object], ran: set[str]) -> Iterator[Draft]:
    found: dict[object, _Entry] = {}
    for reading in readings:
        for entry in sorted((entry for some in reading.entries.values() for entry in some), key=lambda one: one.place):
            found.setdefault(_identity(document, entry.comment, entry.place), entry)
    unused = {entry for identity, entry in found.items() if identity not in used}
    for comment, group in groupby(found.values(), key=lambda entry: entry.comment):
        entries = list(group)
        useless = {entry for entry in entries if entry in unused and _means_something(entry, ran)}
        meant = {
            entry: next(iter(nearest(entry.rule, _NAMES)), None)
            for entry in useless
            if entry.rule and entry.rule not in _NAMES
        }
        is_dead = all(entry in useless and not meant.get(entry) for entry in entries)
        for number, entry in enumerate(entries):
            if entry not in useless:
                continue
            if near := meant.get(entry):
                fix = _write_instead(document, entry.place, near)
            elif is_dead:
                fix = Fix("Remove the suppression", Safety.SAFE, (remove_comment(document, comment),))
            else:
                fix = Fix(f"Remove '{entry.rule}' from the suppression", Safety.SAFE, (_without(entries, number),))
            yield Draft(_message(entry, near), At.bytes(entry.place), fix=fix)


def _read(document: Document) -> _Reading:
    nodes = list(document.root.descendants("*"))
    entries: list[_Entry] = []
    broken: list[tuple[Span, Draft]] = []
    for comment in document.comments:
        match = _DIRECTIVE.match(document.data, comment.start + len("<!--"), comment.end - len("-->"))
        if match is None:
            continue
        word = Span(*match.span("word"))
        if len(entries) >= MOST:
            broken.append((comment, Draft(f"only {MOST:,} suppressions of a file count, not this one", At.bytes(word))))
            break
        if fault := _fault(document, comment, match):
            broken.append((comment, fault))
            continue
        is_here = document.text(word) == _HERE
        reach = _reach(document, nodes, comment) if is_here else Span(0, len(document.data) + 1)
        if match["open"] is None:
            entries.append(_Entry(None, word, comment, reach))
            continue
        for name in _NAME.finditer(document.data, *match.span("names")):
            place = Span(*name.span())
            entries.append(_Entry(document.text(place), place, comment, reach))
    by_rule: dict[str | None, list[_Entry]] = {}
    for entry in sorted(entries, key=lambda entry: -entry.reach.start):
        by_rule.setdefault(entry.rule, []).append(entry)
    return _Reading(document, by_rule, broken)


def _fault(document: Document, comment: Span, match: re.Match[bytes]) -> Draft | None:
    """Return what keeps a comment from being a suppression at all."""
    place = Span(*match.span("word"))
    word = document.text(place)
    if word not in (_HERE, _WHOLE_FILE):
        near = next(iter(nearest(word, (_HERE, _WHOLE_FILE))), None)
        expected = f"'{near}'" if near else f"'{_HERE}' or '{_WHOLE_FILE}'"
        fix = _write_instead(document, place, near) if near else None
        return Draft(f"'{word}' is no directive of chanfix; expected {expected}", At.bytes(place), fix=fix)
    if word == _WHOLE_FILE and comment.start > document.root.place.span.start:
        return Draft(f"'{word}' counts before the root element only", At.bytes(place))
    if match["open"] is not None:
        bracket = Span(match.start("open"), match.start("open") + 1)
        if match["close"] is None:
            return Draft("the list of rules has no ']'", At.bytes(bracket))
        if not _NAME.search(match["names"]):
            return Draft("the list of rules is empty; expected names, or no brackets for every rule", At.bytes(bracket))
        return None
    # Without brackets it would be every rule that is meant.
    behind = _WORD.match(document.data, match.end(), comment.end)
    if behind is not None and (name := behind["word"].decode()) in RULE_NAMES:
        place = Span(*behind.span("word"))
        return Draft(
            f"'{name}' stands without brackets; expected '{word}[{name}]'",
            At.bytes(place),
            fix=_write_instead(document, place, f"[{name}]"),
        )
    return None


def _reach(document: Document, nodes: Sequence[Node], comment: Span) -> Span:
    """Return where a comment counts; ``nodes`` are all elements in the order of the text."""
    line_start = document.lines.line_at(comment.start).start
    line_end = document.lines.line_at(comment.end).end
    # The end of the text is a place too.
    line_end += line_end == len(document.data)
    behind = bisect_left(nodes, comment.end, key=lambda node: node.place.start)
    parent = nodes[behind - 1] if behind else None
    tag_before = parent.place.inner if parent else -1
    while parent is not None and parent.place.end <= comment.start:
        tag_before = parent.place.end
        parent = parent.parent
    if tag_before > line_start:
        return Span(line_start, line_end)
    end = parent.place.outer if parent else len(document.data) + 1
    if behind < len(nodes) and nodes[behind].place.start < end:
        end = nodes[behind].place.end
    return Span(line_start, max(line_end, end))


def _means_something(entry: _Entry, ran: set[str]) -> bool:
    """Return True if it means something that an entry is not used."""
    if entry.rule is None:
        # An installed libvirt is asked now and then.
        return ran >= DEFAULT_RULES - ASKED
    if entry.rule in FAMILIES:
        return all(_silence_tells(rule, ran) for rule in RULES if rule.family == entry.rule)
    rule = by_name(entry.rule)
    return rule is None or (_silence_tells(rule, ran) and rule.name != ITSELF)


def _silence_tells(rule: RuleEntry, ran: set[str]) -> bool:
    """Return True if a rule that found nothing has nothing to find: neither other files nor another target decide."""
    is_for_all = not rule.about_targets or rule.family in _THE_SAME_TODAY
    return rule.is_local and is_for_all and rule.name in ran


def _message(entry: _Entry, near: str | None) -> str:
    if entry.rule is None:
        return "the suppression of every rule suppresses nothing"
    if entry.rule in _NAMES:
        return f"the suppression of '{entry.rule}' suppresses nothing"
    return f"no rule is called '{entry.rule}'" + (f"; expected '{near}'" if near else "")


def _write_instead(document: Document, place: Span, word: str) -> Fix:
    return Fix(f"Write '{word}'", Safety.DISPLAY, (Edit(place, document.encode(word)),))


def _without(entries: Sequence[_Entry], number: int) -> Edit:
    """Remove one of several names, and what stands between it and the next, or for the last the one before."""
    place = entries[number].place
    if number + 1 < len(entries):
        return Edit(Span(place.start, entries[number + 1].place.start), b"")
    return Edit(Span(entries[number - 1].place.end, place.end), b"")
