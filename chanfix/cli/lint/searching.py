"""The files of a run: which a search takes, which it passes over and why, and a word where nothing is left."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from chanfix.cli.lint.options import LintOptions
from chanfix.cli.session import Session
from chanfix.errors import ChanfixError, InputError
from chanfix.lint.known.config import Config
from chanfix.lint.search.folders import Input, Selection, Skip, find_inputs
from chanfix.lint.search.gitignore import Patterns
from chanfix.reporters.wording import shown_path
from chanfix.words import plural, some_of

__all__ = ["note_nothing_found", "refuse_no_files", "search", "show_files", "write_skipped"]

# So many names of a kind are listed, of 20,000 files as well.
_LISTED = 20
_PATHS_NAMED = 3
# A search has looked at the names of these, or into them.
_LOOKED_AT = (None, Skip.ENDING, Skip.TEXT)


def search(options: LintOptions, config: Config, *, with_skipped: bool) -> list[Input]:
    """Return what the PATHs and the configuration name, in the order of a run."""
    here = os.getcwd()
    selection = Selection(
        exclude=[config.exclude, Patterns(here, options.exclude)],
        include=[config.include, Patterns(here, options.include)],
        as_found=options.as_found,
        with_skipped=with_skipped,
        embedded=config.embedded,
    )
    return list(find_inputs(options.paths or (".",), selection))


def show_files(session: Session, options: LintOptions, config: Config) -> int:
    """List the files that a run would look at, and return the exit status: 0 unless a folder could not be read."""
    found = search(options, config, with_skipped=session.settings.verbose)
    console = session.console
    taken = [one for one in found if one.error is None and one.skip is None]
    console.page("".join(f"{shown_path(one.path)}\n" for one in taken))
    write_skipped(session, found)
    unusable = [one for one in found if one.error is not None]
    for one in unusable:
        if one.error is not None:
            console.error(one.error, one.path)
    if not taken and not unusable:
        if config.error_on_no_files:
            return refuse_no_files(session, options, config)
        note_nothing_found(session, options, config)
    return ChanfixError.status if unusable else 0


def write_skipped(session: Session, skipped: Iterable[Input]) -> None:
    """With --verbose, write on standard error what was skipped and why: for each reason the first names and a count."""
    if not session.settings.verbose:
        return
    console = session.console.on_stderr()
    by_reason: dict[Skip, list[Input]] = {}
    for one in skipped:
        if one.skip is not None:
            by_reason.setdefault(one.skip, []).append(one)
    for reason, inputs in by_reason.items():
        for one in inputs[:_LISTED]:
            console.result(shown_path(one.path), f"skipped: {one.why}")
        if len(inputs) > _LISTED:
            console.page(f"{len(inputs) - _LISTED} more skipped: {reason.value}\n")


def note_nothing_found(session: Session, options: LintOptions, config: Config) -> None:
    """Write on standard error that a search found nothing to lint, and at how many files it looked."""
    if folders := _folders(options):
        more = "" if session.settings.verbose else "; -v names what was skipped and why"
        session.console.note(f"{_nothing_in(folders, options, config)}{more}")


def refuse_no_files(session: Session, options: LintOptions, config: Config) -> int:
    """Write on standard error that there is nothing to lint, and return the exit status for that."""
    folders = [] if session.settings.connect or "-" in options.paths else _folders(options)
    if session.settings.connect:
        sentence = "nothing to lint: no domain is stored there"
    elif folders:
        sentence = _nothing_in(folders, options, config)
    else:
        sentence = "nothing to lint: no domain is in what was named"
    has_more = not session.settings.verbose and not session.settings.connect
    session.console.error(InputError(sentence, hint="-v names what was skipped and why" if has_more else None))
    return InputError.status


def _folders(options: LintOptions) -> list[str]:
    """Return those PATHs that a search goes through."""
    return [path for path in options.paths or (".",) if os.path.isdir(path or ".")]


def _nothing_in(folders: Sequence[str], options: LintOptions, config: Config) -> str:
    found = search(options, config, with_skipped=True)
    number = sum(one.skip in _LOOKED_AT and not one.path.endswith("/") for one in found)
    return f"nothing to lint in {_named(folders)}: looked at {plural(number, 'file')}"


def _named(folders: Sequence[str]) -> str:
    return some_of(["the current folder" if folder in ("", ".") else folder for folder in folders], _PATHS_NAMED)
