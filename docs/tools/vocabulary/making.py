"""Makes the vocabulary out of the contexts of several releases: one automaton that walks all of theirs at once."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

Contexts = Sequence[Mapping[str, Any]]
# A context of the vocabulary: the number of its context in each release, None where a release has none there.
_State = tuple[int | None, ...]
_Found = Mapping[str, Any] | None
_SHORT = 24
_MARKS = {"attributes": "@", "elements": "/"}


def version_key(version: str) -> list[int]:
    """Return what versions are sorted by."""
    return [int(part) for part in version.split(".")]


class Known(NamedTuple):
    """What is known beside the releases' contexts: exact versions by place, and what libvirt does with other values."""

    since: Mapping[str, str]
    otherwise: Mapping[str, str]


def make(releases: Mapping[str, Contexts], known: Known, *, is_by_place: bool = False) -> dict[str, Any]:
    """Return the vocabulary of releases, which come in their order, the oldest first.

    With ``is_by_place`` each context stands by itself, and is called by the place where it is met first.
    """
    making = _Making(list(releases), list(releases.values()), known)
    return making.result(is_by_place)


class _Making:
    def __init__(self, versions: list[str], releases: list[Contexts], known: Known) -> None:
        self._versions = versions
        self._releases = releases
        self._known = known
        self._places: dict[_State, str] = {}
        self._contents: dict[_State, dict[str, Any]] = {}
        self._values: dict[str, dict[str, Any]] = {}
        self._names_of_values: dict[str, str] = {}
        self._of_variants: dict[str, set[str]] = {}
        self._dated: set[str] = set()

    def result(self, is_by_place: bool) -> dict[str, Any]:
        self._read()
        if wrong := self._known.since.keys() - self._dated:
            raise ValueError(f"nothing became known in these places: {sorted(wrong)}")
        names = self._places if is_by_place else self._names(self._classes())
        contexts: dict[str, Any] = {}
        for state, content in self._contents.items():
            contexts.setdefault(names[state], _with_names(content, names))
        used = {values for content in contexts.values() for values in _values_in(content)}
        return {
            "releases": self._versions,
            "values": {name: self._values[name] for name in sorted(used)},
            "contexts": dict(sorted(contexts.items())),
        }

    def _read(self) -> None:
        start: _State = (0,) * len(self._releases)
        self._places[start] = "domain"
        waiting = [start]
        for state in waiting:
            content = self._contents[state] = self._content(state)
            for way, child in _children(content):
                if child not in self._places:
                    self._places[child] = self._place_below(state, way)
                    waiting.append(child)

    def _place_below(self, state: _State, way: str) -> str:
        place = f"{self._places[state]}{way}".removeprefix("domain/").removeprefix("devices/")
        taken = set(self._places.values())
        number, wanted = 2, place
        while place in taken:
            place, number = f"{wanted} {number}", number + 1
        return place

    def _content(self, state: _State) -> dict[str, Any]:
        found = [None if one is None else self._releases[at][one] for at, one in enumerate(state)]
        place = self._places[state]
        content = self._part(place, found)
        texts = [one.get("text", ()) if one else None for one in found]
        if any(texts):
            content["text"] = self._values_of(place, texts)
        if any(one and one.get("open") for one in found):
            content["open"] = True
        otherwise = {mark: self._known.otherwise.get(f"{place}{mark}*", "dropped") for mark in _MARKS.values()}
        if otherwise := {mark: what for mark, what in otherwise.items() if what != "dropped"}:
            content["otherwise"] = otherwise
        by = next((one["by"] for one in reversed(found) if one and "by" in one), None)
        if by is not None:
            self._divide(content, place, by, found)
        return content

    def _part(self, place: str, found: Sequence[_Found]) -> dict[str, Any]:
        """Return the attributes and elements of a context or a variant, with since when and until when."""
        content: dict[str, Any] = {}
        spans: dict[str, dict[str, str]] = {"since": {}, "until": {}}
        for kind, mark in _MARKS.items():
            names = sorted({name for one in found if one for name in one.get(kind, ())})
            for name in names:
                theirs = [one.get(kind, {}).get(name) if one else None for one in found]
                there = [None if one is None else value is not None for one, value in zip(found, theirs, strict=True)]
                self._span(spans, f"{mark}{name}", f"{place}{mark}{name}", there)
                content.setdefault(kind, {})[name] = (
                    self._values_of(f"{place}@{name}", theirs) if mark == "@" else tuple(theirs)
                )
        return content | {key: span for key, span in spans.items() if span}

    def _divide(self, content: dict[str, Any], place: str, by: str, found: Sequence[_Found]) -> None:
        """Put what depends on an attribute's value into variants, and leave what all of them share."""
        values = sorted({value for one in found if one for value in one.get("variants", ())})
        theirs = {value: [one.get("variants", {}).get(value) if one else None for one in found] for value in values}
        shared = {
            f"{mark}{name}"
            for kind, mark in _MARKS.items()
            for name in content.get(kind, ())
            if (kind, name) == ("attributes", by)
            or all(_is_shared(kind, name, those) for those in zip(*theirs.values(), strict=True))
        }
        variants = {value: _only(self._part(place, those), shared, False) for value, those in theirs.items()}
        for value, variant in variants.items():
            start = f"{place}[{value}]@"
            answers = {
                key.removeprefix(start): what for key, what in self._known.otherwise.items() if key.startswith(start)
            }
            if answers := {f"@{name}": what for name, what in answers.items() if what != "dropped"}:
                variant["otherwise"] = answers
        content.update({"by": by, "variants": variants})
        for key in (*_MARKS, "since", "until"):
            content.pop(key, None)
        content.update(_only(self._part(place, found), shared, True))

    def _span(self, spans: dict[str, dict[str, str]], mark: str, place: str, there: Sequence[bool | None]) -> None:
        """Note since when and until when something is there; None is a release that does not have what is around it."""
        around = [at for at, one in enumerate(there) if one is not None]
        held = [at for at in around if there[at]]
        before = [at for at in around if at < held[0]]
        after = [at for at in around if at > held[-1]]
        if before:
            spans["since"][mark] = self._since(place, self._versions[before[-1]], self._versions[held[0]])
        if after:
            spans["until"][mark] = f"{self._versions[held[-1]]}..{self._versions[after[0]]}"

    def _since(self, place: str, after: str, by: str) -> str:
        """Return since when something is known: the exact version, or the two releases between which it came."""
        place = _without_variant(place)
        exact = self._known.since.get(place)
        self._dated.add(place)
        if exact is None:
            return f"{after}..{by}"
        if not version_key(after) < version_key(exact) <= version_key(by):
            raise ValueError(f"{place}: {exact} is not after {after}, and by {by}, as the releases say")
        return exact

    def _values_of(self, place: str, theirs: Sequence[Sequence[str] | None]) -> str:
        """Return the name of what an attribute or a text may be."""
        values = sorted({text for one in theirs if one for text in one if not text.startswith(":")})
        kinds = {text[1:] for one in theirs if one for text in one if text.startswith(":")}
        if "number" in kinds and self._known.otherwise.get(f"{place} -1", "refused") != "refused":
            kinds = kinds - {"number"} | {"integer"}
        if "text" in kinds:
            kinds = {"text"}
        elif "hex" in kinds:
            kinds -= {"number"}
        # What is said of no other value is refused.
        otherwise = self._otherwise(place).replace("refused", "")
        is_free = "text" in kinds or otherwise == "kept"
        spans: dict[str, dict[str, str]] = {"since": {}, "until": {}}
        for value in () if is_free else values:
            there = [None if not one else value in one for one in theirs]
            self._span(spans, value, f"{place}={value}", there)
        if is_free:
            kinds, otherwise = {"text"}, ""
        content = _without_empty({"values": values, "kinds": sorted(kinds), "otherwise": otherwise} | spans)
        return self._name_of_values(place, content)

    def _otherwise(self, place: str) -> str:
        """Return what libvirt does with other values in a place, or all it does in that place of other variants."""
        known = self._known.otherwise
        if place not in known and not self._of_variants:
            # An attribute behind a kind is one of other kinds: what becomes of it tells nothing about its values.
            for other, what in ((key, what) for key, what in known.items() if "]@" not in key):
                self._of_variants.setdefault(_without_variant(other), set()).add(what)
        if place in known:
            return known[place]
        found = self._of_variants.get(_without_variant(place), set())
        return next(iter(found)) if len(found) == 1 else "unasked"

    def _name_of_values(self, place: str, content: dict[str, Any]) -> str:
        key = repr(content)
        if key not in self._names_of_values:
            words = "|".join([*content.get("values", ()), *content.get("kinds", ())])
            if len(words) > _SHORT or "since" in content or "until" in content:
                words = place
            if otherwise := content.get("otherwise"):
                words += f", else {otherwise}"
            name, number = words, 2
            while name in self._values:
                name, number = f"{words} {number}", number + 1
            self._names_of_values[key] = name
            self._values[name] = content
        return self._names_of_values[key]

    def _classes(self) -> dict[_State, int]:
        """Return which contexts are the same in all that can be told: those of one number."""
        classes = dict.fromkeys(self._contents, 0)
        count = 0
        while True:
            seen: dict[str, int] = {}
            classes = {
                state: seen.setdefault(repr(_with_names(content, classes)), len(seen))
                for state, content in self._contents.items()
            }
            if len(seen) == count:
                return classes
            count = len(seen)

    def _names(self, classes: Mapping[_State, int]) -> dict[_State, str]:
        """Name each class after the shortest end of its first place that no other class has."""
        names: dict[int, str] = {}
        for state, number in classes.items():
            if number in names:
                continue
            taken = set(names.values())
            content = self._contents[state]
            parts = self._places[state].split("/")
            is_shared = sum(other == number for other in classes.values()) > 1
            least = 1 if is_shared or len(parts) == 1 else 2
            ends = ["/".join(parts[-length:]) for length in range(least, len(parts) + 1)]
            if not content.keys() - {"text"}:
                ends = [f"({content.get('text', 'empty')})"]
            names[number] = next((end for end in ends if end not in taken), f"{ends[-1]} {number}")
        return {state: names[number] for state, number in classes.items()}


