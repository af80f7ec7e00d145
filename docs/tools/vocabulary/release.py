"""Reads out of one release's RELAX NG schema which names and values it has, and where: an automaton of contexts.

A context is what an element may have in its place: attributes, child elements, text. Of order and number nothing is
kept, and no text of the schema. A context is numbered in the order in which a search from ``<domain>`` meets it.
"""

from collections.abc import Callable, Iterator

from chanfix.relaxng.grammar import read_grammar
from chanfix.relaxng.pattern import (
    NOT_ALLOWED,
    TEXT,
    Choice,
    Data,
    Group,
    Interleave,
    Named,
    OneOrMore,
    Pattern,
    Value,
    choice,
    group,
    interleave,
    one_or_more,
)

# An element whose attributes and children depend on one attribute's value: libvirt reads each kind by itself.
DECIDING = {
    "address": "type",
    "audio": "type",
    "backingStore": "type",
    "controller": "type",
    "disk": "type",
    "filesystem": "type",
    "graphics": "type",
    "hostdev": "type",
    "interface": "type",
    "mirror": "type",
}
# The name of what may have any name, as in <metadata>, which libvirt keeps whatever it holds.
ANY = "*"

# Texts that tell apart what a data type takes.
_TEXTS = ("x", "/x", "x-1", "x.y", "-", "_", "x=1", "1,2", "1-2", "1.2", "1:2", "::1", "192.0.2.1")
_UUIDS = ("3e3fce45-4f53-4fa7-bb32-11f34168b82b", "3e3fce454f534fa7bb3211f34168b82b")
_MAC = "52:54:00:12:34:56"
_HEXADECIMAL = ("a", "ff", "0x1", "0xff", "0x0001")
_DECIMAL = ("0", "1", "64", "512", "4096", "65536")


def read_release(path: str) -> list[dict]:
    """Return the contexts of a release, the first of which is that of ``<domain>``; children are numbers of contexts.

    Raises ``InternalError`` for a schema that cannot be read.
    """
    states: dict[frozenset[Named], int] = {}
    waiting: list[tuple[str, frozenset[Named]]] = []

    def number(name: str, elements: frozenset[Named]) -> int:
        if elements not in states:
            states[elements] = len(states)
            waiting.append((name, elements))
        return states[elements]

    start = frozenset(part for part in _parts(read_grammar(path), "element") if part.name == "domain")
    number("domain", start)
    contexts = []
    # The list grows while it is read.
    for name, elements in waiting:
        inside = choice(*(element.inside for element in sorted(elements, key=id)))
        content = _content(inside, number)
        by = DECIDING.get(name)
        values = sorted(_values(inside, by)) if by else []
        if by and len(values) > 1:
            content["by"] = by
            content["variants"] = {value: _content(_where(inside, by, value), number) for value in values}
            if (bare := _where(inside, by, None)) is not NOT_ALLOWED:
                content["variants"][""] = _content(bare, number)
        contexts.append(content)
    return contexts


def _content(pattern: Pattern, number: Callable[[str, frozenset[Named]], int]) -> dict:
    attributes: dict[str, set[str]] = {}
    elements: dict[str, set[Named]] = {}
    for part in _parts(pattern, "attribute"):
        for name in _names(part):
            attributes.setdefault(name, set()).update(_texts(part.inside) or {":text"})
    for part in _parts(pattern, "element"):
        for name in _names(part):
            elements.setdefault(name, set()).add(part)
    content: dict = {}
    if attributes:
        content["attributes"] = {name: sorted(attributes[name]) for name in sorted(attributes)}
    if elements:
        # <metadata> may hold anything: there is nothing to be known of it.
        content["elements"] = {
            name: number(name, frozenset(parts)) for name, parts in sorted(elements.items()) if name != ANY
        }
        if ANY in elements:
            content["open"] = True
    if texts := sorted(_texts(pattern)):
        content["text"] = texts
    return content


def _names(part: Named) -> list[str]:
    if part.name is not None:
        return [part.name]
    return sorted(part.among) if part.among else [ANY]


def _children(pattern: Pattern) -> tuple[Pattern, ...]:
    match pattern:
        case Choice(parts) | Group(parts) | Interleave(parts):
            return parts
        case OneOrMore(inner):
            return (inner,)
        case _:
            return ()


def _leaves(pattern: Pattern) -> Iterator[Pattern]:
    """Yield the innermost parts of a pattern: names, values and kinds, without what is inside of names."""
    waiting, seen = [pattern], set()
    while waiting:
        part = waiting.pop()
        if part in seen:
            continue
        seen.add(part)
        inner = _children(part)
        waiting += reversed(inner)
        if not inner:
            yield part


def _parts(pattern: Pattern, sort: str) -> list[Named]:
    return [part for part in _leaves(pattern) if isinstance(part, Named) and part.sort == sort]


def _texts(pattern: Pattern) -> set[str]:
    """Return the values that a text may have, and the kinds of free ones with a colon in front."""
    found = set()
    for part in _leaves(pattern):
        if isinstance(part, Value):
            found.add(part.text.strip())
        elif isinstance(part, Data):
            found.add(_kind(part))
        elif part is TEXT:
            found.add(":text")
    return found


def _kind(data: Data) -> str:
    """Return the kind of a data type, told by what it takes; ``:text`` is all that no form of ours tells apart."""
    if any(map(data.accepts, _TEXTS)):
        return ":text"
    if any(map(data.accepts, _HEXADECIMAL)):
        return ":hex"
    if any(map(data.accepts, _UUIDS)):
        return ":uuid"
    if data.accepts(_MAC):
        return ":mac"
    if any(map(data.accepts, _DECIMAL)):
        return ":integer" if data.accepts("-1") else ":number"
    return ":text"


def _values(pattern: Pattern, name: str) -> set[str]:
    return {
        text
        for part in _parts(pattern, "attribute")
        if part.name == name
        for text in _texts(part.inside)
        if not text.startswith(":")
    }


def _where(pattern: Pattern, name: str, value: str | None) -> Pattern:
    """Return what is left of a pattern if an attribute has a value, or with None, is not there."""
    known: dict[Pattern, Pattern] = {}

    def where(part: Pattern) -> Pattern:
        if part not in known:
            known[part] = decide(part)
        return known[part]

    def decide(part: Pattern) -> Pattern:
        match part:
            case Choice(parts):
                return choice(*map(where, parts))
            case Group(parts):
                return group(*map(where, parts))
            case Interleave(parts):
                return interleave(*map(where, parts))
            case OneOrMore(inner):
                return one_or_more(where(inner))
            case Named(sort="attribute") if part.name == name:
                texts = _texts(part.inside)
                fits = value is not None and (value in texts or any(text.startswith(":") for text in texts))
                # The attribute itself stays: it is one of those that the element has.
                return part if fits else NOT_ALLOWED
            case _:
                return part

    return where(pattern)
