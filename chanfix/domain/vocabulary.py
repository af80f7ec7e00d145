"""libvirt's vocabulary: which elements, attributes and values a domain may have, where, and since which version.

The facts are in ``schemas/vocabulary.json``, which ``scripts/vocabulary`` makes. They are read once in a process.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from chanfix import resources
from chanfix.domain import Domain
from chanfix.domain.agent_name import is_templated
from chanfix.domain.definitions import PRIVATE_RECORDS
from chanfix.domain.versions import Version
from chanfix.named_tuple import NamedTuple
from chanfix.xml.contexts import Context, Contexts, Stray
from chanfix.xml.document import Node

__all__ = [
    "ROOT",
    "Since",
    "Strays",
    "Vocabulary",
    "known_values",
    "outcome",
    "own_context",
    "since",
    "strays_of",
    "vocabulary",
    "written_tag",
    "written_value",
]

ROOT = "domain"
"""The name of the context of a domain."""

# So many findings tell enough of a document, those that no libvirt knows and those that are newer.
_MOST = 100
_LONGEST = 60
# The names that the first, unset value has in libvirt's lists (VIR_ENUM_IMPL). No schema has them, and whether libvirt
# takes them depends on the place.
_UNSET = ("", "default", "none")


class Vocabulary(NamedTuple):
    """The contexts of a domain, and the releases of libvirt that they were read out of, the oldest first."""

    contexts: Contexts
    releases: tuple[Version, ...]

    def values(self, name: str) -> Mapping[str, Any]:
        """Return the entry of values, as ``schemas/vocabulary.json`` has it."""
        return self.contexts.values[name]


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """Return the vocabulary that this installation brings along. Raises ``InternalError`` where it is missing."""
    from json import loads  # by a run that has a domain

    table = loads(resources.read("schemas/vocabulary.json"))
    return Vocabulary(Contexts(table["contexts"], table["values"]), tuple(map(Version.parse, table["releases"])))


class Strays(NamedTuple):
    """What the vocabulary does not have: names, values, and what it has not had since the oldest release."""

    names: Sequence[Stray] = ()
    values: Sequence[Stray] = ()
    newer: Sequence[Stray] = ()


def strays_of(domain: Domain) -> Strays:
    """Return what a domain has that libvirt does not know in its place; what a template may still fill in is left out.

    Of channels and controllers of virtio-serial only what is newer: ``channel-schema`` tells the rest.
    """
    # Nobody knows where in a domain a patch belongs.
    if domain.document.root.tag in PRIVATE_RECORDS or domain.node.is_made_up:
        return Strays()
    names: list[Stray] = []
    values: list[Stray] = []
    newer: list[Stray] = []
    for stray in vocabulary().contexts.strays(domain.node, ROOT):
        if _is_open(stray):
            continue
        if stray.is_new:
            if len(newer) < _MOST:
                newer.append(stray)
        elif not _is_elsewhere(domain, stray):
            (values if stray.values else names).append(stray)
            if len(names) + len(values) == _MOST:
                break
    return Strays(names, values, newer)


def known_values(stray: Stray) -> list[str]:
    """Return the values that are written out in the vocabulary for a place."""
    return list(vocabulary().values(stray.values).get("values", ()))


def written_tag(node: Node) -> str:
    """Return the tag of an element as it is written, with its prefix."""
    return node.place.name.decode(node.document.encoding, "replace")[:_LONGEST]


def written_value(stray: Stray) -> str:
    """Return the value that a stray is about, without white space around it."""
    value = stray.node.text if stray.attribute is None else stray.node.get(stray.attribute)
    return (value or "").strip()


class Since(NamedTuple):
    """The version from which on libvirt knows something: ``by`` does, ``after`` does not; exact without ``after``."""

    by: Version
    after: Version | None = None

    @classmethod
    def parse(cls, text: str) -> Since:
        """Read ``9.1.0``, or ``9.0.0..11.3.0`` where only these two were asked."""
        after, _, by = text.rpartition("..")
        return cls(Version.parse(by), Version.parse(after) if after else None)

    def is_missing_in(self, version: Version) -> bool:
        """Return True if a version certainly does not know it."""
        return version < self.by if self.after is None else version <= self.after

    def __str__(self) -> str:
        return f"since {self.by}" if self.after is None else f"in {self.by}, not yet in {self.after}"


def since(stray: Stray) -> Since:
    """Return since when what is newer is known."""
    if stray.values:
        return Since.parse(vocabulary().values(stray.values)["since"][written_value(stray)])
    mark = f"/{stray.node.tag}" if stray.attribute is None else f"@{stray.attribute}"
    return Since.parse(stray.context["since"][mark])


def outcome(stray: Stray) -> str:
    """Return what libvirt does with what it does not know there: ``refused``, ``dropped``, or ``unasked``.

    Of names it is mostly dropped; those of which it is not are known.
    """
    if stray.values:
        answer = str(vocabulary().values(stray.values).get("otherwise", "refused"))
        return "unasked" if answer == "refused" and written_value(stray) in _UNSET else answer
    otherwise = stray.context.get("otherwise", {})
    mark, name = ("/", stray.node.tag) if stray.attribute is None else ("@", stray.attribute)
    return str(otherwise.get(f"{mark}{name}") or otherwise.get(mark) or "dropped")


def own_context(name: str) -> Context:
    """Return a context, whatever it is that decides about some of it; an empty one without a name."""
    return vocabulary().contexts.context(name, "\0") if name else {}


def _is_open(stray: Stray) -> bool:
    """Return True if a template may still fill in the value that is written there."""
    return bool(stray.values) and is_templated(
        stray.node.text if stray.attribute is None else stray.node.get(stray.attribute)
    )


def _is_elsewhere(domain: Domain, stray: Stray) -> bool:
    """Return True if another rule holds the device that it is in against a grammar of its own."""
    for around in _with_ancestors(stray.node):
        parent = around.parent
        if parent is None or parent.tag != "devices":
            continue
        if around == stray.node and stray.attribute is None and not stray.values:
            return False
        is_controller = around.tag == "controller" and around.get("type") == "virtio-serial"
        return (around.tag == "channel" or is_controller) and parent.parent == domain.node
    return False


def _with_ancestors(node: Node) -> Iterator[Node]:
    yield node
    yield from node.ancestors
