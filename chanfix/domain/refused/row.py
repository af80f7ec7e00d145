"""The rows of ``schemas/refused.txt``, which says at its top what a row is made of."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from chanfix.domain.disk import BUSES
from chanfix.resources import read

__all__ = ["Row", "rows"]

# A condition that is about the bus of a disk, as libvirt reads it.
_BUS = "bus = "


class Row(NamedTuple):
    """One thing that libvirt's QEMU driver refuses at define.

    Of the elements at the path ``where`` those are meant for which all conditions of ``when`` hold. With ``is_single``
    the second of them is refused, with ``unique`` the second with the same values at these paths. With ``is_alone``
    each is refused that has another element at that path beside it. With ``numbered`` those are whose number at that
    path is past the end of 0, 1, 2 and so on. ``at`` is the place, and stands for ``{}`` in the sentence. ``said`` are
    libvirt's words, with ``*`` for what varies, those of 9.0 first.

    ``since`` is the first libvirt that was seen to refuse it, as a text, "" for 9.0. ``until`` is the first that may
    not refuse it any more, "" for none.
    """

    name: str
    where: str
    when: tuple[str, ...]
    at: str
    sentence: str
    said: tuple[str, ...]
    is_single: bool = False
    unique: tuple[str, ...] = ()
    until: str = ""
    since: str = ""
    is_alone: bool = False
    numbered: str = ""


@cache
def rows() -> tuple[Row, ...]:
    """Return all rows, in their order."""
    # Comments stand in blocks of their own.
    blocks = read("schemas/refused.txt").split("\n\n")
    return tuple(row for block in blocks if not block.startswith("#") for row in _by_bus(_row(block)))


def _by_bus(row: Row) -> tuple[Row, ...]:
    """Return a row, or two where it is about the bus of a disk: libvirt takes one that is not written from the name."""
    asked = next((condition for condition in row.when if condition.startswith(_BUS)), None)
    if asked is None:
        return (row,)
    buses = asked.removeprefix(_BUS)
    prefixes = "|".join(prefix for prefix, bus in BUSES.items() if bus in buses.split("|"))
    # A floppy drive is on a bus of its own.
    by_name = ("!target/@bus", f"target/@dev ~ ({prefixes})[a-z]+", "@device != floppy")
    others = tuple(condition for condition in row.when if condition != asked)
    return (
        row._replace(when=(*others, f"target/@bus = {buses}")),
        row._replace(
            name=f"{row.name.removesuffix('-on-bus')}-by-name",
            when=(*others, *by_name),
            at="target/@dev" if row.at == "target/@bus" else row.at,
            sentence=row.sentence.replace("the bus '{}'", "the bus of '{}'"),
        ),
    )


def _row(block: str) -> Row:
    name, *lines = block.strip().split("\n")
    facts: dict[str, list[str]] = {}
    for line in lines:
        key, _, value = line.partition(" ")
        facts.setdefault(key, []).append(value)
    return Row(
        name=name,
        where=facts["in"][0],
        when=tuple(facts.get("if", ())),
        at=facts["at"][0],
        sentence=facts["says"][0],
        said=tuple(facts["libvirt"]),
        is_single="single" in facts,
        unique=tuple(facts.get("unique", ())),
        until=facts.get("until", [""])[0],
        since=facts.get("since", [""])[0],
        is_alone="alone" in facts,
        numbered=facts.get("numbered", [""])[0],
    )
