"""The rows of ``schemas/refused.txt``, which says at its top what a row is made of."""

from __future__ import annotations

import re
from functools import cache

from chanfix.domain.disk import BUSES
from chanfix.named_tuple import NamedTuple
from chanfix.resources import read

__all__ = ["Row", "blocks", "row_of", "rows", "words_of_libvirt"]


class Row(NamedTuple):
    """One thing that libvirt's QEMU driver refuses at define.

    Of the elements at the path ``where`` those are meant for which all conditions of ``when`` hold. With ``is_single``
    the second of them is refused, with ``unique`` the second with the same values at these paths, with ``disjoint`` the
    first that has a number of an earlier one in the set at that path. With ``is_alone`` each is refused that has
    another element at that path beside it, with ``is_later`` one that comes before it. With ``numbered`` those are
    whose number at that path is past the end of 0, 1, 2 and so on. ``at`` is the place, and stands for ``{}`` in the
    sentence. ``said`` are libvirt's words, with ``*`` for what varies, those of 9.0 first.

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
    is_later: bool = False
    disjoint: str = ""


@cache
def rows() -> tuple[Row, ...]:
    """Return all rows, in their order."""
    return tuple(map(row_of, blocks()))


@cache
def blocks() -> tuple[str, ...]:
    """Return the texts of all rows, in their order: a run needs few of the rows."""
    # Comments stand in blocks of their own.
    written = read("schemas/refused.txt").split("\n\n")
    return tuple(row for block in written if not block.startswith("#") for row in _by_bus(block.strip()))


def _by_bus(block: str) -> tuple[str, ...]:
    """Return a row, or two where it is about the bus of a disk: libvirt takes one that is not written from the name."""
    _, asked, behind = block.partition("\nif bus = ")
    if not asked:
        return (block,)
    buses = behind.partition("\n")[0]
    prefixes = "|".join(prefix for prefix, bus in BUSES.items() if bus in buses.split("|"))
    # A floppy drive is on a bus of its own.
    by_name = f"if !target/@bus\nif target/@dev ~ ({prefixes})[a-z]+\nif @device != floppy"
    name, _, facts = block.replace(f"if bus = {buses}", by_name).partition("\n")
    facts = facts.replace("\nat target/@bus\n", "\nat target/@dev\n").replace("the bus '{}'", "the bus of '{}'")
    return block.replace(asked, "\nif target/@bus = "), f"{name.removesuffix('-on-bus')}-by-name\n{facts}"


def words_of_libvirt() -> tuple[str, ...]:
    """Return the words of libvirt in all rows."""
    return tuple(dict.fromkeys(re.findall(r"(?m)^libvirt (.+)$", "\n".join(blocks()))))


@cache
def row_of(block: str) -> Row:
    """Return the row that a text is."""
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
        is_later="later" in facts,
        disjoint=facts.get("disjoint", [""])[0],
    )
