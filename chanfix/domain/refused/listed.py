"""Which rows a text may be about, by the words in it: most rows are never read."""

from __future__ import annotations

import re
from functools import cache

from chanfix.domain.refused.conditions import NOTHING
from chanfix.domain.refused.row import blocks
from chanfix.named_tuple import NamedTuple

__all__ = ["worth_asking"]

_WORD = re.compile(r"[A-Za-z0-9_-]+")
_PLACE = re.compile(r"(?m)^in (.+)$")
# A condition that holds only where something is written: its path, and the values of which that is one.
_SOMETHING = re.compile(r"(?m)^if ([^! \n]+)(?: (?:= (.+)|(?!!=).+))?$")
# A condition that holds only where two things are written: their paths. A number is no path.
_BOTH = re.compile(
    r"(?m)^if ([^! \n]+) (?:below|reaches|differs|beyond|smaller|larger|no-power-of|no-multiple-of) (\D.*)$"
)
# For each name of elements, the rows of so many kinds of texts are kept.
_MOST_KINDS = 1024


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
        *around, kind = _PLACE.findall(written)[0].split("/")
        names = {"domain"}.union(*map(_WORD.findall, around))
        values = []
        if "|" in kind:
            values.append(tuple(map(_words, kind.split("|"))))
        else:
            names.update(_WORD.findall(kind))
        names.update(*(_WORD.findall(path) for paths in _BOTH.findall(written) for path in paths))
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

    @property
    def words(self) -> frozenset[bytes]:
        """All words that decide whether a text may be about the row."""
        return self.names.union(*(value for values in self.values for value in values))

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


class _Rows(NamedTuple):
    """The rows about elements of one name, all words that they need, and the rows for texts by the words they have."""

    rows: tuple[_Listed, ...]
    words: frozenset[bytes]
    kinds: dict[frozenset[bytes], tuple[_Listed, ...]]

    def about(self, words: frozenset[bytes]) -> tuple[_Listed, ...]:
        """Return the rows that a text of these words may be about."""
        kind = self.words & words
        found = self.kinds.get(kind)
        if found is None:
            found = tuple(row for row in self.rows if row.may_hold(kind))
            if len(self.kinds) < _MOST_KINDS:
                self.kinds[kind] = found
        return found


def worth_asking(words: frozenset[bytes] | None) -> list[str]:
    """Return the texts of the rows that a text of these words may be about, in their order; all where None is known."""
    if words is None:
        return list(blocks())
    found: list[_Listed] = []
    for name in _names() & words:
        found += _rows_about(name).about(words)
    # One about several kinds of devices is found for each that is there.
    return list(dict.fromkeys(row.block for row in sorted(found)))


@cache
def _names() -> frozenset[bytes]:
    return frozenset(_by_name())


@cache
def _by_name() -> dict[bytes, list[tuple[int, str]]]:
    """Return the texts of all rows, numbered, by the name of the elements that they are about."""
    by_name: dict[bytes, list[tuple[int, str]]] = {}
    for place, block in enumerate(blocks()):
        _, _, rest = block.partition("\nin ")
        for name in rest.partition("\n")[0].rpartition("/")[2].split("|"):
            name = "domain" if name in (".", "*") else name.removeprefix("qemu:")
            by_name.setdefault(name.encode(), []).append((place, block))
    return by_name


@cache
def _rows_about(name: bytes) -> _Rows:
    """Return the rows about elements of a name. They are read when a text has that name: one document has few."""
    rows = tuple(_Listed.of(number, block) for number, block in _by_name()[name])
    return _Rows(rows, frozenset().union(*(row.words for row in rows)), {})


def _words(value: str) -> frozenset[bytes]:
    return frozenset(word.encode() for word in _WORD.findall(value))
