"""What is made here is what ``typing`` makes, but for annotations that are looked up."""

from __future__ import annotations

import copy
import pickle
import typing

import pytest

from chanfix import named_tuple


class Ours(named_tuple.NamedTuple):
    """A place on a bus."""

    bus: int
    slot: int | None = None
    names: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The place, for people."""
        return f"{self.bus}:{self.slot}"

    @classmethod
    def first(cls) -> Ours:
        return cls(0)

    def __str__(self) -> str:
        return self.shown


class Theirs(typing.NamedTuple):
    """A place on a bus."""

    bus: int
    slot: int | None = None
    names: tuple[str, ...] = ()


def test_names_defaults_and_matching_are_those_of_typing():
    for name in ("_fields", "_field_defaults", "__match_args__", "__doc__", "__module__"):
        assert getattr(Ours, name) == getattr(Theirs, name)
    assert Ours(1, slot=2) == Theirs(1, slot=2) == (1, 2, ())
    assert repr(Ours(1)) == repr(Theirs(1)).replace("Theirs", "Ours")
    match Ours(3, 4):
        case Ours(bus, slot):
            assert (bus, slot) == (3, 4)


def test_what_stands_in_the_body_is_there():
    assert Ours.first().shown == "0:None"
    assert str(Ours(1)._replace(slot=7)) == "1:7"


def test_value_is_copied_and_pickled():
    value = Ours(1, 2, ("a",))
    assert copy.deepcopy(value) == pickle.loads(pickle.dumps(value)) == value
    assert type(copy.copy(value)) is Ours


def test_value_that_is_missing_or_unknown_is_refused():
    with pytest.raises(TypeError, match="bus"):
        Ours()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="port"):
        Ours(1, port=2)  # type: ignore[call-arg]


def test_field_without_a_default_behind_one_with_a_default_is_refused():
    with pytest.raises(TypeError, match="a default come last"):

        class Wrong(named_tuple.NamedTuple):
            slot: int = 0
            bus: int  # type: ignore[misc]
