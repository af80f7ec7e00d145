"""One line on a terminal with the progress of a long run."""

from __future__ import annotations

import sys
import time

from chanfix.cli.settings import Settings

__all__ = ["Progress"]

# In seconds.
_PATIENCE = 1.0
_PAUSE = 0.1


class Progress:
    """Counts the steps that are done and shows the count after ``patience`` seconds, every ``pause`` seconds.

    Nothing of it stays on the terminal.
    """

    def __init__(
        self, settings: Settings, what: str, total: int, *, patience: float = _PATIENCE, pause: float = _PAUSE
    ) -> None:
        self._what = what
        self._total = total
        self._is_wanted = sys.stderr.isatty() and not settings.quiet
        self._pause = pause
        self._next = time.monotonic() + patience
        self._done = 0
        self._width = 0

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._width:
            self._write("")

    def advance(self) -> None:
        """Count one more step."""
        self._done += 1
        if self._is_wanted and (now := time.monotonic()) >= self._next:
            self._next = now + self._pause
            self._write(f"{self._what}: {self._done} of {self._total}")

    def _write(self, text: str) -> None:
        # Blanks over what is left of the last line: not every terminal knows how to erase.
        print(f"\r{text:{self._width}}", end="" if text else "\r", file=sys.stderr, flush=True)
        self._width = len(text)
