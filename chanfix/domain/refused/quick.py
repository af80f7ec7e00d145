"""Conditions that are tried on attributes as they are written, which is most of them, in a fraction of the time.

These tests know nothing of holes: a text with holes is not for them.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from chanfix.domain.agent_name import is_templated
from chanfix.domain.refused.conditions import Condition
from chanfix.domain.values import Known, number, text
from chanfix.named_tuple import NamedTuple
from chanfix.xml.document import Node

__all__ = ["Quick", "quick_test", "value_of"]


class Quick(NamedTuple):
    """A test of the value of an attribute, or of what ``value_of`` returns without one.

    It passes where the condition holds. The attribute is that of the first child with the tag; with an empty tag it is
    the element's own.
    """

    tag: str
    attribute: str | None
    passes: Callable[[str | None], bool]


def value_of(part: Node | None, attribute: str | None) -> str | None:
    """Return the value of an attribute of a part, or its text where ``attribute`` is None.

    With an empty name the value is "" if the part is there.
    """
    if part is None:
        return None
    if attribute:
        return part.get(attribute)
    return "" if attribute == "" else part.text or None


def quick_test(condition: Condition) -> Quick | None:
    """Return the test of a condition about the element's attributes and children; None of one about anything else."""
    steps = condition.steps
    if condition.is_of_domain or len(steps) > 1 or (steps and steps[0].attribute):
        return None
    if not (condition.attribute or steps or condition.operator):
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
    fullmatch = re.compile(condition.wanted).fullmatch
    return lambda value: value is not None and fullmatch(value) is not None and not is_templated(value)


def _matches_not(condition: Condition) -> Callable[[str | None], bool]:
    fullmatch = re.compile(condition.wanted).fullmatch
    return lambda value: value is not None and fullmatch(value) is None and not is_templated(value)


def _is_smaller(condition: Condition) -> Callable[[str | None], bool]:
    limit = int(condition.wanted)
    return lambda value: isinstance(size := number(text(value)), Known) and size.value < limit


def _is_larger(condition: Condition) -> Callable[[str | None], bool]:
    limit = int(condition.wanted)
    return lambda value: isinstance(size := number(text(value)), Known) and size.value > limit


_TESTS = {
    "": _is_there,
    "=": _is_among,
    "!=": _is_another,
    "~": _matches,
    "!~": _matches_not,
    "<": _is_smaller,
    ">": _is_larger,
}
