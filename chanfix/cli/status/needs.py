"""Which features of an agent the exit status depends on, and which of them are waited for."""

from __future__ import annotations

from collections.abc import Iterable

from chanfix.errors import UsageError
from chanfix.status.features import FEATURES, TYPED
from chanfix.status.health import Health
from chanfix.status.survey import Outcome
from chanfix.words import did_you_mean

__all__ = ["is_met", "needed_features", "refuse_unasked"]


def needed_features(text: str | None, option: str) -> tuple[str, ...]:
    """Return the features of a list with commas, where a hyphen may stand for a blank.

    Raises ``UsageError`` for one that is not known.
    """
    if text is None:
        return ()
    chosen = []
    for word in filter(None, (part.strip() for part in text.split(","))):
        name = word.replace("-", " ")
        if name not in FEATURES:
            hint = did_you_mean(name, FEATURES, ", ".join(each.replace(" ", "-") for each in FEATURES))
            raise UsageError(f"{option}: there is no feature '{word}'", hint=hint)
        chosen.append(name)
    if not chosen:
        raise UsageError(f"{option} names no feature", hint=f"{option} addresses,exec")
    return tuple(dict.fromkeys(chosen))


def refuse_unasked(needed: Iterable[str], *, raw: bool) -> None:
    """Raise ``UsageError`` for a feature that is not asked for without ``--raw``."""
    unasked = [name for name in needed if name not in TYPED]
    if unasked and not raw:
        raise UsageError(
            f"whether '{unasked[0]}' works is the agent's own list of commands",
            hint="--raw asks for it, which marks the domain as tainted",
        )


def is_met(outcome: Outcome, needed: Iterable[str]) -> bool:
    """Return True if the agent answers, the guest can write, and every needed feature works."""
    return isinstance(outcome, Health) and outcome.is_well and all(map(outcome.has, needed))
