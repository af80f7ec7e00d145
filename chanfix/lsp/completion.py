"""What libvirt's vocabulary has to complete at a place of a text, and what it knows of the word there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chanfix.domain.vocabulary import Since, vocabulary
from chanfix.domain.vocabulary_places import Word, context_around, takes, values_of, words_of, written_in
from chanfix.named_tuple import NamedTuple
from chanfix.xml.contexts import Context
from chanfix.xml.cursor import Cursor, Open, Standing, read_before

__all__ = ["Known", "Proposal", "known_at", "proposals_at"]

_WORD_END = re.compile(r"[\w.:-]*")
_KINDS = {Standing.ELEMENT: "elements", Standing.ATTRIBUTE: "attributes"}


class Proposal(NamedTuple):
    """A word that would be right at a place, and what is known of it. ``start`` is where it begins in the text."""

    name: str
    detail: str
    standing: Standing
    start: int
    quote: str = ""


class Known(NamedTuple):
    """What is known of the word at a place: a text for people, and where the word stands."""

    text: str
    start: int
    end: int


def proposals_at(text: str, offset: int) -> list[Proposal]:
    """Return the words that libvirt knows at a place of a text, which need not be well-formed, in their order."""
    cursor = read_before(text[:offset])
    start = offset - len(cursor.written)
    if cursor.standing is Standing.END:
        names = [cursor.around[-1].name] if cursor.around else []
        return [Proposal(name, "", cursor.standing, start) for name in names]
    context = _context(cursor)
    if context is None:
        return []
    quote = next((one for one in reversed(text[:offset]) if one in "'\""), "'")
    there = cursor.around[-1].attributes if cursor.standing is Standing.ATTRIBUTE else {}
    words = {word.name: word for word in _words(cursor, context) if word.name not in there}
    return [Proposal(word.name, _detail(word), cursor.standing, start, quote) for word in words.values()]


def known_at(text: str, offset: int) -> Known | None:
    """Return what is known of the word at a place of a text; None of one that libvirt does not know there."""
    word = _WORD_END.match(text, offset)
    end = word.end() if word else offset
    cursor = read_before(text[:end])
    context = _context(cursor)
    if context is None or not cursor.written:
        return None
    found = [word for word in _words(cursor, context) if word.name == cursor.written]
    if not found:
        return None
    return Known("\n\n".join(_page(cursor, word) for word in found), end - len(cursor.written), end)


def _context(cursor: Cursor) -> Context | None:
    if cursor.standing is Standing.ASIDE:
        return None
    return context_around(cursor.around, is_written=cursor.standing in (Standing.ATTRIBUTE, Standing.VALUE))


def _words(cursor: Cursor, context: Context) -> Iterator[Word]:
    if cursor.standing in _KINDS:
        for word in words_of(context, _KINDS[cursor.standing]):
            if name := written_in(cursor.around, word.name):
                yield word._replace(name=name)
        return
    is_value = cursor.standing is Standing.VALUE
    names = values_of(context, cursor.attribute) if is_value else [context[key] for key in ("text",) if key in context]
    for entry in map(vocabulary().values, names):
        for value in filter(None, entry.get("values", ())):
            since = entry.get("since", {}).get(value)
            yield Word(value, since=str(Since.parse(since)) if since else "")


def _detail(word: Word) -> str:
    return "; ".join(filter(None, [word.takes, word.since]))


def _page(cursor: Cursor, word: Word) -> str:
    """Write what is known of a word in Markdown."""
    around = f"`<{cursor.around[-1].name}>`" if cursor.around else "a domain"
    known = _detail(word) or "in each libvirt from 7.0 on"
    match cursor.standing:
        case Standing.ELEMENT:
            inside = context_around((*cursor.around, Open(word.name, {})), is_written=True)
            return "\n\n".join([f"`<{word.name}>` in {around}: {known}", *(_lists(inside) if inside else ())])
        case Standing.ATTRIBUTE:
            return f"`{word.name}` of {around}: {known}"
        case Standing.VALUE:
            return f"`{word.name}` as `{cursor.attribute}` of {around}: {known}"
        case _:
            return f"`{word.name}` as text of {around}: {known}"


def _lists(context: Context) -> Iterator[str]:
    """Yield the names of attributes and elements of a context."""
    if "text" in context:
        yield f"Text: {takes(context['text'])}"
    for kind in ("attributes", "elements"):
        if names := dict.fromkeys(word.name for word in words_of(context, kind)):
            yield f"{kind.capitalize()}: " + ", ".join(f"`{name}`" for name in names)
