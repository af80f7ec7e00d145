"""What libvirt's vocabulary knows of a place: its attributes, elements and values, since when, in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from chanfix.domain.vocabulary import ROOT, Since, vocabulary
from chanfix.domain.vocabulary_hints import in_words
from chanfix.errors import UsageError
from chanfix.named_tuple import NamedTuple
from chanfix.words import did_you_mean
from chanfix.xml.contexts import Context
from chanfix.xml.cursor import Open

__all__ = [
    "Place",
    "Word",
    "context_around",
    "find_places",
    "place_text",
    "short",
    "takes",
    "values_of",
    "words_of",
    "written_in",
]

_NAMESPACE = "http://libvirt.org/schemas/domain/{}/1.0"
_DEVICES = "devices"


class Word(NamedTuple):
    """An attribute, an element or the text of a place.

    ``takes`` says what its value may be, ``since`` since when it is known; ``kinds`` are the values of the attribute
    that decides with which it is there, none if it always is.
    """

    name: str
    takes: str = ""
    since: str = ""
    kinds: tuple[str, ...] = ()


class Place(NamedTuple):
    """A context, with the way to it as it can be asked for: ``disk[network]/source``."""

    way: str
    context: Context


def find_places(path: str) -> list[Place]:
    """Return the places that a path means, as ``disk/driver`` or ``os``; several where kinds of an element differ.

    ``disk[network]/source`` is the source of one kind. Raises ``UsageError`` for a path that leads nowhere.
    """
    steps = [step for step in re.split(r"/(?![^{]*\})", re.sub("[<>]", "", path.strip())) if step]
    if steps[:1] == [ROOT]:
        del steps[0]
    found = [Place("", _raw(ROOT))]
    for number, step in enumerate(steps):
        tag, _, kind = step.rstrip("]").partition("[")
        if number == 0 and (tag not in _tags(found) or tag == "memory"):
            found.append(Place("", _raw(_raw(ROOT)["elements"][_DEVICES])))
        after = [one for place in found for one in _below(place, tag)]
        if not after:
            where = f"in <{steps[number - 1]}>" if number else "in a domain"
            hint = did_you_mean(tag, sorted(_tags(found)), "chanfix explain --element devices lists the devices")
            raise UsageError(f"libvirt's vocabulary has no <{tag}> {where}", hint=hint)
        found = [_of_kind(place, kind) for place in after] if kind else after
    return found


def values_of(context: Context, attribute: str) -> list[str]:
    """Return the names of the values that an attribute may have in a context, of whatever kind that is."""
    found = (variant.get("attributes", {}).get(attribute) for variant, _ in _variants(context))
    return list(dict.fromkeys(filter(None, found)))


def words_of(context: Context, kind: str) -> list[Word]:
    """Return the ``attributes`` or the ``elements`` of a context, those of its variants among them."""
    mark = "@" if kind == "attributes" else "/"
    words: dict[tuple[str, str, str], Word] = {}
    for variant, kinds in _variants(context):
        for name, values in variant.get(kind, {}).items():
            known = variant.get("since", {}).get(f"{mark}{name}", "")
            word = Word(short(name), takes(values) if mark == "@" else "", _since(known), kinds)
            before = words.get(word[:3])
            words[word[:3]] = word if before is None else word._replace(kinds=(*before.kinds, *kinds))
    return sorted(words.values())


def takes(values: str) -> str:
    """Return in words what an attribute or a text may be, by the name of its values."""
    entry = vocabulary().values(values)
    new = entry.get("since", {})
    shown = [f"'{value}'" + (f" ({_since(new[value])})" if value in new else "") for value in entry.get("values", ())]
    shown += map(in_words, entry.get("kinds", ()))
    return " or ".join(filter(None, [", ".join(shown[:-1]), *shown[-1:]]))


def place_text(place: Place) -> str:
    """Return what is known of a place as a text for people."""
    parts = [f"{place.way or ROOT}\n"]
    if "text" in place.context:
        parts.append(f"Text: {takes(place.context['text'])}\n")
    for kind in ("attributes", "elements"):
        words = words_of(place.context, kind)
        if words:
            width = max(len(word.name) for word in words)
            lines = [f"  {word.name:{width}}  {_line(word, place.context)}".rstrip() for word in words]
            parts.append(f"{kind.capitalize()}:\n" + "".join(f"{line}\n" for line in lines))
    if "open" in place.context:
        parts.append("Elements: any; libvirt keeps those that have a namespace\n")
    return "\n".join(parts) if len(parts) > 1 else f"{parts[0]}\nnothing in it\n"


def context_around(around: Sequence[Open], *, is_written: bool = False) -> Context | None:
    """Return the context of the last of some elements that are open; None where libvirt's vocabulary does not reach.

    The first may be a domain, or a device alone. If the last one is only being written, it may still become of any
    kind.
    """
    tags = [_qualified(around[: number + 1]) for number in range(len(around))]
    starts = [number for number, tag in enumerate(tags) if tag in (ROOT, "inactiveDomain")]
    contexts = vocabulary().contexts
    devices = contexts.context(ROOT)["elements"][_DEVICES]
    name: str | None = ROOT if starts else contexts.context(devices)["elements"].get(tags[0]) if tags else None
    context: Context | None = None
    for number in range(starts[-1] if starts else 0, len(around)):
        if context is not None:
            name = context.get("elements", {}).get(tags[number])
        if not name:
            return None
        context, attributes = contexts.raw(name), around[number].attributes
        is_open = is_written and number == len(around) - 1 and context.get("by") not in attributes
        if "by" in context and not is_open:
            context = {**contexts.context(name, attributes.get(context["by"])), "variants": {}}
    return context


def written_in(around: Sequence[Open], name: str) -> str | None:
    """Return a short name with the prefix that some open elements declare for its namespace; None if they do not.

    A prefix that one of them has itself counts as declared: the text may not be finished.
    """
    usual, colon, local = name.partition(":")
    if not colon:
        return name
    namespace = _NAMESPACE.format(usual)
    declared = (mark for one in reversed(around) for mark, uri in one.attributes.items() if uri == namespace)
    prefix = next((mark.removeprefix("xmlns:") for mark in declared if mark.startswith("xmlns:")), None)
    if prefix is None and any(one.name.startswith(f"{usual}:") for one in around):
        prefix = usual
    return prefix and f"{prefix}:{local}"


def short(name: str) -> str:
    """Return a name with the usual prefix of its namespace."""
    return re.sub(r"\{http://libvirt\.org/schemas/domain/(\w+)/1\.0\}", r"\1:", name)


def _raw(name: str) -> Context:
    return vocabulary().contexts.raw(name)


def _variants(context: Context) -> Iterator[tuple[Context, tuple[str, ...]]]:
    """Yield what a context has, and what its variants have beside that with the kinds that they are for."""
    yield context, ()
    for kind, variant in context.get("variants", {}).items():
        yield variant, (kind,)


def _tags(places: Sequence[Place]) -> set[str]:
    return {word.name for place in places for word in words_of(place.context, "elements")}


def _below(place: Place, tag: str) -> list[Place]:
    """Return the contexts of an element in a place, each with the kinds of the place that have it so."""
    kinds_of: dict[str, list[str]] = {}
    for variant, of_variant in _variants(place.context):
        for name, below in variant.get("elements", {}).items():
            if short(name) == tag or name == tag:
                kinds_of.setdefault(below, []).extend(of_variant)
    found = []
    for below, kinds in kinds_of.items():
        way = place.way
        if kinds and not way.endswith("]"):
            way = f"{way}[{'|'.join(kind for kind in kinds if kind)}]"
        found.append(Place(f"{way}/{tag}".lstrip("/"), _raw(below)))
    return found


def _of_kind(place: Place, kind: str) -> Place:
    """Return a place for one kind of its element. Raises ``UsageError`` for one that is not known."""
    variants = place.context.get("variants", {})
    if kind not in variants:
        hint = did_you_mean(kind, variants, f"the kinds are {', '.join(filter(None, variants))}" if variants else None)
        raise UsageError(f"libvirt's vocabulary has no <{place.way}> of the kind '{kind}'", hint=hint)
    merged = {**place.context, "variants": {kind: variants[kind]}}
    return Place(f"{place.way}[{kind}]", merged)


def _qualified(around: Sequence[Open]) -> str:
    """Return the name of the last of some open elements, with its namespace in braces in front if it has a prefix."""
    prefix, colon, local = around[-1].name.rpartition(":")
    if not colon:
        return local
    declared = (one.attributes.get(f"xmlns:{prefix}") for one in reversed(around))
    return f"{{{next(filter(None, declared), _NAMESPACE.format(prefix))}}}{local}"


def _since(text: str) -> str:
    return str(Since.parse(text)) if text else ""


def _line(word: Word, context: Context) -> str:
    kinds = [f"'{kind}'" for kind in word.kinds if kind]
    which = f"with {context.get('by')} {' or '.join(kinds)}" if kinds else ""
    return "; ".join(filter(None, [word.takes, word.since, which]))
