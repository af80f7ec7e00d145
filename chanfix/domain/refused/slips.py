"""Names that libvirt does not know where a row misses one: what is missing is there, under another name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chanfix.domain import Domain
from chanfix.domain.refused.conditions import parse
from chanfix.domain.refused.search import Refusal, refusals
from chanfix.domain.versions import Version
from chanfix.domain.vocabulary_hints import kinds_of, near_names
from chanfix.named_tuple import NamedTuple
from chanfix.xml.contexts import Stray
from chanfix.xml.document import Node

__all__ = ["refused_slips", "slips_of"]


class _Missing(NamedTuple):
    """A name of an attribute or of a child that an element does not have."""

    node: Node
    name: str
    is_attribute: bool


def slips_of(refusal: Refusal, strays: Sequence[Stray], domain: Domain) -> list[Stray]:
    """Return the unknown names that stand where a refusal misses one: those that are like it, else of another kind."""
    missing = list(_missing(refusal, domain))
    there = [(stray, each) for stray in strays for each in missing if _is_beside(stray, each)]
    alike = [stray for stray, each in there if each.name in near_names(stray)]
    return alike or [stray for stray, _ in there if kinds_of(domain, stray)]


def refused_slips(strays: Sequence[Stray], domain: Domain, version: Version) -> dict[tuple[Node, str | None], Refusal]:
    """Return what libvirt of a version refuses on account of unknown names, by element and attribute of the name."""
    found: dict[tuple[Node, str | None], Refusal] = {}
    for refusal in refusals(domain, version):
        for stray in slips_of(refusal, strays, domain):
            found.setdefault((stray.node, stray.attribute), refusal)
    return found


def _missing(refusal: Refusal, domain: Domain) -> Iterator[_Missing]:
    """Yield the first part of the path of each condition that is not there."""
    for condition in map(parse, refusal.row.when):
        node = domain.node if condition.is_of_domain else refusal.element
        for step in condition.steps:
            child = node.child(step.tag)
            if child is None:
                yield _Missing(node, step.tag, False)
                break
            node = child
        else:
            if condition.attribute and node.get(condition.attribute) is None:
                yield _Missing(node, condition.attribute, True)


def _is_beside(stray: Stray, missing: _Missing) -> bool:
    """Return True if an unknown name stands where another one is missing."""
    if missing.is_attribute:
        return stray.attribute is not None and stray.node == missing.node
    return stray.attribute is None and stray.node.parent == missing.node
