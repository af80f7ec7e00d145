"""Comments that suppress findings: ``<!-- chanfix: ignore[rule, rule] why -->`` and ``ignore-file`` before the root.

A comment counts for the lines it stands on. One with no tag before it on its line also counts for what follows, up to
the end of the next element. A finding is where its primary place starts.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from chanfix.lint.applied import Applied, may_suppress
from chanfix.lint.finding import Finding
from chanfix.lint.known.rule_names import DEFAULT_RULES, RULE_NAMES
from chanfix.lint.rule import Draft
from chanfix.lint.rules import by_name
from chanfix.words import nearest
from chanfix.xml.document import Document
from chanfix.xml.edit import Edit, Fix, Safety, remove_comment
from chanfix.xml.span import Span

__all__ = ["Suppressions", "suppressions"]

_HERE, _WHOLE_FILE = "ignore", "ignore-file"
_DIRECTIVE = re.compile(
    rb"\s*chanfix:\s*(?P<word>[^\s\[\]]*)\s*(?P<open>\[(?P<names>[^\[\]]*)(?P<close>\])?)?", re.DOTALL
)
_NAME = re.compile(rb"[^\s,]+")
# A word at the beginning of what follows a directive.
_WORD = re.compile(rb"[\s:]*(?P<word>[a-z][a-z0-9-]*)")
_ITSELF = "unused-suppression"


class _Entry(NamedTuple):
    """One rule in one comment, or every rule when ``rule`` is None; it counts within ``reach``."""

    rule: str | None
    place: Span
    comment: Span
    reach: Span


class Suppressions(NamedTuple):
    """The suppressions of one document, and what is wrong with comments that are meant to be one."""

    document: Document
    entries: tuple[_Entry, ...] = ()
    broken: tuple[Draft, ...] = ()

    def apply(self, findings: Sequence[Finding], ran: Collection[str]) -> Applied:
        """Take the suppressed findings out of all those of the document; of nested comments the innermost counts.

        ``ran`` names the rules that were run: no other is called unused, nor one that needs other files to find
        something. A comment without brackets is called so when every rule that is on by default was run.
        """
        hits = _match(self.entries, [(finding.rule, finding.place.span.start) for finding in findings])
        unused: list[Draft] = []
        if _ITSELF in ran:
            drafts = [*self.broken, *self._unused(set(hits), set(ran))]
            excused = _match(self.entries, [(_ITSELF, _start(draft)) for draft in drafts])
            unused = [self._fixable(draft) for draft, entry in zip(drafts, excused, strict=True) if entry is None]
        return Applied(
            kept=tuple(finding for finding, entry in zip(findings, hits, strict=True) if entry is None),
            suppressed=tuple(finding for finding, entry in zip(findings, hits, strict=True) if entry is not None),
            unused=tuple(unused),
        )

    def _fixable(self, draft: Draft) -> Draft:
        """Return a finding with its fix only where a fix could be applied."""
        can_fix = self.document.is_editable and self.document.root.tag == "domain"
        return draft if can_fix else draft._replace(fix=None)

    def _unused(self, used: set[_Entry | None], ran: set[str]) -> Iterator[Draft]:
        for comment, group in groupby(self.entries, key=lambda entry: entry.comment):
            entries = list(group)
            useless = {entry for entry in entries if entry not in used and _means_something(entry, ran)}
            meant = {
                entry: next(iter(nearest(entry.rule, RULE_NAMES)), None)
                for entry in useless
                if entry.rule and entry.rule not in RULE_NAMES
            }
            is_dead = all(entry in useless and not meant.get(entry) for entry in entries)
            for number, entry in enumerate(entries):
                if entry not in useless:
                    continue
                if near := meant.get(entry):
                    fix = _write_instead(self.document, entry.place, near)
                elif is_dead:
                    fix = Fix("Remove the suppression", Safety.SAFE, (remove_comment(self.document, comment),))
                else:
                    fix = Fix(f"Remove '{entry.rule}' from the suppression", Safety.SAFE, (_without(entries, number),))
                yield Draft(_message(entry, near), entry.place, fix=fix)


def suppressions(document: Document) -> Suppressions:
    """Return the suppressions of a document. Costs next to nothing where there are none."""
    if not may_suppress(document.data):
        return Suppressions(document)
    found = [
        (comment, match)
        for comment in document.comments
        if (match := _DIRECTIVE.match(document.data, comment.start + len("<!--"), comment.end - len("-->")))
    ]
    tags = _Tags(document)
    entries: list[_Entry] = []
    broken: list[Draft] = []
    for comment, match in found:
        fault = _fault(document, comment, match)
        if fault is not None:
            broken.append(fault)
            continue
        is_here = match["word"].decode() == _HERE
        reach = tags.reach(comment) if is_here else Span(0, len(document.data) + 1)
        if match["open"] is None:
            entries.append(_Entry(None, Span(*match.span("word")), comment, reach))
            continue
        for name in _NAME.finditer(document.data, *match.span("names")):
            place = Span(*name.span())
            entries.append(_Entry(document.text(place), place, comment, reach))
    return Suppressions(document, tuple(entries), tuple(broken))


def _fault(document: Document, comment: Span, match: re.Match[bytes]) -> Draft | None:
    """Return what keeps a comment from being a suppression at all."""
    place = Span(*match.span("word"))
    word = document.text(place)
    if word not in (_HERE, _WHOLE_FILE):
        near = next(iter(nearest(word, (_HERE, _WHOLE_FILE))), None)
        expected = f"'{near}'" if near else f"'{_HERE}' or '{_WHOLE_FILE}'"
        fix = _write_instead(document, place, near) if near else None
        return Draft(f"'{word}' is no directive of chanfix; expected {expected}", place, fix=fix)
    if word == _WHOLE_FILE and comment.start > document.root.place.span.start:
        return Draft(f"'{word}' counts before the root element only", place)
    if match["open"] is not None:
        bracket = Span(match.start("open"), match.start("open") + 1)
        if match["close"] is None:
            return Draft("the list of rules has no ']'", bracket)
        if not _NAME.search(match["names"]):
            return Draft("the list of rules is empty; expected names, or no brackets for every rule", bracket)
        return None
    # Without brackets it would be every rule that is meant.
    behind = _WORD.match(document.data, match.end(), comment.end)
    if behind is not None and (name := behind["word"].decode()) in RULE_NAMES:
        place = Span(*behind.span("word"))
        return Draft(
            f"'{name}' stands without brackets; expected '{word}[{name}]'",
            place,
            fix=_write_instead(document, place, f"[{name}]"),
        )
    return None


class _Tags:
    """Where the tags of a document are, to find what is around a comment without a look at all of them."""

    def __init__(self, document: Document) -> None:
        self._lines = document.lines
        self._size = len(document.data)
        self._elements = [node.place for node in document.root.descendants("*")]
        self._starts = [element.span.start for element in self._elements]
        self._closings = sorted(element.end_tag.start for element in self._elements if not element.is_self_closing)
        self._ends = sorted(end for element in self._elements for end in (element.start_tag.end, element.span.end))

    def reach(self, comment: Span) -> Span:
        """Return where a comment counts."""
        line_start = self._lines.line_at(comment.start).start
        line_end = self._lines.line_at(comment.end).end
        # The end of the text is a place too.
        line_end += line_end == self._size
        if bisect_left(self._ends, line_start + 1) != bisect_left(self._ends, comment.start + 1):
            return Span(line_start, line_end)
        child = bisect_left(self._starts, comment.end)
        closing = bisect_left(self._closings, comment.end)
        end = self._closings[closing] if closing < len(self._closings) else self._size + 1
        if child < len(self._starts) and self._starts[child] < end:
            end = self._elements[child].span.end
        return Span(line_start, max(line_end, end))


class _Layer:
    """The entries of one rule, asked from the start of the text to its end."""

    def __init__(self, entries: Iterable[_Entry]) -> None:
        self._waiting = sorted(entries, key=lambda entry: entry.reach.start, reverse=True)
        self._open: list[_Entry] = []

    def at(self, offset: int) -> _Entry | None:
        """Return the last entry to start before an offset and to reach it."""
        while self._waiting and self._waiting[-1].reach.start <= offset:
            self._open.append(self._waiting.pop())
        while self._open and self._open[-1].reach.end <= offset:
            self._open.pop()
        return self._open[-1] if self._open else None


def _match(entries: Iterable[_Entry], wanted: Sequence[tuple[str, int]]) -> list[_Entry | None]:
    """Return for each finding, given as its rule and where it starts, the entry that suppresses it."""
    by_rule: dict[str | None, list[_Entry]] = defaultdict(list)
    for entry in entries:
        by_rule[entry.rule].append(entry)
    layers = {rule: _Layer(of_rule) for rule, of_rule in by_rule.items()}
    nothing = _Layer(())
    hits: dict[int, _Entry | None] = {}
    for number in sorted(range(len(wanted)), key=lambda number: wanted[number][1]):
        rule, offset = wanted[number]
        hits[number] = layers.get(rule, nothing).at(offset)
        # A comment for every rule must not hide that it is of no use itself.
        if hits[number] is None and rule != _ITSELF:
            hits[number] = layers.get(None, nothing).at(offset)
    return [hits[number] for number in range(len(wanted))]


def _start(draft: Draft) -> int:
    return (draft.at if isinstance(draft.at, Span) else draft.at.span).start


def _means_something(entry: _Entry, ran: set[str]) -> bool:
    """Say whether it means something that an entry is not used."""
    if entry.rule is None:
        return ran >= DEFAULT_RULES
    rule = by_name(entry.rule)
    return rule is None or (rule.is_local and rule.name in ran and rule.name != _ITSELF)


def _message(entry: _Entry, near: str | None) -> str:
    if entry.rule is None:
        return "the suppression of every rule suppresses nothing"
    if entry.rule in RULE_NAMES:
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
