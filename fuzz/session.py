"""One target under atheris, in a process of its own: ``python -m fuzz.session TARGET [LIBFUZZER'S OPTIONS]``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from random import Random

import atheris

_MARKUP = ("scan", "document", "patch", "masking")


def main(target: str, options: list[str]) -> None:
    """Feed a target until time is up, or an input breaks it."""
    # All along, and before anything else: only what is imported within is watched for what an input reaches, and some
    # modules are imported when the first input needs them.
    with atheris.instrument_imports(include=["chanfix"]):
        from fuzz.targets import try_one

        mutator = {"custom_mutator": _mutator()} if target in _MARKUP else {}
        atheris.Setup([sys.argv[0], *options], try_one(target), **mutator)
        atheris.Fuzz()


def _mutator() -> Callable[[bytes, int, int], bytes]:
    from fuzz.mutation import mutated

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        chance = Random(seed)
        # Where there is nothing to change by elements it is bytes after all.
        changed = mutated(data, most, chance) if chance.random() < 0.5 else data
        return atheris.Mutate(data, most) if changed == data else changed

    return mutate


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
