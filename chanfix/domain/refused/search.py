"""Finds what the rows are about in a domain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache

from chanfix.domain import QEMU_NAMESPACE, Domain
from chanfix.domain.refused.conditions import Condition, Found, Seen, find, holds, parse
from chanfix.domain.refused.listed import worth_asking
from chanfix.domain.refused.quick import Quick, quick_test, value_of
from chanfix.domain.refused.row import Row, row_of
from chanfix.domain.values import Known, cpu_set, number
from chanfix.domain.versions import Version
from chanfix.named_tuple import NamedTuple
from chanfix.xml.document import Node
from chanfix.xml.together import collisions

__all__ = ["Refusal", "refusals"]

# The oldest libvirt that was asked: an older one may take what this one refuses.
_OLDEST = Version(9)
# So many sets are compared: each may have thousands of numbers.
_MOST_SETS = 1000


class Refusal(NamedTuple):
    """A row that holds for an element, the place, and the element that it is the second of."""

    row: Row
    element: Node
    at: Found
    first: Node | None = None


class _Asked(NamedTuple):
    """A row, ready to be asked."""

    row: Row
    conditions: tuple[Condition, ...]
    # In a text without holes: those that are not about the element, the tests of most others, and the rest.
    of_domain: tuple[Condition, ...]
    quick: tuple[Quick, ...]
    others: tuple[Condition, ...]
    since: Version
    until: Version | None
    is_about_several: bool

    @classmethod
    @cache
    def of(cls, block: str) -> _Asked:
        """Prepare a row that is there as its text."""
        row = row_of(block)
        conditions = tuple(map(parse, row.when))
        tests = [(condition, quick_test(condition)) for condition in conditions]
        of_domain = {each for each in conditions if each.is_of_domain and not each.compares_with_element}
        return cls(
            row,
            conditions,
            tuple(condition for condition, test in tests if test is None and condition in of_domain),
            # Nearly every element fails the test of one of its own attributes, if there is one.
            tuple(sorted((test for _, test in tests if test is not None), key=lambda test: test.tag != "")),
            tuple(condition for condition, test in tests if test is None and condition not in of_domain),
            Version.parse(row.since) if row.since else _OLDEST,
            Version.parse(row.until) if row.until else None,
            row.is_single or bool(row.unique) or row.is_alone or row.is_later or bool(row.disjoint),
        )


def refusals(domain: Domain, version: Version) -> Iterator[Refusal]:
    """Yield what the QEMU driver of libvirt of that version is known to refuse, row by row."""
    # libvirt's own test driver takes what QEMU's does not.
    if version < _OLDEST or domain.is_of_other_driver or domain.type == "test" or domain.node.is_made_up:
        return
    elements: dict[str, list[Node]] = {}
    seen: Seen = {}
    for block in worth_asking(domain.document.words):
        asked = _Asked.of(block)
        if version < asked.since or (asked.until and version >= asked.until):
            continue
        where = asked.row.where
        if where not in elements:
            elements[where] = _elements(domain, where)
        alike = elements[where]
        if len(alike) < (2 if asked.is_about_several else 1):
            continue
        if found := _meant(asked, alike, domain, seen):
            yield from _refusals(domain, asked.row, found, alike)


def _refusals(domain: Domain, row: Row, found: list[Node], elements: list[Node]) -> Iterator[Refusal]:
    if row.is_single:
        pairs = collisions(found, lambda node: node)
    elif row.unique:
        pairs = _repeated(row, found, domain)
    elif row.disjoint:
        pairs = _overlapping(row, found, domain)
    elif row.is_alone:
        pairs = _accompanied(found, elements)
    elif row.is_later:
        pairs = _later(found, elements)
    elif row.numbered:
        yield from (Refusal(row, node, _place(row, node, domain)) for node in _past_the_end(row, found, domain))
        return
    else:
        yield from (Refusal(row, node, _place(row, node, domain)) for node in found)
        return
    yield from (Refusal(row, second, _place(row, second, domain), first) for second, first in pairs)


def _meant(asked: _Asked, alike: list[Node], domain: Domain, seen: Seen) -> list[Node]:
    """Return the elements for which all conditions of a row are known to hold."""
    if domain.document.mask is not None:
        return [node for node in alike if _all_hold(asked.conditions, node, domain, seen)]
    found: list[Node] = []
    for node in alike:
        # Nearly every element fails one of the quick tests, so that nobody asks about the domain.
        for tag, attribute, passes in asked.quick:
            part = node.child(tag) if tag else node
            if not passes(part.get(attribute) if attribute and part is not None else value_of(part, attribute)):
                break
        else:
            if not found and asked.of_domain and not _all_hold(asked.of_domain, domain.node, domain, seen):
                return []
            if not asked.others or _all_hold(asked.others, node, domain, seen):
                found.append(node)
    return found


def _all_hold(conditions: tuple[Condition, ...], node: Node, domain: Domain, seen: Seen) -> bool:
    return all(holds(condition, node, domain, seen) for condition in conditions)


def _repeated(row: Row, elements: list[Node], domain: Domain) -> Iterator[tuple[Node, Node]]:
    """Yield each element with the values of an earlier one, and that one."""
    by_values: dict[tuple[str, ...], list[Node]] = {}
    attributes = [path[1:] for path in row.unique if path.startswith("@")]
    if len(attributes) == len(row.unique) and not domain.document.mask:
        # What is not written twice is not there twice.
        written = Counter(tuple(map(node.get, attributes)) for node in elements)
        if len(written) == len(elements):
            return
    for node in elements:
        places = [find(parse(path), node, domain) for path in row.unique]
        values = [place.value for place in places if isinstance(place, Found)]
        known = tuple(value.value for value in values if isinstance(value, Known))
        if len(known) == len(row.unique):
            by_values.setdefault(known, []).append(node)
    for nodes in by_values.values():
        yield from collisions(nodes, lambda node: node)


def _overlapping(row: Row, elements: list[Node], domain: Domain) -> Iterator[tuple[Node, Node]]:
    """Yield the first element that has a number which an earlier one has, and that one."""
    first_with: dict[int, Node] = {}
    for node in elements[:_MOST_SETS]:
        place = find(parse(row.disjoint), node, domain)
        numbers = cpu_set(place.value) if isinstance(place, Found) else None
        if not isinstance(numbers, Known):
            continue
        earlier = next((first_with[each] for each in numbers.value if each in first_with), None)
        if earlier is not None and earlier.is_there_with(node):
            yield node, earlier
            return
        first_with |= {each: node for each in numbers.value if each not in first_with}


def _accompanied(found: list[Node], elements: list[Node]) -> Iterator[tuple[Node, Node]]:
    """Yield each element that another one is known to be there with, and that one."""
    for node in found:
        # The first two are enough: one of them is another one.
        others = [other for other in elements[:2] if other != node and other.is_there_with(node)]
        yield from ((node, other) for other in others[:1])


def _later(found: list[Node], elements: list[Node]) -> Iterator[tuple[Node, Node]]:
    """Yield each element that is known to come behind the first, and that one."""
    first = elements[0]
    yield from ((node, first) for node in found if node != first and first.is_there_with(node))


def _past_the_end(row: Row, found: list[Node], domain: Domain) -> Iterator[Node]:
    """Yield the elements whose number is past the end, where all have one and none is there twice."""
    places = [find(parse(row.numbered), node, domain) for node in found]
    numbers = [number(place.value) for place in places if isinstance(place, Found)]
    known = [each.value for each in numbers if isinstance(each, Known)]
    if len(set(known)) == len(found) and not any(node.is_conditional for node in found):
        yield from (node for node, each in zip(found, known, strict=True) if each >= len(found))


def _place(row: Row, element: Node, domain: Domain) -> Found:
    """Return the place in an element; where it is not there, the element."""
    found = Found(element) if row.at == "." else find(parse(row.at), element, domain)
    return found if isinstance(found, Found) else Found(element)


def _elements(domain: Domain, where: str) -> list[Node]:
    first, *rest = _steps(where)
    nodes = [domain.node]
    if first == "devices":
        kind, *rest = rest
        nodes = _devices(domain, kind)
    elif first != ".":
        # Of other parts of a domain it is the first that counts.
        found = domain.node.child(first)
        nodes = [] if found is None else [found]
    for step in rest:
        nodes = [child for node in nodes for child in node.children(step)]
    return nodes


def _devices(domain: Domain, kind: str) -> list[Node]:
    if kind == "*":
        return domain.devices
    if "|" not in kind:
        return domain.devices_of(kind)
    kinds = kind.split("|")
    return [device for device in domain.devices if device.tag in kinds]


@cache
def _steps(where: str) -> tuple[str, ...]:
    return tuple(map(_tag, where.split("/")))


def _tag(step: str) -> str:
    return f"{{{QEMU_NAMESPACE}}}{step.removeprefix('qemu:')}" if step.startswith("qemu:") else step
