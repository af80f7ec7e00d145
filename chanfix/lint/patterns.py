"""Patterns of files, written and understood as in ``.gitignore``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

__all__ = ["Patterns", "is_pattern"]


@dataclass(frozen=True)
class Patterns:
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
        if self._spec.match_file(name):
            return True
        is_spoken_of = any(line.include is not None and line.match_file(name) for line in self._spec.patterns)
        return False if is_spoken_of else None

    # pathspec is imported where there are patterns: most runs have none.
    @cached_property
    def _spec(self) -> GitIgnoreSpec:
        from pathspec import GitIgnoreSpec

        return GitIgnoreSpec.from_lines([line for line in self.lines if is_pattern(line)])


def is_pattern(line: str) -> bool:
    """Say whether a line can match anything: it is well formed, and neither blank nor a comment."""
    from pathspec import GitIgnoreSpec

    try:
        return any(pattern.include is not None for pattern in GitIgnoreSpec.from_lines([line]).patterns)
    except ValueError:
        return False
