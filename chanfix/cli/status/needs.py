"""Which features of an agent the exit status depends on, and which of them are waited for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from chanfix.errors import UsageError
from chanfix.guest.generations import generation_of
from chanfix.status.features import FEATURES, TYPED
from chanfix.status.health import Health
from chanfix.status.next_step import NextStep
from chanfix.status.survey import Outcome, Survey
from chanfix.words import did_you_mean

__all__ = ["is_met", "needed_features", "refuse_unasked", "with_way_out"]


def needed_features(lists: Sequence[str], option: str) -> tuple[str, ...]:
    """Return the features of lists with commas, where a hyphen may stand for a blank; none for no list at all.

    Raises ``UsageError`` for lists without a feature, and for one that is not known.
    """
    chosen = []
    for word in filter(None, (part.strip() for part in ",".join(lists).split(","))):
        name = word.replace("-", " ")
        if name not in FEATURES:
            hint = did_you_mean(name, FEATURES, ", ".join(each.replace(" ", "-") for each in FEATURES))
            raise UsageError(f"{option}: there is no feature '{word}'", hint=hint)
        chosen.append(name)
    if lists and not chosen:
        raise UsageError(f"{option} names no feature", hint=f"{option} addresses,exec")
    return tuple(dict.fromkeys(chosen))


def refuse_unasked(needed: Iterable[str], survey: Survey, names: Iterable[str]) -> None:
    """Raise ``UsageError`` for a feature that libvirt is not asked for without ``--raw``, if libvirt holds an agent."""
    unasked = [name for name in needed if name not in TYPED]
    if unasked and not survey.are_detached(names):
        raise UsageError(
            f"whether '{unasked[0]}' works is the agent's own list of commands",
            hint="--raw asks for it, which marks the domain as tainted",
        )


def is_met(outcome: Outcome, needed: Iterable[str]) -> bool:
    """Return True if the agent answers, the guest can write, and every needed feature works."""
    return isinstance(outcome, Health) and outcome.is_well and all(map(outcome.has, needed))


def with_way_out(outcome: Outcome, needed: Iterable[str]) -> Outcome:
    """Return an outcome whose next step is about the needed features that do not work, where the agent answers."""
    if not isinstance(outcome, Health) or not outcome.is_well:
        return outcome
    asked = [each for each in outcome.features if each.name in needed]
    lacking = [each for each in asked if each.works is False]
    unknown = [each for each in asked if each.works is None]
    if not lacking and unknown:
        return replace(outcome, next_step=NextStep(f"whether '{unknown[0].name}' works is not known"))
    if not lacking:
        return outcome
    blocked = list(dict.fromkeys(command for each in lacking for command in each.blocked))
    if blocked:
        system = generation_of(outcome.system.id, outcome.system.version) if outcome.system else None
        options = ("--os", system.name if system else "SYSTEM", "--allow", ",".join(blocked))
        step = NextStep("set in the guest what its agent may do", ("chanfix", "guest-config", *options))
    else:
        step = NextStep(f"see to what is needed: {lacking[0].name}: {lacking[0].reason}")
    return replace(outcome, next_step=step)
