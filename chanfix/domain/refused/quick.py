"""Conditions that are tried on attributes as they are written, which is most of them, in a fraction of the time.

These tests know nothing of holes: a text with holes is not for them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from chanfix.domain.agent_name import is_templated
from chanfix.domain.refused.conditions import Condition
from chanfix.xml.document import Node

__all__ = ["Parts", "Quick", "quick_test"]


class Parts(dict[str, Node | None]):
    """An element, under "", and its first child of each name, None where there is none; found when asked for."""

    def __init__(self, node: Node) -> None:
        super().__init__({"": node})
        self._node = node

    def __missing__(self, tag: str) -> Node | None:
        found = self[tag] = self._node.child(tag)
        return found


class Quick(NamedTuple):
    """A test of the value of an attribute of ``Parts[tag]``, or of its text where ``attribute`` is None.

    With an empty name it is one of "" where that part is there. It passes where the condition holds.
    """

    tag: str
    attribute: str | None
    holds: Callable[[str | None], bool]

    def passes(self, parts: Parts) -> bool:
        """Return True if the condition holds for an element."""
        part = parts[self.tag]
        if part is None:
            return self.holds(None)
        if self.attribute:
            return self.holds(part.get(self.attribute))
        return self.holds("" if self.attribute == "" else part.text or None)


def quick_test(condition: Condition) -> Quick | None:
    """Return the test of a condition about the element's attributes and children; None of one about anything else."""
    steps = condition.steps
    if condition.is_of_domain or len(steps) > 1 or (steps and steps[0].attribute):
        return None
    if not condition.attribute and not steps and not condition.operator:
        return None
    test = _TESTS.get(condition.operator)
    attribute = condition.attribute or (None if condition.operator else "")
    return Quick(steps[0].tag if steps else "", attribute, test(condition)) if test else None


def _is_there(condition: Condition) -> Callable[[str | None], bool]:
    is_negated = condition.is_negated
    return lambda value: (value is None) is is_negated


def _is_among(condition: Condition) -> Callable[[str | None], bool]:
    return condition.choice.__contains__


def _is_another(condition: Condition) -> Callable[[str | None], bool]:
    choice = condition.choice
    return lambda value: value not in choice and not is_templated(value)


def _matches(condition: Condition) -> Callable[[str | None], bool]:
    pattern = condition.wanted
    return lambda value: value is not None and re.fullmatch(pattern, value) is not None and not is_templated(value)


def _does_not_match(condition: Condition) -> Callable[[str | None], bool]:
    pattern = condition.wanted
    return lambda value: value is not None and re.fullmatch(pattern, value) is None and not is_templated(value)


_TESTS = {"": _is_there, "=": _is_among, "!=": _is_another, "~": _matches, "!~": _does_not_match}
