"""What was meant by a name or a value that libvirt does not know: one that is like it, or another place for it."""

from __future__ import annotations

from collections.abc import Sequence

from chanfix.domain import Domain
from chanfix.domain.agent_name import is_templated
from chanfix.domain.vocabulary import ROOT, known_values, own_context, vocabulary, written_value
from chanfix.words import nearest
from chanfix.xml.contexts import Context, Stray
from chanfix.xml.document import Node

__all__ = [
    "can_be_renamed",
    "correction",
    "expected",
    "homes_of",
    "in_words",
    "kinds_of",
    "near_names",
    "near_values",
    "slip_of",
    "written_instead",
]

_LIKENESS = 0.7
# A value that is less like the written one is another, and no correction: 'coredump-restart' at a reboot is not to be
# 'rename-restart', which the QEMU driver refuses.
_ALIKE = 0.75
# A name that is so like another one is a slip, wherever else there may be such a name.
_NEARLY = 0.9
_LONGEST = 60
_SHOWN = 12
# What others call an architecture of libvirt's (``src/util/virarch.c``): Debian, Windows, Go and containers.
_OTHER_NAMES = {
    "amd64": "x86_64",
    "x64": "x86_64",
    "x86-64": "x86_64",
    "arm64": "aarch64",
    "armhf": "armv7l",
    "i386": "i686",
    "ppc64el": "ppc64le",
}
# So many elements around a part may decide about it: its kind is told by what is near.
_NEAR = 4
_KINDS = {
    "hex": "a hexadecimal number",
    "integer": "a whole number",
    "mac": "a hardware address such as 52:54:00:12:34:56",
    "number": "a whole number from 0",
    "text": "any text",
    "uuid": "a UUID",
}


def near_names(stray: Stray) -> list[str]:
    """Return the names that are most like one that is not known, of those that are right in its place."""
    kind, name = ("elements", stray.node.tag) if stray.attribute is None else ("attributes", stray.attribute)
    return _nearest(name, [known for known in stray.context.get(kind, ()) if not known.startswith("{")])


def slip_of(stray: Stray) -> str | None:
    """Return the one name in its place that an element's name is nearly, as ``devices`` of ``device``."""
    if stray.attribute is not None:
        return None
    near = nearest(stray.node.tag, near_names(stray), most=2, likeness=_NEARLY)
    return near[0] if len(near) == 1 else None


def written_instead(stray: Stray) -> str:
    """Return in words that an element has the name of an attribute there, or the reverse; an empty text if not."""
    name = stray.attribute or stray.node.tag
    if stray.attribute is None:
        around = stray.node.parent
        is_one = around is not None and name in stray.context.get("attributes", ())
        return f"'{name}' is an attribute of <{around.tag}>" if is_one and around is not None else ""
    return f"<{name}> is an element in <{stray.node.tag}>" if name in stray.context.get("elements", ()) else ""


def near_values(stray: Stray) -> list[str]:
    """Return the values that are most like one that is not known, or the one that it is another name of."""
    known = known_values(stray)
    meant = _OTHER_NAMES.get(written_value(stray).strip().lower())
    return [meant] if meant in known else _nearest(written_value(stray), known)


def correction(stray: Stray) -> str | None:
    """Return the one value that a value which is not known is a slip of."""
    near, written = near_values(stray), written_value(stray)
    if len(near) != 1:
        return None
    is_sure = written.strip().lower() in _OTHER_NAMES or nearest(written, near, likeness=_ALIKE)
    return near[0] if is_sure else None


def expected(stray: Stray) -> str:
    """Return in words what a value may be, the values that are most like the one that is written first."""
    kinds = vocabulary().values(stray.values).get("kinds", ())
    values = dict.fromkeys([*near_values(stray), *known_values(stray)])
    shown = [*(f"'{value}'" for value in values), *map(in_words, kinds)]
    if len(shown) > _SHOWN + 1:
        shown[_SHOWN:] = [f"one of {len(shown) - _SHOWN} more"]
    return " or ".join(filter(None, [", ".join(shown[:-1]), *shown[-1:]]))