def _children(content: Mapping[str, Any]) -> Iterable[tuple[str, _State]]:
    """Yield the contexts below one, each with the way there."""
    for name, child in content.get("elements", {}).items():
        yield f"/{name}", child
    for value, variant in content.get("variants", {}).items():
        for name, child in variant.get("elements", {}).items():
            yield f"[{value}]/{name}", child


def _values_in(content: Mapping[str, Any]) -> Iterable[str]:
    """Yield the names of the values that a context speaks of."""
    yield from content.get("attributes", {}).values()
    if "text" in content:
        yield content["text"]
    for variant in content.get("variants", {}).values():
        yield from _values_in(variant)


def _is_shared(kind: str, name: str, variants: Iterable[_Found]) -> bool:
    """Return True if all variants that a release has have the same of a name."""
    theirs = [variant.get(kind, {}).get(name) for variant in variants if variant is not None]
    return all(one == theirs[0] for one in theirs)


def _only(part: Mapping[str, Any], marks: set[str], is_in: bool) -> dict[str, Any]:
    """Return of attributes, elements and spans those whose mark is in a set, or those whose mark is not."""
    kept = {
        key: {name: what for name, what in of_key.items() if (f"{_MARKS.get(key, '')}{name}" in marks) is is_in}
        for key, of_key in part.items()
    }
    return _without_empty(kept)


def _with_names(content: Mapping[str, Any], names: Mapping[_State, Any]) -> dict[str, Any]:
    """Return a context with the names of its children's contexts."""
    result = dict(content)
    if "elements" in content:
        result["elements"] = {name: names[child] for name, child in content["elements"].items()}
    if "variants" in content:
        result["variants"] = {value: _with_names(variant, names) for value, variant in content["variants"].items()}
    return result


def _without_variant(place: str) -> str:
    return re.sub(r"\[[^\]]*\]| \d+(?=[/@]|$)", "", place)


def _without_empty(content: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in content.items() if value}
