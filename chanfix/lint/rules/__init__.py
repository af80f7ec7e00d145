"""All rules: the facts about each, and the rule itself, whose module is imported when it is asked for."""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module

from chanfix.lint.rule import Rule, RuleEntry
from chanfix.lint.rules.index import RULES

__all__ = ["ASKED", "FAMILIES", "RULES", "by_name", "load", "page_of"]

# The names of the folders: a word for all rules of one.
FAMILIES = tuple(dict.fromkeys(rule.family for rule in RULES))
# The names of the rules whose findings an installed libvirt makes.
ASKED = frozenset(rule.name for rule in RULES if rule.asks_libvirt)


def by_name(name: str) -> RuleEntry | None:
    """Return the facts about the rule of that name."""
    return next((rule for rule in RULES if rule.name == name), None)


@cache
def load(entry: RuleEntry) -> Rule:
    """Return a rule. Its module is imported at the first call."""
    module = import_module(f"{__name__}.{entry.family}.{entry.name}".replace("-", "_"))
    rule: Rule = getattr(module, "".join(word.capitalize() for word in entry.name.split("-")))()
    return rule


def page_of(entry: RuleEntry) -> str:
    """Return the manual page of a rule: the docstring of its module."""
    return (sys.modules[type(load(entry)).__module__].__doc__ or "").strip()
