"""The conditions of the rows: short texts about an element of a domain, and whether they hold.

A condition is a path, alone or with a comparison:

    source/@file             there is such an attribute
    !target                  there is no such element
    @device = lun|-          the value is one of these; ``-`` stands for nothing written
    @bus != scsi             the value is not one of these, or nothing is written
    @dev ~ [a-z]+            the whole value matches a regular expression
    @dev !~ [a-z]+           it does not, and there is one
    @size < 1024             it is a decimal number, and a smaller one; ``>`` likewise
    @vcpu below /vcpu        both are decimal numbers, and it is the smaller one; ``reaches``: it is not
    size larger /maxMemory   both are amounts of memory, compared with their units, and it is the larger one
    size smaller 2 MiB       likewise; or ``no-power-of 2``, ``no-multiple-of block``
    . differs /uuid          it is not the same as another value, capitals, hyphens and blanks aside
    @node beyond /cpu/numa/cell
                             it is a set of numbers from 0, and there are not so many such elements

A path that begins with ``/`` starts at the domain, any other at the element, which is ``.``. ``tag[name=x]`` is the
first child of that name whose attribute has the value, or with ``tag[name=@y]`` that of the element's own attribute.
Of several children of one name the first counts, as for libvirt; of devices, all ``<devices>`` elements.

What a template fills in, or brings at times, is not known: then a condition does not hold, and neither does its
opposite.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

from chanfix.domain import Domain
from chanfix.domain.refused import comparisons
from chanfix.domain.values import Known, Text, Unknown, number, text
from chanfix.named_tuple import NamedTuple
from chanfix.xml.document import Node

__all__ = ["NOTHING", "Condition", "Found", "Seen", "find", "holds", "parse"]

_OPERATORS = ("", "=", "!=", "~", "!~", "<", ">", "below", "reaches", "differs", "beyond", *comparisons.OF_SIZES)
NOTHING = "-"


class Step(NamedTuple):
    """A child element, or the one of a name whose attribute has a value."""

    tag: str
    attribute: str = ""
    value: str = ""


class Condition(NamedTuple):
    """A condition in its parts."""

    is_negated: bool
    is_of_domain: bool
    steps: tuple[Step, ...]
    attribute: str
    operator: str
    wanted: str
    # The values that ``wanted`` is a choice of; None is nothing written.
    choice: frozenset[str | None]
    # A step compares with an attribute of the element: then what a path from the domain leads to is not one thing.
    compares_with_element: bool = False


class Found(NamedTuple):
    """An element, and the attribute of it that is meant."""

    node: Node
    attribute: str | None = None

    @property
    def value(self) -> Text:
        """The value of the attribute, or the text of the element; an empty text is none."""
        return text(self.node.get(self.attribute) if self.attribute else self.node.text or None)

    @property
    def size(self) -> int | None:
        """The value as an amount of memory in KiB, of an element with its unit; None where it is none."""
        return comparisons.size_of(self.value, None if self.attribute else self.node.get("unit"))


Seen: TypeAlias = dict[tuple[object, ...], "Found | Unknown | int | None"]


@lru_cache(maxsize=2048)
def parse(written: str) -> Condition:
    """Return a condition in its parts. Raises ``ValueError`` if it compares in no known way."""
    path, _, comparison = written.partition(" ")
    operator, _, wanted = comparison.partition(" ")
    if operator not in _OPERATORS or (operator and not wanted):
        raise ValueError(f"no condition: {written}")
    is_negated, is_of_domain = path.startswith("!"), path.lstrip("!").startswith("/")
    names = path.lstrip("!").removeprefix("/").removeprefix(".").split("/")
    attribute = names.pop()[1:] if names[-1].startswith("@") else ""
    steps = tuple(map(_step, filter(None, names)))
    choice = frozenset(None if value == NOTHING else value for value in wanted.split("|"))
    compares_with_element = any(step.value.startswith("@") for step in steps)
    return Condition(is_negated, is_of_domain, steps, attribute, operator, wanted, choice, compares_with_element)


def _step(name: str) -> Step:
    tag, _, having = name.rstrip("]").partition("[")
    attribute, _, value = having.partition("=")
    return Step(tag, attribute, value)


def find(condition: Condition, element: Node, domain: Domain, seen: Seen | None = None) -> Found | Unknown | None:
    """Return what the path of a condition leads to from an element.

    ``seen`` keeps what paths from the domain lead to, for all elements of the same blocks of a template.
    """
    if seen is None or not condition.is_of_domain or condition.compares_with_element:
        return _find(condition, element, domain)
    key = (condition.steps, condition.attribute, element.arms)
    if key in seen:
        found = seen[key]
        assert not isinstance(found, int)
        return found
    seen[key] = found = _find(condition, element, domain)
    return found


def _find(condition: Condition, element: Node, domain: Domain) -> Found | Unknown | None:
    node = domain.node if condition.is_of_domain else element
    steps = condition.steps
    if condition.is_of_domain and len(steps) > 1 and steps[0].tag == "devices":
        found = _among(domain.devices_of(steps[1].tag), element, steps[1])
        if found is None and domain.has_unknown_devices:
            return Unknown("")
        if not isinstance(found, Node):
            return found
        node, steps = found, steps[2:]
    for step in steps:
        if element.document.mask is None and not step.attribute:
            # The first child counts, and nothing is unknown.
            child = node.child(step.tag)
            if child is None:
                return None
            node = child
            continue
        found = _among(node.children(step.tag), element, step)
        if found is None and node.has_unknown_children:
            return Unknown("")
        if not isinstance(found, Node):
            return found
        node = found
    if not condition.attribute:
        return Found(node)
    return None if node.get(condition.attribute) is None else Found(node, condition.attribute)


def holds(condition: Condition, element: Node, domain: Domain, seen: Seen | None = None) -> bool:
    """Return True if a condition is known to hold for an element; for ``seen`` see ``find``."""
    if condition.operator == "=" and not condition.steps and condition.attribute and not condition.is_of_domain:
        # Most are of this kind, and what a template fills in is none of the values.
        return element.get(condition.attribute) in condition.choice
    found = find(condition, element, domain, seen)
    if isinstance(found, Unknown):
        return False
    if not condition.operator:
        return (found is None) is condition.is_negated
    value = found.value if found is not None else None
    if isinstance(value, Unknown):
        return False
    written = value.value if isinstance(value, Known) else None
    if condition.operator in ("below", "reaches"):
        other = find(parse(condition.wanted), element, domain, seen)
        return written is not None and _is_below(written, other) is (condition.operator == "below")
    if condition.operator == "differs":
        return written is not None and _differs(written, find(parse(condition.wanted), element, domain, seen))
    if condition.operator == "beyond":
        return written is not None and _is_beyond(written, parse(condition.wanted), element, domain, seen)
    if condition.operator in comparisons.OF_SIZES:
        return found is not None and _compares_sizes(condition, found, element, domain, seen)
    return _compares(condition, written)


def _among(candidates: list[Node], element: Node, step: Step) -> Node | Unknown | None:
    """Return the first child, or the first with a value, that is there whenever the element is."""
    for child in candidates:
        if step.attribute:
            value = text(child.get(step.attribute))
            if isinstance(value, Unknown):
                return value
            wanted = text(element.get(step.value[1:])) if step.value.startswith("@") else Known(step.value)
            if isinstance(wanted, Unknown) or value != wanted:
                continue
        return child if child.is_there_with(element) else Unknown("")
    return None


def _compares(condition: Condition, value: str | None) -> bool:
    operator, wanted = condition.operator, condition.wanted
    if operator in ("=", "!="):
        return (value in condition.choice) is (operator == "=")
    if value is None:
        return False
    if operator in ("~", "!~"):
        import re

        return (re.fullmatch(wanted, value) is not None) is (operator == "~")
    size = number(Known(value))
    if not isinstance(size, Known):
        return False
    return size.value < int(wanted) if operator == "<" else size.value > int(wanted)


def _is_below(written: str, other: Found | Unknown | None) -> bool | None:
    """Return None if one of the two is no known number."""
    least = number(other.value) if isinstance(other, Found) else None
    size = number(Known(written))
    return size.value < least.value if isinstance(size, Known) and isinstance(least, Known) else None


def _compares_sizes(condition: Condition, found: Found, element: Node, domain: Domain, seen: Seen | None) -> bool:
    if condition.wanted[0].isdecimal():
        other = comparisons.size_written(condition.wanted)
    else:
        there = find(parse(condition.wanted), element, domain, seen)
        other = there.size if isinstance(there, Found) else None
    size = found.size
    return size is not None and other is not None and comparisons.compares(condition.operator, size, other)


def _differs(written: str, other: Found | Unknown | None) -> bool:
    value = other.value if isinstance(other, Found) else None
    return isinstance(value, Known) and comparisons.plain(value.value) != comparisons.plain(written)


def _is_beyond(written: str, others: Condition, element: Node, domain: Domain, seen: Seen | None) -> bool:
    """Return True if a set has a number that is not one of those that as many elements have, from 0 on."""
    largest = comparisons.largest(written)
    key = ("how many", others.steps, element.arms)
    if seen is None or key not in seen:
        number_of = _number_of(others, element, domain)
        if seen is None:
            seen = {}
        seen[key] = number_of
    number_there = seen[key]
    return largest is not None and isinstance(number_there, int) and 0 < number_there <= largest


def _number_of(others: Condition, element: Node, domain: Domain) -> int | None:
    """Return how many elements there are at a path, None where a template leaves that open."""
    around = find(others._replace(steps=others.steps[:-1]), element, domain)
    if not isinstance(around, Found) or around.node.has_unknown_children:
        return None
    there = around.node.children(others.steps[-1].tag)
    return None if any(node.is_conditional for node in there) else len(there)
