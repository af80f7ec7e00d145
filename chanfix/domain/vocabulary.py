"""libvirt's vocabulary: which elements, attributes and values a domain may have, where, and since which version.

The facts are in ``schemas/vocabulary.json``, which ``scripts/vocabulary`` makes. They are read once in a process.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from chanfix import resources
from chanfix.domain import Domain
from chanfix.domain.agent_name import is_templated
from chanfix.domain.versions import Version
from chanfix.words import nearest
from chanfix.xml.contexts import FREE, Context, Contexts, Stray
from chanfix.xml.document import Node

__all__ = [
    "FREE",
    "ROOT",
    "Since",
    "Strays",
    "Vocabulary",
    "can_be_renamed",
    "contexts_to",
    "expected",
    "homes_of",
    "kinds_of",
    "known_values",
    "near_names",
    "near_values",
    "outcome",
    "since",
    "strays_of",
    "vocabulary",
    "written_tag",
    "written_value",
]

ROOT = "domain"
# libvirt's own records; it writes into them what is for itself alone.
_PRIVATE = ("domstatus", "qemu-migration")
# So many findings of all kinds tell enough of a document.
_MOST = 100
_LIKENESS = 0.7
_LONGEST = 60
_SHOWN = 12
_KINDS = {
    "hex": "a hexadecimal number",
    "integer": "a whole number",
    "mac": "a hardware address",
    "number": "a whole number from 0",
    "uuid": "a UUID",
}


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
    if domain.document.root.tag in _PRIVATE or domain.node.is_made_up:
        return Strays()
    found = vocabulary().contexts.strays(domain.node, ROOT, _MOST)
    if not found:
        return Strays()
    known = [stray for stray in found if stray.is_new and not _is_open(stray)]
    unknown = [
        stray for stray in found if not stray.is_new and not _is_open(stray) and not _is_elsewhere(domain, stray)
    ]
    return Strays([stray for stray in unknown if not stray.values], [stray for stray in unknown if stray.values], known)


def near_names(stray: Stray) -> list[str]:
    """Return the names that are most like one that is not known, of those that are right in its place."""
    kind, name = ("elements", stray.node.tag) if stray.attribute is None else ("attributes", stray.attribute)
    return _nearest(name, [known for known in stray.context.get(kind, ()) if not known.startswith("{")])


def near_values(stray: Stray) -> list[str]:
    """Return the values that are most like one that is not known."""
    return _nearest(written_value(stray), known_values(stray))


def expected(stray: Stray) -> str:
    """Return in words what a value may be, the values that are most like the one that is written first."""
    kinds = vocabulary().values(stray.values).get("kinds", ())
    values = dict.fromkeys([*near_values(stray), *known_values(stray)])
    shown = [*(f"'{value}'" for value in values), *(_KINDS[kind] for kind in kinds)]
    if len(shown) > _SHOWN:
        shown[_SHOWN:] = [f"one of {len(shown) - _SHOWN} more"]
    return " or ".join(filter(None, [", ".join(shown[:-1]), *shown[-1:]]))


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


def homes_of(domain: Domain, stray: Stray) -> list[str]:
    """Return the tags of the elements nearby in which a name is right that is not known where it stands.

    Looked at are the elements around it, the innermost first, and those right below them.
    """
    kind, name = ("elements", stray.node.tag) if stray.attribute is None else ("attributes", stray.attribute)
    here = stray.node.parent if stray.attribute is None else stray.node
    for around, context in reversed(contexts_to(domain, here)):
        if around != here and name in context.get(kind, ()):
            return [around.tag]
        below = {tag: _own(inside).get(kind, {}) for tag, inside in context.get("elements", {}).items()}
        homes = {tag: names[name] for tag, names in below.items() if names.get(name)}
        if homes:
            fit = [tag for tag, inside in homes.items() if _fits(stray, inside)] or list(homes)
            return [tag for tag in fit if around.child(tag) is not None] or fit
    return []


def kinds_of(domain: Domain, stray: Stray) -> tuple[Node, str, list[str]] | None:
    """Return the element around of which another kind has what is not known, its deciding attribute, and the kinds.

    As ``'volume'`` of ``type`` for a pool of a disk's source.
    """
    here = stray.node.parent if stray.attribute is None else stray.node
    kind, name = ("elements", stray.node.tag) if stray.attribute is None else ("attributes", stray.attribute)
    below: list[str] = []
    for around, context in reversed(contexts_to(domain, here)):
        found = [value for value in context.get("variants", ()) if _leads_to(context, value, below, kind, name)]
        if found:
            return around, str(context["by"]), found
        below.insert(0, around.tag)
    return None


def _leads_to(context: Context, kind: str, below: Sequence[str], part: str, name: str) -> bool:
    """Return True if a variant has a name, at the end of a way down."""
    elements = {**context.get("elements", {}), **context["variants"][kind].get("elements", {})}
    if not below:
        return name in context["variants"][kind].get(part, ())
    for tag in below[:-1]:
        elements = _own(elements.get(tag, "")).get("elements", {})
    return name in _own(elements.get(below[-1], "")).get(part, ())


def can_be_renamed(stray: Stray, name: str) -> bool:
    """Return True if what has an unknown name may have another one: it is not there yet, and what it has is right
    there.

    Not a device: what it would lack is not known.
    """
    contexts = vocabulary().contexts
    if stray.attribute is not None:
        values, text = stray.context["attributes"][name], stray.node.get(stray.attribute) or ""
        return stray.node.get(name) is None and (is_templated(text) or contexts.fits(values, text) is True)
    parent, inside = stray.node.parent, stray.context["elements"][name]
    if parent is None or parent.tag == "devices" or parent.child(name) is not None or not inside:
        return False
    kind = _own(inside).get("by")
    return (kind is None or stray.node.get(kind) is not None) and not contexts.strays(stray.node, inside, 1)


def _fits(stray: Stray, there: str) -> bool:
    """Return True if an attribute's value is one of those there, or an element has nothing that its context has not."""
    node, contexts = stray.node, vocabulary().contexts
    if stray.attribute is not None:
        return contexts.fits(there, node.get(stray.attribute) or "") is not False
    if not node.attributes and not node.children():
        return not _own(there).keys() & {"attributes", "elements"}
    return not contexts.strays(node, there, 1)


