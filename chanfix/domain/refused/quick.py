"""Quick tests of conditions: they leave out nearly all elements, and what passes is asked about in full.

They look at attributes as they are written, and know nothing of templates: a text with holes is not for them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from chanfix.domain.refused.conditions import Condition
from chanfix.xml.document import Node

__all__ = ["Quick", "Written", "quick_test"]


_MISSING: Mapping[str, str] = {}


class Written(dict[str, Mapping[str, str]]):
    """The attributes that are written, of an element under "" and of its first child of each name under that.

    An element that is there has an attribute without a name beside them, which is empty.
    """

    def __init__(self, node: Node) -> None:
        super().__init__()
        self._node = node

    def __missing__(self, tag: str) -> Mapping[str, str]:
        node = self._node.child(tag) if tag else self._node
        found = self[tag] = _MISSING if node is None else {"": "", **node.attributes}
        return found


class Quick(NamedTuple):
    """A test of ``Written[tag].get(attribute)``: where it fails, the condition certainly does not hold."""

    tag: str
    attribute: str
    may_hold: Callable[[str | None], bool]


def quick_test(condition: Condition) -> Quick | None:
    """Return the test of a condition about the element's attributes and children; None of one about anything else."""
    steps = condition.steps
    if condition.is_of_domain or len(steps) > 1 or (steps and steps[0].attribute):
        return None
    if not condition.attribute and (condition.operator or not steps):
        return None
    # All other comparisons hold for no value that is not written.
    may_hold = _MAY_HOLD.get(condition.operator, _is_there)
    return Quick(steps[0].tag if steps else "", condition.attribute, may_hold(condition))


def _is_there(condition: Condition) -> Callable[[str | None], bool]:
    is_negated = condition.is_negated
    return lambda value: (value is None) is is_negated


def _is_among(condition: Condition) -> Callable[[str | None], bool]:
    return condition.choice.__contains__


def _is_another(condition: Condition) -> Callable[[str | None], bool]:
    choice = condition.choice
    return lambda value: value not in choice


def _matches(condition: Condition) -> Callable[[str | None], bool]:
    pattern = condition.wanted
    return lambda value: value is not None and re.fullmatch(pattern, value) is not None


_MAY_HOLD = {"=": _is_among, "!=": _is_another, "~": _matches}
