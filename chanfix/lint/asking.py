"""Asks the rules about a domain. Nothing else calls one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from chanfix.domain import Domain
from chanfix.errors import ChanfixError, InternalError
from chanfix.lint.rules.base import Draft, Facts, Rule

__all__ = ["drafts_of", "without_weaker"]


def drafts_of(domain: Domain, rules: Sequence[Rule], facts: Facts) -> Iterator[tuple[Rule, Draft]]:
    """Yield the drafts of rules about one domain, each with its rule, in the order of the rules.

    Raises ``InternalError`` that names the rule when one fails.
    """
    text = domain.document.data
    has_live_state = domain.is_record or (facts.is_running and not domain.is_inactive)
    about, words = _about(tuple(rules), domain.kinds, has_live_state)
    held = {word for word in words if word in text}
    for rule in about:
        if rule.words and held.isdisjoint(rule.words):
            continue
        try:
            for draft in rule.check(domain, facts):
                yield rule, draft
        except ChanfixError:
            raise
        except Exception as error:
            raise InternalError(f"the rule '{rule.name}' failed: {error!r}") from error


@lru_cache
def _about(rules: tuple[Rule, ...], kinds: frozenset[str], has_live_state: bool) -> tuple[list[Rule], frozenset[bytes]]:
    """Return the rules that may have something to say, and their words.

    Most domains have no channel, and most rules are about one. Live state is wrong in a definition only.
    """
    about = [rule for rule in rules if rule.devices is None or not kinds.isdisjoint(rule.devices)]
    if has_live_state:
        about = [rule for rule in about if not rule.about_live_state]
    return about, frozenset(word for rule in about for word in rule.words)


def without_weaker(drafts: Sequence[Draft], rules: Iterable[Rule]) -> list[Draft]:
    """Return the drafts without those of rules that yield to another one at the same place."""
    yields = {rule.name: rule.yields_to for rule in rules if rule.yields_to}
    said = {(draft.rule, draft.at.span) for draft in drafts}
    return [
        draft for draft in drafts if not any((other, draft.at.span) in said for other in yields.get(draft.rule, ()))
    ]
