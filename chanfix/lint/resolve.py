"""From drafts to findings. Nothing else makes a finding: positions in the text that people know, excerpt, severity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Protocol

from chanfix.lint.finding import Change, Finding, Severity
from chanfix.lint.rule import At, Draft
from chanfix.xml.edit import Edit, Fix, Safety
from chanfix.xml.place import Place
from chanfix.xml.span import LineIndex, Span

if TYPE_CHECKING:
    from chanfix.xml.origin import Origin

__all__ = ["Written", "identity_in", "place_in", "resolve", "severity_of"]

# A finding may be about thousands of places: its message counts them, and the first tell enough.
_MOST_RELATED = 50


class Written(Protocol):
    """A text with lines, such as a document, and the text that it was made of."""

    @property
    def lines(self) -> LineIndex:
        """The line index of the text."""

    @property
    def origin(self) -> Origin | None:
        """The text that this one was made of, None for one that people wrote."""


def resolve(
    drafts: Iterable[Draft], text: Written, severities: Mapping[str, Severity] | None = None
) -> tuple[Finding, ...]:
    """Return the findings of drafts in the order of the text; ``severities`` go before the drafts' own, by rule.

    Of drafts about copies that a template's loop has made of one place, the first becomes a finding.
    """
    found: dict[object, Finding] = {}
    for draft in drafts:
        place = place_in(text, draft.at)
        key: object = len(found) if text.origin is None else (draft.rule, place.span, draft.message)
        if key not in found:
            found[key] = _finding(draft, place, text, severities or {})
    return tuple(sorted(found.values(), key=lambda finding: finding.place.span))


def severity_of(draft: Draft, severities: Mapping[str, Severity]) -> Severity:
    """Return the severity of a draft's finding: that of ``severities`` for its rule, else the draft's own."""
    return severities.get(draft.rule) or draft.severity or Severity.ERROR


def place_in(text: Written, at: At) -> Place:
    """Return a place with its positions: in the origin of a text that has one."""
    span, lines = (at.span, text.lines) if text.origin is None else (text.origin.span(at.span), text.origin.lines)
    return Place(span, lines.position(span.start), lines.position(span.end), at.label)


def identity_in(text: Written, draft: Draft) -> tuple[str, Span, str]:
    """Return what ``Finding.identity`` is of a draft's finding."""
    return draft.rule, place_in(text, draft.at).span, draft.message


def _finding(draft: Draft, place: Place, text: Written, severities: Mapping[str, Severity]) -> Finding:
    # Most files have no finding.
    from chanfix.lint.excerpt import excerpt_of

    fix = draft.fix if draft.fix is None or text.origin is None else _fix_in(text.origin, draft.fix)
    lines = text.origin.lines if text.origin else text.lines
    return Finding(
        rule=draft.rule,
        severity=severity_of(draft, severities),
        message=draft.message,
        place=place,
        related=tuple(place_in(text, at) if isinstance(at, At) else at for at in draft.related[:_MOST_RELATED]),
        fix=fix,
        changes=tuple(_change(lines, edit) for edit in fix.edits) if fix else (),
        excerpt=excerpt_of(lines, place),
        note=draft.note,
        targets=draft.targets,
        is_refused=draft.is_refused,
    )


def _fix_in(origin: Origin, fix: Fix) -> Fix:
    """Return a fix with its edits where the text comes from; without edits where they cannot be made there."""
    edits = [moved for edit in fix.edits if (moved := origin.edit(edit))]
    return fix._replace(edits=tuple(edits)) if len(edits) == len(fix.edits) else Fix(fix.title, Safety.DISPLAY, ())


def _change(lines: LineIndex, edit: Edit) -> Change:
    span: Span = edit.span
    return Change(lines.position(span.start), lines.position(span.end), edit.new.decode(lines.encoding, "replace"))
