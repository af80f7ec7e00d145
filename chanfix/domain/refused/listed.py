"""Which rows a text may be about, by the words in it: most rows are never read."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from chanfix.domain.refused.conditions import NOTHING
from chanfix.domain.refused.row import blocks
from chanfix.named_tuple import NamedTuple

__all__ = ["worth_asking"]

_WORD = re.compile(r"[A-Za-z0-9_-]+")
_PLACE = re.compile(r"(?m)^in (.+)$")
# A condition that holds only where something is written: its path, and the values of which that is one.
_SOMETHING = re.compile(r"(?m)^if ([^! \n]+)(?: (?:= (.+)|(?!!=).+))?$")
# What nearly every domain has says little about one.
_COMMON = frozenset(
    b"0 address arch block bus clock controller cpu dev devices disk domain driver file function index input interface "
    b"machine memballoon memory mode model name no off on os path pci port slot source target type usb vcpu virtio "
    b"yes".split()
)


class _Listed(NamedTuple):
    """A row's number and text, and the words that a document must hold for it.

    Of each set of ``values``, which are two and more, one has to be there with all its words.
    """

    number: int
    block: str
    names: frozenset[bytes]
    values: tuple[tuple[frozenset[bytes], ...], ...]

    @classmethod
    def of(cls, number: int, block: str) -> _Listed:
        """Read the words off the text of a row: most rows are never more than that."""
        # A text may have another prefix for the namespace.
        written = block.replace("qemu:", "")
        names = {"domain"}.union(*map(_WORD.findall, _PLACE.findall(written)))
        values = []
        for path, wanted in _SOMETHING.findall(written):
            choice = wanted.split("|") if wanted else []
            if NOTHING in choice:
                continue
            names.update(_WORD.findall(path))
            if len(choice) > 1:
                values.append(tuple(map(_words, choice)))
            elif choice:
                names.update(_WORD.findall(choice[0]))
        return cls(number, block, frozenset(name.encode() for name in names), tuple(values))

    def may_hold(self, words: frozenset[bytes]) -> bool:
        """Return True if a text of these words has all that the row is about."""
        if not self.names <= words:
            return False
        for values in self.values:
            for value in values:
                if value <= words:
                    break
            else:
                return False
        return True


def worth_asking(words: frozenset[bytes] | None) -> list[str]:
    """Return the texts of the rows that a text of these words may be about, in their order; all where None is known."""
    if words is None:
        return list(blocks())
    found: list[_Listed] = []
    for name in _names() & words:
        known, by_word = _index(name)
        found += [row for word in known & words for row in by_word[word] if row.may_hold(words)]
    return [row.block for row in sorted(found)]


@cache
def _names() -> frozenset[bytes]:
    return frozenset(_by_name())


@cache
def _by_name() -> dict[bytes, list[tuple[int, str]]]:
    """Return the texts of all rows, numbered, by the name of the elements that they are about."""
    by_name: dict[bytes, list[tuple[int, str]]] = {}
    for place, block in enumerate(blocks()):
        _, _, rest = block.partition("\nin ")
        name = rest.partition("\n")[0].rpartition("/")[2].removeprefix("qemu:")
        by_name.setdefault(b"domain" if name in (".", "*") else name.encode(), []).append((place, block))
    return by_name


@cache
def _index(name: bytes) -> tuple[frozenset[bytes], dict[bytes, list[_Listed]]]:
    """Return the rows about elements of a name by one word of each that few domains have, and these words.

    They are prepared when a text has that name: one document has few of them.
    """
    listed = [_Listed.of(number, block) for number, block in _by_name()[name]]
    uses = Counter(word for row in listed for word in row.names)
    by_word: dict[bytes, list[_Listed]] = {}
    for row in listed:
        rarest = min(row.names, key=lambda word: (word in _COMMON, uses[word], word))
        by_word.setdefault(rarest, []).append(row)
    # An intersection of two frozen sets is the quickest.
    return frozenset(by_word), by_word


def _words(value: str) -> frozenset[bytes]:
    return frozenset(word.encode() for word in _WORD.findall(value))