def contexts_to(domain: Domain, node: Node | None) -> list[tuple[Node, Context]]:
    """Return the elements from a domain to a node with their contexts, as far as they are known."""
    way = [] if node is None else [node, *node.ancestors]
    way = way[: way.index(domain.node) + 1] if domain.node in way else []
    found: list[tuple[Node, Context]] = []
    name: str | None = ROOT
    for part in reversed(way):
        if part != domain.node:
            name = found[-1][1].get("elements", {}).get(part.tag)
        if not name:
            break
        found.append((part, vocabulary().contexts.context_of(name, part)))
    return found


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
    """Return what libvirt does with what it does not know there: ``refused``, ``dropped``, or nothing if it was not
    asked.

    Of names it is mostly dropped; those of which it is not are known.
    """
    if stray.values:
        return str(vocabulary().values(stray.values).get("otherwise", "refused"))
    otherwise = stray.context.get("otherwise", {})
    mark, name = ("/", stray.node.tag) if stray.attribute is None else ("@", stray.attribute)
    return str(otherwise.get(f"{mark}{name}") or otherwise.get(mark) or "dropped")


def _own(name: str) -> Context:
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


def _nearest(word: str, known: Sequence[str]) -> list[str]:
    word = word[:_LONGEST]
    same = [each for each in known if each.casefold() == word.casefold()]
    return same or nearest(word, known, most=3, likeness=_LIKENESS)
