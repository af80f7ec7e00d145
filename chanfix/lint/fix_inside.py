"""Fixes texts that stand in one input, each by itself, and puts them back: no other byte of the input changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from chanfix.embedded.reading import RegionOrigin, written_back
from chanfix.errors import ChanfixError
from chanfix.lint.draft import Draft, Hidden
from chanfix.lint.finding import Finding
from chanfix.lint.fix import Look, fix
from chanfix.lint.resolve import Written, identity_in
from chanfix.lint.source import Parts, Source, Text, read_bytes
from chanfix.named_tuple import NamedTuple
from chanfix.xml.document import Document
from chanfix.xml.edit import Safety

__all__ = ["FixedParts", "fix_parts", "known_in", "put_back"]

# So many texts of one input are fixed in a run, or as many as have so many bytes to read again.
_MOST = 500
_BYTES = 64 << 20


class FixedParts(NamedTuple):
    """An input after the fixes of its parts, and the drafts whose fixes were made, each with its text before that."""

    parts: Parts
    done: Sequence[tuple[Draft, Document]]


def fix_parts(source: Source, parts: Parts, look: Callable[[int, Text], Hidden], safety: Safety) -> FixedParts:
    """Fix the parts of an input; ``look`` returns the drafts about the part of that number.

    Where the input would then be read in another way than the fixed parts are meant, nothing is fixed.
    """
    changed: dict[int, Document] = {}
    done: list[tuple[Draft, Document]] = []
    left = min(_MOST, 1 + _BYTES // (len(parts.data) + 1))
    for number, part in enumerate(parts.parts):
        if not isinstance(part, Text) or not isinstance(part.document.origin, RegionOrigin):
            continue
        seen = look(number, part) if left else Hidden([])
        if any(draft.fix and draft.fix.safety >= safety for draft in seen.kept):
            left -= 1
            fixed = fix(part.document, _again(source.name, number, look), safety, seen=seen)
            done += [(draft, step.document) for step in fixed.steps for draft in step.drafts]
            changed[number] = fixed.document
    after = put_back(source, parts, changed) if done else None
    return FixedParts(parts, ()) if after is None else FixedParts(after, done)


def put_back(source: Source, parts: Parts, changed: Mapping[int, Document]) -> Parts | None:
    """Return an input with changed documents in the place of its parts of these numbers.

    None where the input would then be read in another way than the documents are meant.
    """
    written: list[bytes] = []
    meant: list[bytes] = []
    at = 0
    for number, part in enumerate(parts.parts):
        if not isinstance(part, Text) or not isinstance(part.document.origin, RegionOrigin):
            continue
        document = changed.get(number, part.document)
        if number in changed:
            span = part.document.origin.region.span
            written += [parts.data[at : span.start], written_back(document)]
            at = span.end
        meant.append(document.data)
    after = _read(source, b"".join([*written, parts.data[at:]]))
    if after is None or [text.document.data for text in after.texts] != meant or len(after.parts) != len(parts.parts):
        return None
    return after


def _again(name: str, number: int, look: Callable[[int, Text], Hidden]) -> Look:
    """Return what looks at the part of a number after its fixes."""
    return lambda document: look(number, Text.of(name, document))


def _read(source: Source, data: bytes) -> Parts | None:
    try:
        after = read_bytes(source, data)
    except ChanfixError:
        return None
    return after if isinstance(after, Parts) else None


def known_in(text: Written, looked: Hidden, hidden: Iterable[Finding]) -> Counter[tuple[str, str]]:
    """Return by rule and message how many drafts about a text are among findings that a baseline hides."""
    identities = {finding.identity for finding in hidden}
    if not identities:
        return Counter()
    return Counter((draft.rule, draft.message) for draft in looked.kept if identity_in(text, draft) in identities)
