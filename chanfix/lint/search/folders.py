"""From PATHs to the files that are to be linted, in an order that does not change."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum

from chanfix import files
from chanfix.embedded.languages import holds_mark, language_of_name
from chanfix.errors import InputError
from chanfix.lint.search.gitignore import Patterns
from chanfix.lint.search.ignores import ignores_above, ignores_of, left_out_by
from chanfix.named_tuple import NamedTuple
from chanfix.template.endings import Ending, ending_of

__all__ = ["Input", "Selection", "Skip", "find_inputs"]


class Skip(Enum):
    """Why a search passes over a file or a folder."""

    HIDDEN = "hidden"
    IGNORED = "ignored by a .gitignore file"
    EXCLUDED = "excluded by a pattern"
    LINK = "a link to a folder"
    NO_FILE = "not a regular file"
    ENDING = "its ending is not one of domain XML"
    TEXT = "holds no libvirt domain"


class Input(NamedTuple):
    """A file to lint, named as such or found in a folder; with ``error`` a folder that could not be looked into.

    With ``skip`` it is a file that is passed over, or a folder, whose ``path`` ends with a slash; ``why`` says it all.
    """

    path: str
    is_named: bool = True
    error: InputError | None = None
    skip: Skip | None = None
    why: str = ""


class Selection(NamedTuple):
    """What a search leaves out and takes beyond the table of endings.

    A file that ``include`` covers counts by its name, whatever its ending, unless it is excluded, ignored or hidden.
    With ``as_found`` a named file is taken as if it was found: what is excluded is left out. With ``with_skipped`` the
    search also yields what it passes over. With ``embedded`` it looks into scripts, documents and the like.
    """

    exclude: Sequence[Patterns] = ()
    include: Sequence[Patterns] = ()
    as_found: bool = False
    with_skipped: bool = False
    embedded: bool = True


_EVERYTHING = Selection()

# With the one name that tells whether two are the same file.
_Found = tuple[Input, str]


def find_inputs(paths: Iterable[str], selection: Selection = _EVERYTHING) -> Iterator[Input]:
    """Yield files as they are named, and of folders the domain XML and its templates; nothing twice.

    What a PATH names is taken, even if it is hidden, ignored by git or excluded, or is not there: reading it says
    so. Not so with ``as_found``, for a program that names all files alike. Below a named folder hidden names, what
    ``.gitignore`` files or ``exclude`` match, and links to folders are left out. A folder's files come before those of
    the folders in it.
    """
    seen: set[str] = set()
    for path in paths:
        is_folder = os.path.isdir(path or ".")
        for found, identity in _below(path, selection) if is_folder else _named(path, selection):
            # One file under two names is one socket path, and must not be fixed twice.
            if identity not in seen:
                seen.add(identity)
                yield found


def _named(path: str, selection: Selection) -> Iterator[_Found]:
    absolute = os.path.abspath(path)
    by = next((patterns for patterns in selection.exclude if patterns.covers(absolute)), None)
    if by is None or not selection.as_found:
        yield Input(_tidy(path), is_named=not selection.as_found), os.path.realpath(path)
    elif selection.with_skipped:
        yield _skipped(_tidy(path), Skip.EXCLUDED, f"excluded by '{by.decisive(absolute)}'"), os.path.realpath(path)


def _skipped(path: str, skip: Skip, why: str = "") -> Input:
    return Input(path, is_named=False, skip=skip, why=why or skip.value)


def _tidy(path: str) -> str:
    """Return a path without what says nothing: "./", a slash too many."""
    parts = [part for part in path.split("/") if part not in ("", ".")]
    return ("/" if path.startswith("/") else "") + "/".join(parts) or "."


class _Kind(NamedTuple):
    """What the name of a file tells: its entry among the endings, and if it is taken or looked into by its name."""

    ending: Ending | None
    is_included: bool
    is_looked_into: bool


class _Folder(NamedTuple):
    """A folder to look into, the name it is known by, and the lists that hold for it, the nearest last.

    ``real`` is its path without links.
    """

    path: str
    shown: str
    real: str
    ignores: tuple[Patterns, ...]


def _below(top: str, selection: Selection) -> Iterator[_Found]:
    home = os.path.abspath(top)
    try:
        ignores = ignores_above(home)
    except InputError as error:
        yield Input(_tidy(top), error=error), home
        return
    exclude = [one for one in selection.exclude if one.lines and not one.covers(home, is_folder=True)]
    selection = selection._replace(exclude=exclude, include=[one for one in selection.include if one.lines])
    waiting = [_Folder(home, _tidy(top), os.path.realpath(home), ignores)]
    while waiting:
        folder = waiting.pop()
        try:
            found, folders = _look_into(folder, selection)
        except InputError as error:
            yield Input(folder.shown, is_named=folder.path == home, error=error), folder.path
            continue
        yield from found
        waiting += reversed(folders)


def _look_into(folder: _Folder, selection: Selection) -> tuple[list[_Found], list[_Folder]]:
    """Return the files of one folder that are to be linted, and the folders in it."""
    candidates: dict[str, _Kind] = {}
    links: set[str] = set()
    folders: list[str] = []
    passed: list[tuple[str, Skip]] = []
    ignores = folder.ignores
    path = os.path.join(folder.path, "")
    try:
        with os.scandir(folder.path) as entries:
            for entry in entries:
                name = entry.name
                if name == ".gitignore":
                    ignores += ignores_of(folder.path)
                elif name.startswith("."):
                    if selection.with_skipped:
                        passed.append((_with_slash(entry), Skip.HIDDEN))
                elif entry.is_dir(follow_symlinks=False):
                    folders.append(name)
                # Names first: most files are none of ours, and cost no further look.
                elif (kind := _kind_of(name, path, selection)) and _is_file(entry):
                    candidates[name] = kind
                    if entry.is_symlink():
                        links.add(name)
                elif selection.with_skipped:
                    passed.append((name, _why_passed(entry)))
    except OSError as error:
        raise InputError(f"the folder cannot be read: {error.strerror}") from None

    shown = "" if folder.shown == "." else os.path.join(folder.shown, "")
    real = os.path.join(folder.real, "")
    found: list[_Found] = []

    def wanted(names: Iterable[str], is_folder: bool) -> list[str]:
        names = sorted(names)
        if not (ignores or selection.exclude):
            return names
        kept = []
        for name in names:
            by = left_out_by(path + name, is_folder, ignores, selection.exclude)
            if by is None:
                kept.append(name)
            elif selection.with_skipped:
                found.append(_left_out(shown + name, path + name, is_folder, by, selection))
        return kept

    for name, skip in sorted(passed):
        found.append((_skipped(shown + name, skip), real + name))
    for name in wanted(candidates, is_folder=False):
        identity = os.path.realpath(real + name) if name in links else real + name
        if _is_domain(shown + name, candidates[name]):
            found.append((Input(shown + name, is_named=False), identity))
        elif selection.with_skipped:
            found.append((_skipped(shown + name, Skip.TEXT), identity))
    inner = wanted(folders, is_folder=True)
    return found, [_Folder(path + name, shown + name, real + name, ignores) for name in inner]


def _is_file(entry: os.DirEntry[str]) -> bool:
    # Of a link that leads in circles DirEntry says so with an error.
    return os.path.isfile(entry.path) if entry.is_symlink() else entry.is_file()


def _with_slash(entry: os.DirEntry[str]) -> str:
    return entry.name + "/" * entry.is_dir(follow_symlinks=False)


def _why_passed(entry: os.DirEntry[str]) -> Skip:
    if _is_file(entry):
        return Skip.ENDING
    return Skip.LINK if os.path.isdir(entry.path) else Skip.NO_FILE


def _covered(path: str, include: Sequence[Patterns]) -> bool:
    return any(patterns.covers(path) for patterns in include)


def _kind_of(name: str, folder: str, selection: Selection) -> _Kind | None:
    """Return what the name of a file tells; None where it tells that a search passes over it."""
    ending = ending_of(name)
    is_included = bool(selection.include) and _covered(folder + name, selection.include)
    language = language_of_name(name) if selection.embedded else None
    is_looked_into = language is not None and language.is_searched
    return _Kind(ending, is_included, is_looked_into) if ending or is_included or is_looked_into else None


def _is_domain(shown: str, kind: _Kind) -> bool:
    """Return True if a file is ours by its name or its text; one that cannot be read counts, so that this is said.

    Not so a file that is only looked into: whatever is wrong with one is no business of ours.
    """
    ending = kind.ending
    if kind.is_included or (ending is not None and ending.counts_by_name(shown)):
        return True
    try:
        data = files.read(shown)
    except InputError:
        return ending is not None
    return (ending is not None and ending.holds_mark(data)) or (kind.is_looked_into and holds_mark(data))


def _left_out(shown: str, path: str, is_folder: bool, by: Patterns, selection: Selection) -> _Found:
    line = by.decisive(path, is_folder=is_folder)
    if any(by is patterns for patterns in selection.exclude):
        skip, why = Skip.EXCLUDED, f"excluded by '{line}'"
    else:
        file = os.path.relpath(os.path.join(by.folder, ".gitignore"))
        skip, why = Skip.IGNORED, f"ignored by '{line}' in {file}"
    return _skipped(shown + "/" * is_folder, skip, why), path
