"""Findings in a text that was made of another one, told as findings in that one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from chanfix.lint.excerpt import excerpt_of
from chanfix.lint.finding import Finding
from chanfix.xml.place import Place

if TYPE_CHECKING:
    from chanfix.xml.origin import Origin

__all__ = ["traced_findings", "traced_place"]


def traced_findings(findings: Iterable[Finding], origin: Origin | None) -> list[Finding]:
    """Return findings with their places in the origin; what a loop has made many of is said once."""
    if origin is None:
        return list(findings)
    traced: dict[object, Finding] = {}
    for finding in findings:
        place = traced_place(finding.place, origin)
        identity = (finding.rule, place.span, finding.message)
        if identity not in traced:
            related = tuple(at if at.path else traced_place(at, origin) for at in finding.related)
            excerpt = excerpt_of(origin.lines, place)
            traced[identity] = finding._replace(place=place, related=related, excerpt=excerpt)
    return sorted(traced.values(), key=lambda finding: finding.place.span)


def traced_place(place: Place, origin: Origin | None) -> Place:
    """Return a place in the origin."""
    if origin is None:
        return place
    span = origin.span(place.span)
    return place._replace(span=span, start=origin.lines.position(span.start), end=origin.lines.position(span.end))
