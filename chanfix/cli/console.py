"""What the user sees: lines, notes, errors and diffs, with everything foreign made harmless."""

from __future__ import annotations

import os
import sys
from typing import TextIO

import click

from chanfix.cli.settings import Settings
from chanfix.errors import ChanfixError, InputError, OutputError
from chanfix.escape import for_runner, for_terminal
from chanfix.secrets import mask_secrets

__all__ = ["Console"]

# Values of TERM. The kernel's own console passes over links only in newer versions, and shows them in older ones.
_WITHOUT_LINKS = ("", "dumb", "linux")
_DIFF_COLORS = {"+": "green", "-": "red", "@": "cyan"}


class Console:
    """Writes for people. With ``results_on_stderr`` standard output is left to a document."""

    def __init__(self, settings: Settings, *, results_on_stderr: bool = False) -> None:
        self._settings = settings
        self._results = sys.stderr if results_on_stderr else sys.stdout

    def on_stderr(self) -> Console:
        """Return a console that leaves standard output to a document."""
        return Console(self._settings, results_on_stderr=True)

    def result(self, name: str, text: str, *, color: str | None = None) -> None:
        """Say what came of one input."""
        if not self._settings.quiet:
            self._print(self._results, f"{for_terminal(name)}: {for_terminal(text)}", color)

    def note(self, text: str) -> None:
        """Say what the user should know, on standard error."""
        if not self._settings.quiet:
            self._print(sys.stderr, f"  note: {for_terminal(text)}", "cyan")

    def error(self, error: ChanfixError, name: str = "") -> None:
        """Write an error with its place and its hint. A closed pipe is silent, as in other programs."""
        if isinstance(error, OutputError) and error.is_closed_pipe and not self._settings.debug:
            return
        where = for_terminal(name)
        if isinstance(error, InputError) and error.position:
            where += f":{error.position.line}:{error.position.column}"
        where = f"{where}: " if where else ""
        self._print(sys.stderr, f"chanfix: {where}{for_terminal(error.message)}", "red")
        if error.hint:
            self._print(sys.stderr, f"  hint: {for_terminal(error.hint)}", None)
        if self._settings.debug:
            import traceback

            self._print(sys.stderr, for_terminal("".join(traceback.format_exception(error)), keep="\n"), None)

    @property
    def has_color(self) -> bool:
        """Return True if results are coloured."""
        return self._has_color(self._results)

    @property
    def has_links(self) -> bool:
        """Return True if results may have links (OSC 8): on a terminal that shows colours, and not on a plain one."""
        return self.is_terminal and self.has_color and os.environ.get("TERM", "dumb") not in _WITHOUT_LINKS

    @property
    def is_terminal(self) -> bool:
        """Return True if results go to a terminal."""
        return self._results.isatty()

    def raw(self, text: str) -> None:
        """Write a finished text for a program, or one that is safe to show, as it is."""
        self._write(self._results, text, end="")

    def page(self, text: str) -> None:
        """Write a finished text for people."""
        self._print(self._results, text, None, end="")

    def diff(self, name: str, before: str, after: str) -> None:
        """Show a unified diff of two texts, without their secrets."""
        import difflib

        old, new = (mask_secrets(text).splitlines(keepends=True) for text in (before, after))
        if old == new and before != after:
            self.result(name, "the two differ in secrets only, which are not shown")
            return
        shown = for_terminal(name).lstrip("/")
        for line in difflib.unified_diff(_lines(old), _lines(new), f"a/{shown}", f"b/{shown}"):
            text, newline, _ = line.partition("\n")
            # Carriage returns stay for a patch to match, and would overwrite the line on a terminal.
            keep = "\t" if self._results.isatty() else "\t\r"
            text = text.removesuffix("\r") if self._results.isatty() else text
            color = None if text.startswith(("---", "+++")) else _DIFF_COLORS.get(text[:1])
            self._print(self._results, for_terminal(text, keep=keep), color)
            if not newline:
                self._print(self._results, "\\ No newline at end of file", None)

    def detail(self, text: str) -> None:
        """Say with --verbose what the work rests on."""
        if self._settings.verbose:
            self._print(sys.stderr, f"  {for_terminal(text)}", None)

    def _print(self, stream: TextIO, text: str, color: str | None, end: str = "\n") -> None:
        # What a CI runner reads in the log is text here, and never a command.
        shown = for_runner(text) if os.environ.get("GITHUB_ACTIONS") or os.environ.get("TF_BUILD") else text
        self._write(stream, click.style(shown, fg=color) if color and self._has_color(stream) else shown, end)

    def _write(self, stream: TextIO, text: str, end: str) -> None:
        encoding = stream.encoding or "ascii"
        # Flushed, so that results and notes keep their order where both go into one file.
        print(text.encode(encoding, "backslashreplace").decode(encoding), file=stream, end=end, flush=True)

    def _has_color(self, stream: TextIO) -> bool:
        if self._settings.color == "auto":
            return stream.isatty() and not os.environ.get("NO_COLOR")
        return self._settings.color == "always"


def _lines(lines: list[str]) -> list[str]:
    """Undo ``splitlines`` where it splits at more than a newline, such as a lone carriage return or a form feed."""
    joined: list[str] = []
    for line in lines:
        if joined and not joined[-1].endswith("\n"):
            joined[-1] += line
        else:
            joined.append(line)
    return joined
