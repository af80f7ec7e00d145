"""Makes the fixes of drafts: apply, parse, look again, until nothing more applies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from chanfix.errors import InputError, InternalError
from chanfix.lint.draft import Hidden
from chanfix.lint.rule import Draft
from chanfix.named_tuple import NamedTuple
from chanfix.xml.document import Document
from chanfix.xml.edit import Fix, Safety
from chanfix.xml.patch import apply_fixes

__all__ = ["Fixed", "Look", "Step", "fix"]

Look = Callable[[Document], Hidden]
"""Returns the drafts about a text; of one text always the same."""

# Mostly two. Each finding takes one where a fix is in the way of the next, as with many <source> in one channel.
_PASSES = 30
# So many fixes are tried by themselves, or as many as have so many bytes to look at: half a minute of it.
_ALONE = 200
_BYTES = 8 << 20


class Step(NamedTuple):
    """A document, and the drafts about it whose fixes were made in one pass."""

    document: Document
    drafts: tuple[Draft, ...]


class Fixed(NamedTuple):
    """A document after its fixes, the steps that led to it, and the drafts about it."""

    document: Document
    steps: tuple[Step, ...]
    left: Hidden

    @property
    def done(self) -> list[Draft]:
        """The drafts whose fixes were made, in their order."""
        return [draft for step in self.steps for draft in step.drafts]


def fix(
    document: Document,
    look: Look,
    safety: Safety,
    *,
    seen: Hidden | None = None,
    passes: int = _PASSES,
    alone: int = _ALONE,
) -> Fixed:
    """Apply fixes of at least that safety until nothing more applies. ``seen`` is the first look, if it is known.

    A result that does not parse, or that keeps a finding that it should have removed, is discarded; then each fix of
    the pass is tried by itself, up to ``alone`` in all. Raises ``InternalError`` when ``passes`` do not come to rest.
    """
    alone = min(alone, _BYTES // (len(document.data) + 1))
    steps: list[Step] = []
    useless: set[Fix] = set()
    has_changed = False
    seen = look(document) if seen is None else seen
    for _ in range(passes):
        able = [draft for draft in seen.kept if draft.fix and draft.fix.safety >= safety]
        chosen = [draft for draft in able if draft.fix not in useless]
        if able and not chosen and has_changed:
            # Another fix may have been in the way.
            chosen, useless, has_changed = able, set(), False
        if not chosen:
            return Fixed(document, tuple(steps), seen)
        tried = _try(document, chosen, seen, look)
        if tried is None:
            singly = chosen[:alone] if len(chosen) > 1 else []
            alone -= len(singly)
            tried, good = _try_each(document, singly, seen, look)
            useless |= {draft.fix for draft in singly or chosen if draft.fix and draft not in good}
            if tried is None and len(singly) < len(chosen) > 1:
                return Fixed(document, tuple(steps), seen)
        if tried is not None:
            steps.append(Step(document, tried.applied))
            document, seen, has_changed = tried.document, tried.seen, True
    names = ", ".join(sorted({draft.rule for draft in chosen}))
    raise InternalError(f"the fixes of these rules do not come to rest: {names}")


class _Tried(NamedTuple):
    document: Document
    seen: Hidden
    applied: tuple[Draft, ...]


def _try_each(
    document: Document, chosen: Sequence[Draft], before: Hidden, look: Look
) -> tuple[_Tried | None, list[Draft]]:
    """Make one fix after the other; return the result with all that do good, and these."""
    result = None
    good: list[Draft] = []
    for draft in chosen:
        if tried := _try(document, [*good, draft], before, look):
            result = tried
            good.append(draft)
    return result, good


def _try(document: Document, chosen: Sequence[Draft], before: Hidden, look: Look) -> _Tried | None:
    patched = apply_fixes(document.data, [draft.fix for draft in chosen if draft.fix])
    try:
        result = document.reread(patched.data)
        after = look(result)
    except InputError:
        return None
    made = set(patched.applied)
    applied = tuple(draft for draft in chosen if draft.fix in made)
    had, has, gone = (Counter(draft.rule for draft in drafts) for drafts in (before.kept, after.kept, applied))
    if any(has[rule] > had[rule] - number for rule, number in gone.items()):
        return None
    return _Tried(result, after, applied)
