"""All rules: the facts about each, and the rule itself, whose module is imported when it is asked for."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from chanfix.lint.rule import Rule, RuleEntry
from chanfix.lint.rules.index import RULES

__all__ = ["FAMILIES", "RULES", "by_name", "load", "page_of"]

# The names of the folders: a word for all rules of one.
FAMILIES = tuple(dict.fromkeys(rule.family for rule in RULES))


def by_name(name: str) -> RuleEntry | None:
    """Return the facts about the rule of that name."""
    return next((rule for rule in RULES if rule.name == name), None)


@cache
def load(entry: RuleEntry) -> Rule:
    """Return a rule, and import its module if nobody has."""
    class_name = "".join(word.capitalize() for word in entry.name.split("-"))
    rule: Rule = getattr(import_module(_module(entry)), class_name)()
    return rule


def page_of(entry: RuleEntry) -> str:
    """Return the manual page of a rule: the docstring of its module."""
    return (import_module(_module(entry)).__doc__ or "").strip()


def _module(entry: RuleEntry) -> str:
    return f"{__name__}.{entry.family}.{entry.name}".replace("-", "_")
