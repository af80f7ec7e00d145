"""What only one domain of a host can have: its name, its UUID, and the MAC addresses of its interfaces.

Two definitions with one name, or with one UUID, are variants of one domain: a host takes only one of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum

from chanfix.domain import Domain
from chanfix.domain.interface import Interface
from chanfix.domain.path.sockets import bare
from chanfix.domain.values import Known
from chanfix.named_tuple import NamedTuple

__all__ = ["Identity", "Shared", "Twin", "identity_of", "twins_of"]


class Shared(Enum):
    """What two definitions have in common."""

    UUID = "uuid"
    NAME = "name"
    NAME_AND_UUID = "name and uuid"
    MAC = "mac"


class Identity(NamedTuple):
    """What tells a domain from others, and the file it is in. An empty UUID is one that nobody wrote."""

    path: str
    name: str
    uuid: str
    macs: tuple[str, ...]

    @property
    def folder(self) -> str:
        """The folder of the file."""
        return self.path.rpartition("/")[0]

    @property
    def stem(self) -> str:
        """The file's path up to the first dot of its name: what a rendering and its template have in common."""
        folder, slash, name = self.path.rpartition("/")
        return folder + slash + name.partition(".")[0]


class Twin(NamedTuple):
    """A domain of a file, and another definition that has something in common with it.

    ``value`` is what they share: a UUID without hyphens, a name, or a MAC address in small letters. ``more`` counts
    further definitions like the first.
    """

    shared: Shared
    value: str
    one: Identity
    other: Identity
    more: int = 0

    def is_of(self, domain: Domain) -> bool:
        """Return True if this is about a domain of its file."""
        return (self.one.name, self.one.uuid) == (domain.name, bare(domain.uuid or ""))

    @property
    def where(self) -> str:
        """Where the other definition is, in words."""
        return "this file" if self.other.path == self.one.path else self.other.path


def identity_of(domain: Domain, path: str) -> Identity | None:
    """Return the identity of a domain; None for one whose name is not known, and for a record of a running one."""
    if not domain.name or domain.is_record or domain.is_inactive:
        return None
    if domain.document.mask and any(part.arms for part in (domain.node, *domain.node.children("name", "uuid"))):
        return None
    macs = (mac.value for each in domain.devices_of("interface") if isinstance(mac := Interface(each).mac, Known))
    return Identity(path, domain.name, bare(domain.uuid or ""), tuple(dict.fromkeys(macs)))


def twins_of(files: Sequence[Sequence[Identity]]) -> list[tuple[Twin, ...]]:
    """Return for each file the twins of its domains in earlier files, in time that is linear in what there is.

    Of definitions that all share something the first is named, and each other domain is told once. Files that differ
    only in their endings are a template and what came of it.
    """
    found: list[list[Twin]] = [[] for _ in files]
    compare = _Comparison()
    for number, identities in enumerate(files):
        for identity in identities:
            found[number] += compare.twins(identity)
    return [tuple(compare.counted(twin) for twin in twins) for twins in found]


class _Comparison:
    """Who was the first to have something; identities come in the order of the files."""

    def __init__(self) -> None:
        self._by_uuid: dict[str, dict[str, Identity]] = {}
        self._by_name: dict[tuple[str, str], dict[str, Identity]] = {}
        self._by_mac: dict[str, dict[str, Identity]] = {}
        self._variants: dict[tuple[str, str, str], int] = {}

    def twins(self, one: Identity) -> Iterator[Twin]:
        if one.uuid:
            yield from _others(self._by_uuid.setdefault(one.uuid, {}), one.name, one, Shared.UUID, one.uuid)
            yield from self._of_name(one)
        for mac in one.macs:
            for twin in _others(self._by_mac.setdefault(mac, {}), one.name, one, Shared.MAC, mac):
                if not one.uuid or twin.other.uuid != one.uuid:
                    yield twin

    def _of_name(self, one: Identity) -> Iterator[Twin]:
        by_uuid = self._by_name.setdefault((one.folder, one.name), {})
        same = by_uuid.get(one.uuid)
        if same is None:
            yield from _others(by_uuid, one.uuid, one, Shared.NAME, one.name)
        elif same.stem != one.stem:
            key = (one.folder, one.name, one.uuid)
            self._variants[key] = self._variants.get(key, 0) + 1
            if self._variants[key] == 1:
                yield Twin(Shared.NAME_AND_UUID, one.uuid, one, same)

    def counted(self, twin: Twin) -> Twin:
        """Return a twin with the number of all that are like it, which is known at the end."""
        if twin.shared is not Shared.NAME_AND_UUID:
            return twin
        key = (twin.one.folder, twin.one.name, twin.value)
        return twin._replace(more=self._variants[key] - 1)


def _others(seen: dict[str, Identity], key: str, one: Identity, shared: Shared, value: str) -> Iterator[Twin]:
    """Yield the first that was seen, if this one is another domain that is new here; and remember this one."""
    first = next(iter(seen.values()), None)
    if key in seen or (first is not None and first.path != one.path and first.stem == one.stem):
        return
    seen[key] = one
    if first is not None:
        yield Twin(shared, value, one, first)
