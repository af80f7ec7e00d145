"""Which rules a word means: a name, a family, a pattern as ``path-*``, a profile, or ``all`` or ``default``."""

from __future__ import annotations

from collections.abc import Iterable

from chanfix.errors import UsageError
from chanfix.lint.rules import FAMILIES, RULES
from chanfix.words import did_you_mean

__all__ = ["DEFAULT_PROFILE", "DEFAULT_RULES", "PROFILES", "RULE_NAMES", "named", "not_a_rule"]

RULE_NAMES = tuple(rule.name for rule in RULES)
DEFAULT_RULES = frozenset(rule.name for rule in RULES if rule.on_by_default)

# The families and rules about the agent's channel and what belongs to it: what chanfix 0.1 looked at.
_OF_CHANNELS = frozenset({"agent", "file", "path", "virtio-serial"})
_ABOUT_CHANNELS = frozenset(
    {"autogen-header", "channel-schema", "live-channel-state", "live-domain-id", "live-pty", "network-channel"}
)
PROFILES = {
    "portable": DEFAULT_RULES,
    "strict": frozenset(RULE_NAMES),
    "channel": frozenset(
        rule.name
        for rule in RULES
        if rule.on_by_default and (rule.family in _OF_CHANNELS or rule.name in _ABOUT_CHANNELS)
    ),
}
"""The sets of rules that have a name: all default ones, all, and those about the agent's channel alone."""
DEFAULT_PROFILE = "portable"

_WORDS = {"default": DEFAULT_RULES, "all": PROFILES["strict"], **PROFILES}


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
    if word in _WORDS:
        return _WORDS[word]
    if word in FAMILIES:
        return frozenset(rule.name for rule in RULES if rule.family == word)
    from fnmatch import fnmatchcase

    return frozenset(name for name in RULE_NAMES if fnmatchcase(name, word))
