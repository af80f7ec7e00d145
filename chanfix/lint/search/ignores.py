"""The ``.gitignore`` files that hold for a folder, and which list leaves out a path."""

from __future__ import annotations

import os
from collections.abc import Sequence

from chanfix import files
from chanfix.errors import InputError
from chanfix.lint.search.gitignore import Patterns

__all__ = ["ignores_above", "ignores_of", "left_out_by"]


def ignores_above(home: str) -> tuple[Patterns, ...]:
    """Return the lists of the folders above, up to the one that is a git repository; without one there are none.

    Nor are there any when they leave out the folder, or one above it: it is named nevertheless, for what is in it.
    """
    folders = [home]
    while (above := os.path.dirname(folders[-1])) != folders[-1]:
        folders.append(above)
    roots = (number for number, folder in enumerate(folders) if os.path.exists(os.path.join(folder, ".git")))
    root = next(roots, 0)
    ignores = tuple(patterns for folder in reversed(folders[1 : root + 1]) for patterns in ignores_of(folder))
    return () if any(left_out_by(folder, True, ignores, ()) for folder in folders) else ignores


def ignores_of(folder: str) -> tuple[Patterns, ...]:
    """Return the list of a folder's own ``.gitignore``; none where there is no such file."""
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


def left_out_by(
    path: str, is_folder: bool, ignores: Sequence[Patterns], exclude: Sequence[Patterns]
) -> Patterns | None:
    """Return the list that leaves out a path; None where it stays."""
    for patterns in exclude:
        if patterns.verdict(path, is_folder=is_folder):
            return patterns
    for patterns in reversed(ignores):
        verdict = patterns.verdict(path, is_folder=is_folder)
        if verdict is not None:
            return patterns if verdict else None
    return None
