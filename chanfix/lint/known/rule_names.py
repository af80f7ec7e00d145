"""Which rules a word means: a name, a family, a pattern as ``path-*``, or one of the words ``all`` and ``default``."""

from __future__ import annotations

from collections.abc import Iterable

from chanfix.errors import UsageError
from chanfix.lint.rules import FAMILIES, RULES
from chanfix.words import did_you_mean

__all__ = ["DEFAULT_RULES", "RULE_NAMES", "named", "not_a_rule"]

RULE_NAMES = tuple(rule.name for rule in RULES)
DEFAULT_RULES = frozenset(rule.name for rule in RULES if rule.on_by_default)


def named(words: Iterable[str]) -> frozenset[str]:
    """Return the names of all rules that are meant. Raises ``UsageError`` for a word that means none."""
    names: set[str] = set()
    for word in words:
        meant = _meant(word)
        if not meant:
            raise not_a_rule(word, *FAMILIES)
        names |= meant
    return frozenset(names)


def not_a_rule(word: str, *others: str) -> UsageError:
    """Return the error for a word that is not the name of a rule, nor one of the others that are allowed."""
    hint = did_you_mean(word, (*others, *RULE_NAMES), "chanfix explain lists the rules")
    return UsageError(f"no rule is called '{word}'", hint=hint)


def _meant(word: str) -> frozenset[str]:
    if word == "all":
        return frozenset(RULE_NAMES)
    if word == "default":
        return DEFAULT_RULES
    if word in FAMILIES:
        return frozenset(rule.name for rule in RULES if rule.family == word)
    from fnmatch import fnmatchcase

    return frozenset(name for name in RULE_NAMES if fnmatchcase(name, word))
