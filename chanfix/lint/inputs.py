"""From PATHs to the files that are to be linted, in an order that does not change."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from chanfix import files
from chanfix.errors import InputError
from chanfix.lint.patterns import Patterns

__all__ = ["Input", "find_inputs"]

_BY_NAME = (".xml", ".xml.j2", ".xml.tpl", ".xml.tmpl", ".xml.erb")
_BY_TEXT = (".j2", ".tpl")
_DOMAIN = b"<domain"


class Input(NamedTuple):
    """A file to lint, named as such or found in a folder; with ``error`` a folder that could not be looked into."""

    path: str
    is_named: bool = True
    error: InputError | None = None


# With the one name that tells whether two are the same file.
_Found = tuple[Input, str]


def find_inputs(paths: Iterable[str], exclude: Sequence[Patterns] = (), *, as_found: bool = False) -> Iterator[Input]:
    """Yield files as they are named, and of folders the domain XML and its templates; nothing twice.

    What a PATH names is taken, even if it is hidden, ignored by git or excluded, or is not there: whoever reads it says
    so. Not so with ``as_found``, for a program that names all files alike: what is excluded is left out, and no file
    counts as named. Below a named folder hidden names, what ``.gitignore`` files or ``exclude`` match, and links to
    folders are left out. A folder's files come before those of the folders in it.
    """
    seen: set[str] = set()
    for path in paths:
        is_folder = os.path.isdir(path or ".")
        for found, identity in _below(path, exclude) if is_folder else _named(path, exclude, as_found):
            # One file under two names is one socket path, and must not be fixed twice.
            if identity not in seen:
                seen.add(identity)
                yield found


def _named(path: str, exclude: Sequence[Patterns], as_found: bool) -> Iterator[_Found]:
    if not (as_found and any(patterns.covers(os.path.abspath(path)) for patterns in exclude)):
        yield Input(_tidy(path), is_named=not as_found), os.path.realpath(path)


def _tidy(path: str) -> str:
    """Return a path without what says nothing: "./", a slash too many."""
    parts = [part for part in path.split("/") if part not in ("", ".")]
    return ("/" if path.startswith("/") else "") + "/".join(parts) or "."


class _Folder(NamedTuple):
    """A folder to look into, the name it is known by, and the lists that hold for it, the nearest last."""

    path: str
    shown: str
    ignores: tuple[Patterns, ...]


def _below(top: str, exclude: Sequence[Patterns]) -> Iterator[_Found]:
    home = os.path.abspath(top)
    try:
        ignores = _ignores_above(home)
    except InputError as error:
        yield Input(_tidy(top), error=error), home
        return
    exclude = [patterns for patterns in exclude if patterns.lines and not patterns.covers(home, is_folder=True)]
    waiting = [_Folder(home, _tidy(top), ignores)]
    while waiting:
        folder = waiting.pop()
        try:
            found, folders = _look_into(folder, exclude)
        except InputError as error:
            yield Input(folder.shown, is_named=folder.path == home, error=error), folder.path
            continue
        yield from found
        waiting += reversed(folders)


def _look_into(folder: _Folder, exclude: Sequence[Patterns]) -> tuple[list[_Found], list[_Folder]]:
    """Return the files of one folder that are to be linted, and the folders in it."""
    candidates: list[str] = []
    links: set[str] = set()
    folders: list[str] = []
    ignores = folder.ignores
    try:
        with os.scandir(folder.path) as entries:
            for entry in entries:
                if entry.name == ".gitignore":
                    ignores += _ignores_of(folder.path)
                elif entry.name.startswith("."):
                    continue
                elif entry.is_dir(follow_symlinks=False):
                    folders.append(entry.name)
                # Names first: most files are none of ours, and cost no further look.
                elif entry.name.lower().endswith((*_BY_NAME, *_BY_TEXT)) and _is_file(entry):
                    candidates.append(entry.name)
                    if entry.is_symlink():
                        links.add(entry.name)
    except OSError as error:
        raise InputError(f"the folder cannot be read: {error.strerror}") from None

    path = os.path.join(folder.path, "")
    shown = "" if folder.shown == "." else os.path.join(folder.shown, "")
    real = os.path.join(os.path.realpath(folder.path), "")

    def wanted(names: list[str], is_folder: bool) -> list[str]:
        names.sort()
        if not (ignores or exclude):
            return names
        return [name for name in names if not _is_left_out(path + name, is_folder, ignores, exclude)]

    found = [
        (Input(shown + name, is_named=False), os.path.realpath(real + name) if name in links else real + name)
        for name in wanted(candidates, is_folder=False)
        if _is_domain(shown + name)
    ]
    return found, [_Folder(path + name, shown + name, ignores) for name in wanted(folders, is_folder=True)]


def _is_file(entry: os.DirEntry[str]) -> bool:
    # Of a link that leads in circles DirEntry says so with an error.
    return os.path.isfile(entry.path) if entry.is_symlink() else entry.is_file()


def _is_domain(path: str) -> bool:
    """Say whether a file is ours by its name or its text; one that cannot be read counts, so that this is said."""
    if path.lower().endswith(_BY_NAME):
        return True
    try:
        return _DOMAIN in files.read(path)
    except InputError:
        return True


def _is_left_out(path: str, is_folder: bool, ignores: Sequence[Patterns], exclude: Sequence[Patterns]) -> bool:
    if any(patterns.verdict(path, is_folder=is_folder) for patterns in exclude):
        return True
    verdicts = (patterns.verdict(path, is_folder=is_folder) for patterns in reversed(ignores))
    return next((verdict for verdict in verdicts if verdict is not None), False)


def _ignores_above(home: str) -> tuple[Patterns, ...]:
    """Return the lists of the folders above, up to the one that is a git repository; without one there are none.

    Nor are there any when they leave out the folder, or one above it: it is named nevertheless, for what is in it.
    """
    folders = [home]
    while (above := os.path.dirname(folders[-1])) != folders[-1]:
        folders.append(above)
    roots = (number for number, folder in enumerate(folders) if os.path.exists(os.path.join(folder, ".git")))
    root = next(roots, 0)
    ignores = tuple(patterns for folder in reversed(folders[1 : root + 1]) for patterns in _ignores_of(folder))
    return () if any(_is_left_out(folder, True, ignores, ()) for folder in folders) else ignores


def _ignores_of(folder: str) -> tuple[Patterns, ...]:
    file = os.path.join(folder, ".gitignore")
    # Git follows no link there: what a repository links to may be any file of the machine.
    if os.path.islink(file) or not os.path.isfile(file):
        return ()
    try:
        data = files.read(file)
    except InputError as error:
        raise InputError(f"its .gitignore {error.message}", hint=error.hint) from None
    lines = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    return (Patterns(folder, tuple(os.fsdecode(line.removesuffix(b"\r")) for line in lines)),)
