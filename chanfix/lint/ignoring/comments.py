"""The comments that suppress drafts about one text: planned, written, and read again to see if they do."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate

from chanfix.errors import InputError
from chanfix.lint.draft import Draft, Hidden
from chanfix.lint.hide import may_suppress
from chanfix.lint.ignoring.places import Places, Site
from chanfix.lint.suppress import ITSELF, MOST, count
from chanfix.named_tuple import NamedTuple
from chanfix.xml.document import Document
from chanfix.xml.edit import Edit
from chanfix.xml.patch import apply_edits
from chanfix.xml.span import Span

__all__ = ["REASON", "Ignored", "Unsuppressed", "ignore", "noted", "untouched"]

Look = Callable[[Document], Hidden]

REASON = "TODO: why"
"""What stands in the place of the reason, which is for a person to write."""

_OF_NO_USE = "it is about a suppression: correct or remove that; --fix does where it can"
_TOO_MANY = "only a thousand suppressions of a file count"
_NO_PLACE = "no comment that would count for it can stand there"
_NOT_SO = "a comment does not suppress it, or would bring another finding"
# Where all comments together do not do what they should, so many are tried by themselves, or as many as have so many
# bytes to read again.
_ALONE = 200
_BYTES = 8 << 20


class Unsuppressed(NamedTuple):
    """A draft that no comment suppresses, and the reason; empty of one that was not to be suppressed."""

    draft: Draft
    reason: str


class Ignored(NamedTuple):
    """A text with its comments, the edits that brought them, and the drafts that these suppress or do not.

    ``document`` is None where nothing was written.
    """

    document: Document | None
    edits: tuple[Edit, ...]
    done: tuple[Draft, ...]
    left: tuple[Unsuppressed, ...]

    def left_in(self, seen: Hidden) -> tuple[list[Draft], int]:
        """Return the drafts about the new text that are left, each with its reason, and the number of all others."""
        moved = _Moved(self.edits)
        reasons = {moved.place(draft): reason for draft, reason in self.left}
        places = [(draft, (draft.rule, draft.at.span.start)) for draft in seen.kept]
        kept = [noted(draft, reasons[place]) for draft, place in places if place in reasons]
        return kept, len(seen.kept) - len(kept)


class _Comment(NamedTuple):
    """A comment that is planned, with the drafts that it is to suppress."""

    site: Site
    drafts: list[Draft]

    @property
    def edit(self) -> Edit:
        """The edit that writes the comment."""
        names = ", ".join(dict.fromkeys(draft.rule for draft in self.drafts))
        text = f"<!-- chanfix: ignore[{names}] {REASON} -->".encode()
        return Edit(Span(self.site.at, self.site.at), self.site.before + text + self.site.behind)

    def counts_for(self, draft: Draft) -> bool:
        """Return True if the comment suppresses a draft as well, whether it is meant or not."""
        reach = self.site.reach
        is_within = reach.start <= draft.at.span.start < reach.end
        return is_within and any(one.rule == draft.rule for one in self.drafts)


def ignore(
    document: Document,
    seen: Hidden,
    wanted: Sequence[Draft],
    look: Look,
    known: Iterable[Draft] = (),
    beside: Iterable[Draft] = (),
) -> Ignored:
    """Write comments that suppress ``wanted``, which are some of the drafts about a text; ``look`` finds those again.

    The lines of ``known`` drafts stay as they are: a baseline knows them by that. Drafts ``beside`` the wanted ones
    may be suppressed with them, by the same comments. Comments that do not suppress what they should, or that bring
    another finding, are not written.
    """
    kept_lines = frozenset(document.lines.line_at(draft.at.span.start).start for draft in known)
    comments, left = _plan(document, wanted, kept_lines)
    for draft in beside:
        by = next((comment for comment in comments if comment.counts_for(draft)), None)
        if by is None:
            left.append(Unsuppressed(draft, ""))
        else:
            by.drafts.append(draft)
    result = _try(document, comments, seen, look) if comments else document
    if result is None:
        comments, failed, result = _try_each(document, comments, seen, look)
        left += [Unsuppressed(draft, _NOT_SO) for comment in failed for draft in comment.drafts]
    edits = tuple(comment.edit for comment in comments)
    done = tuple(draft for comment in comments for draft in comment.drafts)
    return Ignored(result if comments else None, edits, done, tuple(left))


def noted(draft: Draft, reason: str) -> Draft:
    """Return a draft that says for what reason it is not suppressed, if there is one."""
    if not reason:
        return draft
    return draft._replace(note="; ".join(filter(None, (draft.note, f"not suppressed: {reason}"))))


def untouched(drafts: Iterable[Draft], reason: str) -> Ignored:
    """Return what comes of a text into which nothing was written."""
    return Ignored(None, (), (), tuple(Unsuppressed(draft, reason) for draft in drafts))


def _plan(
    document: Document, wanted: Sequence[Draft], kept_lines: frozenset[int]
) -> tuple[list[_Comment], list[Unsuppressed]]:
    room = _room_in(document)
    places: dict[Document, Places] = {}
    comments: dict[int, _Comment] = {}
    # Of each rule, in each reading: one reading does not show the comments of another one's arms.
    reach_of: dict[tuple[str, Document], _Comment] = {}
    left: list[Unsuppressed] = []
    names: set[tuple[int, str]] = set()
    for draft in sorted(wanted, key=lambda draft: draft.at.span):
        start = draft.at.span.start
        if draft.rule == ITSELF:
            left.append(Unsuppressed(draft, _OF_NO_USE))
            continue
        reading = _reading_of(document, draft)
        last = reach_of.get((draft.rule, reading))
        if last is not None and last.site.reach.start <= start < last.site.reach.end:
            last.drafts.append(draft)
            continue
        if len(names) >= room:
            left.append(Unsuppressed(draft, _TOO_MANY))
            continue
        if reading not in places:
            places[reading] = Places(reading, kept_lines)
        site = places[reading].site_for(start)
        if site is None:
            left.append(Unsuppressed(draft, _NO_PLACE))
            continue
        names.add((site.at, draft.rule))
        comment = comments.setdefault(site.at, _Comment(site, []))
        if last is not None and site.reach.start <= last.site.reach.start < site.reach.end:
            # The new comment counts for its whole line: another one for what begins the line would be of no use.
            comment.drafts.extend(_taken_out(last, draft.rule))
        comment.drafts.append(draft)
        reach_of[draft.rule, reading] = _Comment(site, comment.drafts)
    return [comment for comment in comments.values() if comment.drafts], left


def _taken_out(comment: _Comment, rule: str) -> list[Draft]:
    """Take the drafts of a rule out of a comment that is planned, and return them."""
    taken = [draft for draft in comment.drafts if draft.rule == rule]
    comment.drafts[:] = [draft for draft in comment.drafts if draft.rule != rule]
    return taken


def _room_in(document: Document) -> int:
    """Return how many more suppressions count in a text."""
    return MOST - (count(document) if may_suppress(document.data) else 0)


def _reading_of(document: Document, draft: Draft) -> Document:
    """Return the reading of a text that shows the place of a draft."""
    if draft.at.node is not None:
        return draft.at.node.document
    start = draft.at.span.start
    shown = (reading for reading in document.readings if not reading.holes_in(Span(start, start + 1)))
    return next(shown, document)


def _try_each(
    document: Document, comments: Sequence[_Comment], seen: Hidden, look: Look
) -> tuple[list[_Comment], list[_Comment], Document]:
    """Write one comment after the other; return those that do what they should, the others, and the text."""
    good: list[_Comment] = []
    most = min(_ALONE, _BYTES // (len(document.data) + 1))
    failed = list(comments[most:])
    result = document
    for comment in comments[:most]:
        if tried := _try(document, [*good, comment], seen, look):
            result = tried
            good.append(comment)
        else:
            failed.append(comment)
    return good, failed, result


def _try(document: Document, comments: Sequence[_Comment], seen: Hidden, look: Look) -> Document | None:
    """Return the text with its comments; None where it does not have just those findings less that they suppress."""
    edits = [comment.edit for comment in comments]
    try:
        result = document.reread(apply_edits(document.data, edits))
        after = look(result)
    except InputError:
        return None
    gone = {draft.identity for comment in comments for draft in comment.drafts}
    moved = _Moved(edits)
    expected = Counter(moved.place(draft) for draft in seen.kept if draft.identity not in gone)
    return result if Counter((draft.rule, draft.at.span.start) for draft in after.kept) == expected else None


class _Moved:
    """Where drafts are after edits that insert something."""

    def __init__(self, edits: Iterable[Edit]) -> None:
        edits = sorted(edits)
        self._starts = [edit.span.start for edit in edits]
        self._sizes = [0, *accumulate(len(edit.new) for edit in edits)]

    def place(self, draft: Draft) -> tuple[str, int]:
        """Return a draft's rule and where its place begins then."""
        start = draft.at.span.start
        return draft.rule, start + self._sizes[bisect_right(self._starts, start)]
