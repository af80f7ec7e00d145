"""Which rules a word means: a name, a family, a pattern as ``path-*``, or one of the words ``all`` and ``default``."""

from __future__ import annotations

from collections.abc import Iterable

from chanfix.errors import UsageError
from chanfix.lint.rules import FAMILIES, RULES

__all__ = ["DEFAULT_RULES", "RULE_NAMES", "named", "nearest", "nearest_word"]

RULE_NAMES = tuple(rule.name for rule in RULES)
DEFAULT_RULES = frozenset(rule.name for rule in RULES if rule.on_by_default)


def named(words: Iterable[str]) -> frozenset[str]:
    """Return the names of all rules that are meant. Raises ``UsageError`` for a word that means none."""
    names: set[str] = set()
    for word in words:
        meant = _meant(word)
        if not meant:
            near = nearest_word(word)
            hint = f"did you mean '{near}'?" if near else "chanfix explain lists the rules"
            raise UsageError(f"no rule is called '{word}'", hint=hint)
        names |= meant
    return frozenset(names)


def nearest(word: str) -> str | None:
    """Return the rule whose name is most like a word, if one is."""
    import difflib

    return next(iter(difflib.get_close_matches(word, RULE_NAMES, n=1)), None)


def nearest_word(word: str) -> str | None:
    """Return the rule or the family whose name is most like a word, if one is."""
    import difflib

    return next(iter(difflib.get_close_matches(word, (*FAMILIES, *RULE_NAMES), n=1)), None)


def _meant(word: str) -> frozenset[str]:
    if word == "all":
        return frozenset(RULE_NAMES)
    if word == "default":
        return DEFAULT_RULES
    if word in FAMILIES:
        return frozenset(rule.name for rule in RULES if rule.family == word)
    from fnmatch import fnmatchcase

    return frozenset(name for name in RULE_NAMES if fnmatchcase(name, word))
