"""Which system and which generation of it is meant by the name that ``--os`` takes."""

from __future__ import annotations

from chanfix.errors import UsageError
from chanfix.guest.generations import Generation, generation_names, generations_of, kin_of
from chanfix.guest.systems import SYSTEMS, System
from chanfix.words import did_you_mean

__all__ = ["choose_system", "system_names"]


def system_names() -> list[str]:
    """Return every name that a guest's system can be chosen by: those of systems, then those of generations."""
    return [*SYSTEMS, *generation_names()]


def choose_system(name: str) -> tuple[System, tuple[Generation, ...]]:
    """Return a system and the generations that are meant: all of a system, or the one that is named.

    Raises ``UsageError`` for a name that is not known.
    """
    generations = generations_of(name)
    if not generations and name not in SYSTEMS:
        kin = kin_of(name)
        hint = f"did you mean '{kin}'?" if kin else did_you_mean(name, system_names(), ", ".join(SYSTEMS))
        raise UsageError(f"--os: no system is called '{name}'", hint=hint)
    return SYSTEMS.get(name) or SYSTEMS[generations[0].system], generations