def in_words(kind: str) -> str:
    """Return in words what a kind of values is."""
    return _KINDS[kind]


def homes_of(domain: Domain, stray: Stray) -> list[str]:
    """Return the tags of the elements nearby in which a name is right that is not known where it stands.

    Looked at are the elements around it, the innermost first, and those right below them. Names of attributes are
    common: theirs are looked for within the device, and of elements that are not written there only one counts.
    """
    loose: list[str] = []
    is_attribute = stray.attribute is not None
    kind, name = ("attributes", stray.attribute or "") if is_attribute else ("elements", stray.node.tag)
    here = stray.node if is_attribute else stray.node.parent
    for around, context in reversed(_contexts_to(domain, here)):
        if around != here and name in context.get(kind, ()) and not (is_attribute and around.get(name) is not None):
            return [around.tag]
        contexts = context.get("elements", {})
        below = {tag: own_context(inside).get(kind, {}) for tag, inside in contexts.items()}
        homes = {tag: names[name] for tag, names in below.items() if names.get(name)}
        fit = [tag for tag, inside in homes.items() if _fits(stray, inside)]
        written = [tag for tag in fit if around.child(tag) is not None]
        if is_attribute and not written and (len(fit) > 1 or not all(_always_has(contexts[tag], name) for tag in fit)):
            fit = []
        if written or fit:
            return written or fit
        loose = loose or list(homes)
        if is_attribute and around.parent is not None and around.parent.tag == "devices":
            break
    return [] if is_attribute else loose


def kinds_of(domain: Domain, stray: Stray) -> tuple[Node, str, list[str]] | None:
    """Return the near element around of which another kind has what is not known, its deciding attribute, and kinds.

    As ``'volume'`` of ``type`` for a pool of a disk's source.
    """
    here = stray.node.parent if stray.attribute is None else stray.node
    kind, name = ("elements", stray.node.tag) if stray.attribute is None else ("attributes", stray.attribute)
    below: list[str] = []
    for around, context in _contexts_to(domain, here)[: -_NEAR - 1 : -1]:
        found = [value for value in context.get("variants", ()) if _leads_to(context, value, below, kind, name)]
        if found:
            return around, str(context["by"]), found
        below.insert(0, around.tag)
    return None


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
    kind = own_context(inside).get("by")
    return (kind is None or stray.node.get(kind) is not None) and not any(contexts.strays(stray.node, inside))


def _contexts_to(domain: Domain, node: Node | None) -> list[tuple[Node, Context]]:
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


def _leads_to(context: Context, kind: str, below: Sequence[str], part: str, name: str) -> bool:
    """Return True if a variant has a name, at the end of a way down."""
    elements = {**context.get("elements", {}), **context["variants"][kind].get("elements", {})}
    if not below:
        return name in context["variants"][kind].get(part, ())
    for tag in below[:-1]:
        elements = own_context(elements.get(tag, "")).get("elements", {})
    return name in own_context(elements.get(below[-1], "")).get(part, ())


def _fits(stray: Stray, there: str) -> bool:
    """Return True if an attribute's value is one of those there, or an element has nothing that its context has not."""
    node, contexts = stray.node, vocabulary().contexts
    if stray.attribute is not None:
        text = node.get(stray.attribute) or ""
        return is_templated(text) or contexts.fits(there, text) is not False
    if not node.attributes and not node.children():
        return not own_context(there).keys() & {"attributes", "elements"}
    return not any(contexts.strays(node, there))


def _always_has(context: str, name: str) -> bool:
    """Return True if a context has an attribute whatever it is that decides about the rest of it."""
    return name in vocabulary().contexts.raw(context).get("attributes", ())


def _nearest(word: str, known: Sequence[str]) -> list[str]:
    word = word[:_LONGEST]
    same = [each for each in known if each.casefold() == word.casefold()]
    return same or nearest(word, known, most=3, likeness=_LIKENESS)
