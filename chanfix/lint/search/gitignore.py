"""Patterns of files, written as in ``.gitignore`` and read as git reads them: dir.c and wildmatch.c of its source.

The library for this, pathspec, lets a line for a folder win over a later one, knows no ``[[:alpha:]]``, and takes
minutes over many stars.
"""

from __future__ import annotations

import re
from functools import lru_cache

from chanfix.named_tuple import NamedTuple

__all__ = ["Patterns", "is_pattern"]

# One of what stands between "[" and "]": a class, a character or a range. No name of a class comes near the bound,
# without which each "[:" of a long line would look at all of the rest.
_ITEM = r"(?:\[:([^\]]{0,99}):\]|(\\.|[^\\])(?:-(?!\])(\\.|[^\\]))?)"
# No second way is tried to read what has no end: "[!]" and "[[:alpha:]" match nothing.
_PIECE = (
    r"(?P<deep>\*{2,}(?=\\?/|\Z))|(?P<stars>\*+)|(?P<any>\?)"
    rf"|\[(?P<inverse>[!^]?+)(?P<items>(?>{_ITEM}(?:(?!\]){_ITEM})*))\]"
    r"|(?P<plain>[^\\\[*?])|\\(?P<escaped>.)"
)
# As sets of a regular expression. Git has tables of its own, that know nothing beyond ASCII.
_CLASSES = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "blank": r" \t",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": r"!-/:-@\[-`{-~",
    "space": r" \t\n\r",
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}
# Stand for "*" and "**/" while a pattern is translated: no byte of one looks like them.
_STAR = "\u2217"
_FOLDERS = "\u2042"


class Patterns(NamedTuple):
    """The lines of one list, and the absolute folder they are relative to; lines that are no pattern do nothing."""

    folder: str
    lines: tuple[str, ...]

    def verdict(self, path: str, *, is_folder: bool = False) -> bool | None:
        """Return True if the last line that matches an absolute path leaves it out; None if no line matches.

        Only the path itself counts: a search enters no folder that is left out. Of a path outside of the list's folder
        no line speaks.
        """
        line = self._last_match(path, is_folder)
        return None if line is None else not line.takes_back

    def decisive(self, path: str, *, is_folder: bool = False) -> str:
        """Return the line that leaves out an absolute path, or a folder above it; empty when there is no such line."""
        for slash in re.finditer("/", path):
            line = self._last_match(path[: slash.start()], is_folder=True)
            if line is not None and not line.takes_back:
                return line.text
        line = self._last_match(path, is_folder)
        return "" if line is None or line.takes_back else line.text

    def _last_match(self, path: str, is_folder: bool) -> _Line | None:
        if not self.lines:
            return None
        folder = self.folder.rstrip("/") + "/"
        if not path.startswith(folder):
            return None
        lines, regex = _last_first(self.lines, is_folder)
        found = regex.fullmatch(_as_bytes(path[len(folder) :])) if regex else None
        return lines[found.lastindex - 1] if found and found.lastindex else None

    def covers(self, path: str, *, is_folder: bool = False) -> bool:
        """Return True if an absolute path is left out, or a folder above it, which no ``!`` can undo."""
        if not self.lines:
            return False
        folders = (path[: slash.start()] for slash in re.finditer("/", path))
        return any(self.verdict(folder, is_folder=True) for folder in folders) or bool(
            self.verdict(path, is_folder=is_folder)
        )


def is_pattern(line: str) -> bool:
    """Return True if a line can match anything: it is well formed, and neither blank nor a comment."""
    return _read(line) is not None


class _Line(NamedTuple):
    """A line of a list, and the expression for the whole names below the list's folder that match it."""

    text: str
    regex: bytes
    takes_back: bool
    is_for_folders: bool


@lru_cache
def _last_first(lines: tuple[str, ...], is_folder: bool) -> tuple[list[_Line], re.Pattern[bytes] | None]:
    """Return the lines that may match, and one expression of all with a group for each: the first to match counts."""
    found = [read for line in reversed(lines) if (read := _read(line)) and (is_folder or not read.is_for_folders)]
    return found, re.compile(b"|".join(b"(%s)" % line.regex for line in found)) if found else None


def _read(line: str) -> _Line | None:
    if line.startswith("#"):
        return None
    glob = line.rstrip(" ")
    backslashes = len(glob) - len(glob.rstrip("\\"))
    if backslashes % 2:  # the last one belongs to the blank after it
        glob = line[: len(glob) + 1]
    takes_back = glob.startswith("!")
    glob = glob.removeprefix("!")
    is_for_folders = glob.endswith("/")
    glob = glob.removesuffix("/")
    regex = _regex(glob.removeprefix("/"), is_name="/" not in glob)
    return _Line(line, regex, takes_back, is_for_folders) if regex else None


def _regex(glob: str, *, is_name: bool) -> bytes | None:
    """Translate the pattern of a path, or of a name at any depth; None when nothing can match it."""
    if not glob:
        return None
    glob = _as_bytes(glob).decode("latin-1")  # a character for each byte, as git has it
    next_piece = re.compile(_PIECE, re.DOTALL).match
    pieces = [_FOLDERS] * is_name
    at = 0
    while at < len(glob):
        piece = next_piece(glob, at)
        if piece is None:
            return None
        start, at = piece.span()
        # Anywhere else it is like "*"; git before 2.52 took it for folders behind the text before the first wildcard.
        if piece["deep"] and not is_name and (start == 0 or glob[start - 1] == "/"):
            pieces.append(_FOLDERS)
            if glob.startswith("/", at):
                at += 1
            else:
                pieces.append(_STAR)
        elif piece["deep"] or piece["stars"]:
            pieces.append(_STAR)
        elif piece["items"]:
            members = _members(piece["items"])
            if members is None:
                return None
            pieces.append(f"[^/{members}]" if piece["inverse"] else f"(?!/)[{members}]")
        else:
            pieces.append("[^/]" if piece["any"] else re.escape(piece["plain"] or piece["escaped"]))
    parts = [_filled(part.split(_STAR), "[^/]*") for part in "".join(pieces).split(_FOLDERS)]
    return _filled(parts, "(?:[^/]*+/)*").encode("latin-1")


def _members(items: str) -> str | None:
    """Translate what stands between ``[`` and ``]``; None when it names a class that is none."""
    members = ""
    for kind, low, high in re.findall(_ITEM, items, re.DOTALL):
        if low:
            # To git the first of a range is a member by itself, even of one that runs backwards.
            low, high = low[-1], max(low[-1], high[-1:])
            members += f"{re.escape(low)}-{re.escape(high)}"
        elif kind in _CLASSES:
            members += _CLASSES[kind]
        else:
            return None
    return members


def _filled(parts: list[str], filler: str) -> str:
    """Join expressions with what may stand between them.

    A part is taken where it first matches: that leaves most to the next filler, so that no other place is better. With
    all places to try, ``*a*a*a*a*b`` takes minutes for one long name.
    """
    first, *others = parts
    between = "".join(f"(?>{filler}?{part})" for part in others[:-1])
    return first + between + "".join(filler + part for part in others[-1:])


def _as_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
