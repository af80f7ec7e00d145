"""Patterns of files, written and understood as in ``.gitignore``."""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

__all__ = ["Patterns", "is_pattern"]

# In what pathspec makes of a line: several "*" on end, which are as good as one.
_STARS = r"(?:\[\^/\]\*){2,}"
# A "*", and what stands between it and the next one in the same part of a path.
_STAR = r"\[\^/\]\*(?P<between>(?:\\.|\[\^/\](?!\*)|\[[^^\]\\]+\]|[\w ~!@#%&=:;,<>\"'`-])+)(?=\[\^/\]\*)"


class Patterns(NamedTuple):
    """The lines of one list, and the absolute folder they are relative to; lines that are no pattern do nothing."""

    folder: str
    lines: tuple[str, ...]

    def verdict(self, path: str, *, is_folder: bool = False) -> bool | None:
        """Say whether an absolute path matches: False when a later ``!`` takes it back, None when no line speaks of it.

        Of a path outside of the folder no line speaks.
        """
        if not self.lines:
            return None
        folder = self.folder.rstrip("/") + "/"
        if not path.startswith(folder):
            return None
        name = path[len(folder) :] + "/" * is_folder
        spec = _spec_of(self.lines)
        if spec.match_file(name):
            return True
        is_spoken_of = any(line.include is not None and line.match_file(name) for line in spec.patterns)
        return False if is_spoken_of else None


# pathspec is imported where there are patterns: most runs have none.
@lru_cache
def _spec_of(lines: tuple[str, ...]) -> GitIgnoreSpec:
    spec = _read([line for line in lines if is_pattern(line)])
    for pattern in spec.patterns:
        if pattern.regex is not None:
            pattern.regex = _without_retries(pattern.regex)
    return spec


def _read(lines: list[str]) -> GitIgnoreSpec:
    """Let pathspec read lines. Raises ``ValueError`` or ``re.error`` for one that it cannot make sense of."""
    from pathspec import GitIgnoreSpec

    with warnings.catch_warnings():
        # What pathspec makes of "[[a]" means today what it should, and that is all that counts here.
        warnings.simplefilter("ignore", FutureWarning)
        return GitIgnoreSpec.from_lines(lines)


def _without_retries(regex: re.Pattern[Any]) -> re.Pattern[Any]:
    """Let what follows a star match where it first can: the next star takes the rest, so that no other place is better.

    With all places to try, ``*a*a*a*a*b`` takes minutes for one long name.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        pattern = re.sub(_STARS, "[^/]*", regex.pattern)
        return re.compile(re.sub(_STAR, r"(?>[^/]*?\g<between>)", pattern), regex.flags)


def is_pattern(line: str) -> bool:
    """Say whether a line can match anything: it is well formed, and neither blank nor a comment."""
    try:
        return any(pattern.include is not None for pattern in _read([line]).patterns)
    except (ValueError, re.error):
        return False
