"""Finds what the rows are about in a domain."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple, TypeAlias

from chanfix.domain import QEMU_NAMESPACE, Domain
from chanfix.domain.refused.conditions import NOTHING, Condition, Found, Seen, find, holds, parse
from chanfix.domain.refused.quick import Parts, Quick, quick_test
from chanfix.domain.refused.row import Row, blocks, row_of
from chanfix.domain.values import Known, number
from chanfix.domain.versions import Version
from chanfix.xml.document import Node
from chanfix.xml.together import collisions

__all__ = ["Refusal", "refusals"]

# The oldest libvirt that was asked: an older one may take what this one refuses.
_OLDEST = Version(9)
_WORD = re.compile(r"[A-Za-z0-9_-]+")
_PLACE = re.compile(r"(?m)^in (.+)$")
# A condition that holds only where something is written: its path, and the values of which that is one.
_SOMETHING = re.compile(r"(?m)^if ([^! \n]+)(?: (?:= (.+)|(?!!=).+))?$")
# What nearly every domain has says little about one.
_COMMON = frozenset(
    b"0 address arch block bus clock controller cpu dev devices disk domain driver file function index input interface "
    b"machine memballoon memory mode model name no off on os path pci port slot source target type usb vcpu virtio "
    b"yes".split()
)


class Refusal(NamedTuple):
    """A row that holds for an element, the place, and the element that it is the second of."""

    row: Row
    at: Found
    first: Node | None = None


# An element and its parts, None where a template may change them.
_Element: TypeAlias = tuple[Node, Parts | None]


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
        return cls(
            row,
            conditions,
            tuple(condition for condition, test in tests if test is None and condition.is_of_domain),
            # Nearly every element fails the test of one of its own attributes, if there is one.
            tuple(sorted((test for _, test in tests if test is not None), key=lambda test: test.tag != "")),
            tuple(condition for condition, test in tests if test is None and not condition.is_of_domain),
            Version.parse(row.since) if row.since else _OLDEST,
            Version.parse(row.until) if row.until else None,
            row.is_single or bool(row.unique) or row.is_alone,
        )


class _Listed(NamedTuple):
    """A row's number and text, and the words that a document must hold for it.

    Of each set of ``values``, which are two and more, one has to be there with all its words.
    """

    number: int
    block: str
    names: frozenset[bytes]
    values: tuple[tuple[frozenset[bytes], ...], ...]

    @classmethod
    def of(cls, number: int, block: str) -> _Listed:
        """Read the words off the text of a row: most rows are never more than that."""
        names = {"domain"}.union(*map(_WORD.findall, _PLACE.findall(block)))
        values = []
        for path, wanted in _SOMETHING.findall(block):
            choice = wanted.split("|") if wanted else []
            if NOTHING in choice:
                continue
            names.update(_WORD.findall(path))
            if len(choice) > 1:
                values.append(tuple(map(_words, choice)))
            elif choice:
                names.update(_WORD.findall(choice[0]))
        return cls(number, block, frozenset(name.encode() for name in names), tuple(values))

    def may_hold(self, words: frozenset[bytes]) -> bool:
        """Return True if a text of these words has all that the row is about."""
        if not self.names <= words:
            return False
        for values in self.values:
            for value in values:
                if value <= words:
                    break
            else:
                return False
        return True


def refusals(domain: Domain, version: Version) -> Iterator[Refusal]:
    """Yield what libvirt of that version is known to refuse, row by row."""
    if version < _OLDEST:
        return
    elements: dict[str, list[_Element]] = {}
    seen: Seen = {}
    has_holes = domain.document.mask is not None
    for listed in _worth_asking(domain.document.words):
        asked = _Asked.of(listed.block)
        if version < asked.since or (asked.until and version >= asked.until):
            continue
        where = asked.row.where
        if where not in elements:
            elements[where] = [(node, None if has_holes else Parts(node)) for node in _elements(domain, where)]
        alike = elements[where]
        if len(alike) < (2 if asked.is_about_several else 1):
            continue
        if found := _meant(asked, alike, domain, seen):
            yield from _refusals(domain, asked.row, found, alike)


def _worth_asking(words: frozenset[bytes] | None) -> list[_Listed]:
    """Return the rows that a text may be about; all of them where nothing is known of its words."""
    found: list[_Listed] = []
    if words is None:
        return sorted(row for name in _names() for rows_of_word in _index(name)[1].values() for row in rows_of_word)
    for name in _names() & words:
        known, by_word = _index(name)
        found += [row for word in known & words for row in by_word[word] if row.may_hold(words)]
    return sorted(found)


@cache
def _names() -> frozenset[bytes]:
    return frozenset(_by_name())


@cache
def _by_name() -> dict[bytes, list[tuple[int, str]]]:
    """Return the texts of all rows, numbered, by the name of the elements that they are about."""
    by_name: dict[bytes, list[tuple[int, str]]] = {}
    for place, block in enumerate(blocks()):
        _, _, rest = block.partition("\nin ")
        name = rest.partition("\n")[0].rpartition("/")[2].removeprefix("qemu:")
        by_name.setdefault(b"domain" if name in (".", "*") else name.encode(), []).append((place, block))
    return by_name


@cache
def _index(name: bytes) -> tuple[frozenset[bytes], dict[bytes, list[_Listed]]]:
    """Return the rows about elements of a name by one word of each that few domains have, and these words.

    They are prepared when a text has that name: one document has few of them.
    """
    listed = [_Listed.of(number, block) for number, block in _by_name()[name]]
    uses = Counter(word for row in listed for word in row.names)
    by_word: dict[bytes, list[_Listed]] = {}
    for row in listed:
        rarest = min(row.names, key=lambda word: (word in _COMMON, uses[word], word))
        by_word.setdefault(rarest, []).append(row)
    # An intersection of two frozen sets is the quickest.
    return frozenset(by_word), by_word


def _refusals(domain: Domain, row: Row, found: list[Node], elements: list[_Element]) -> Iterator[Refusal]:
    if row.is_single:
        pairs = collisions(found, lambda node: node)
    elif row.unique:
        pairs = _repeated(row, found, domain)
    elif row.is_alone:
        pairs = _accompanied(found, [node for node, _ in elements])
    elif row.numbered:
        pairs = _past_the_end(row, found, domain)
    else:
        yield from (Refusal(row, _place(row, node, domain)) for node in found)
        return
    yield from (Refusal(row, _place(row, second, domain), first) for second, first in pairs)


def _meant(asked: _Asked, alike: list[_Element], domain: Domain, seen: Seen) -> list[Node]:
    """Return the elements for which all conditions of a row are known to hold."""
    if domain.document.mask is None and not all(holds(each, domain.node, domain, seen) for each in asked.of_domain):
        return []
    found = []
    for node, parts in alike:
        if parts is None:
            if all(holds(condition, node, domain, seen) for condition in asked.conditions):
                found.append(node)
            continue
        for test in asked.quick:
            if not test.passes(parts):
                break
        else:
            if not asked.others or all(holds(condition, node, domain, seen) for condition in asked.others):
                found.append(node)
    return found


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


def _accompanied(found: list[Node], elements: list[Node]) -> Iterator[tuple[Node, Node]]:
    """Yield each element that another one is known to be there with, and that one."""
    for node in found:
        # The first two are enough: one of them is another one.
        others = [other for other in elements[:2] if other != node and other.is_there_with(node)]
        yield from ((node, other) for other in others[:1])


def _past_the_end(row: Row, found: list[Node], domain: Domain) -> Iterator[tuple[Node, Node]]:
    """Yield the elements whose number is past the end, where all have one and none is there twice."""
    places = [find(parse(row.numbered), node, domain) for node in found]
    numbers = [number(place.value) for place in places if isinstance(place, Found)]
    known = [each.value for each in numbers if isinstance(each, Known)]
    if len(set(known)) == len(found) and not any(node.is_conditional for node in found):
        yield from ((node, found[0]) for node, each in zip(found, known, strict=True) if each >= len(found))


def _place(row: Row, element: Node, domain: Domain) -> Found:
    """Return the place in an element; where it is not there, the element."""
    found = Found(element) if row.at == "." else find(parse(row.at), element, domain)
    return found if isinstance(found, Found) else Found(element)


def _elements(domain: Domain, where: str) -> list[Node]:
    if where == ".":
        return [domain.node]
    container, _, tag = where.partition("/")
    if container == ".":
        return domain.node.children(tag)
    if container == "devices" and "/" not in tag:
        return domain.devices if tag == "*" else domain.devices_of(tag)
    if container == "devices":
        tag, _, rest = tag.partition("/")
        nodes = domain.devices_of(tag)
    else:
        first = domain.node.child(_tag(container))
        nodes, rest = [first] if first is not None else [], tag
        if not rest:
            return nodes
    steps = rest.split("/")
    for step in steps:
        nodes = [child for node in nodes for child in node.children(_tag(step))]
    return nodes


def _tag(step: str) -> str:
    return f"{{{QEMU_NAMESPACE}}}{step.removeprefix('qemu:')}" if step.startswith("qemu:") else step


def _words(value: str) -> frozenset[bytes]:
    return frozenset(word.encode() for word in _WORD.findall(value))
