"""The lines that more than one format for people is made of, harmless to a terminal."""

from __future__ import annotations

from chanfix.escape import for_terminal
from chanfix.lint.finding import FileReport, Finding
from chanfix.xml.place import Place

__all__ = ["fix_line", "label", "not_linted", "notes", "related_line", "shown_path", "where"]

_HOW = {"SAFE": "", "UNSAFE": " (unsafe)", "DISPLAY": " (shown only)"}


def shown_path(path: str) -> str:
    """Return a path that can start a line; one that starts with a colon could make a command to GitHub's runner."""
    shown = for_terminal(path)
    return f"./{shown}" if shown.lstrip().startswith(":") else shown


def where(path: str, place: Place) -> str:
    """Return ``path:line:column``; ``path`` is that of the file that the finding is in."""
    return f"{shown_path(place.path or path)}:{place.start.line}:{place.start.column}"


def label(finding: Finding, url: str | None = None) -> str:
    """Return ``severity[rule-name]``, for a terminal that shows links with one on the name if there is a ``url``."""
    name = for_terminal(finding.rule)
    return f"{finding.severity}[{_linked(name, url) if url else name}]"


def _linked(text: str, url: str) -> str:
    """Return a text with a link as terminals take it: OSC 8, the address, and OSC 8 without one."""
    return f"\x1b]8;;{for_terminal(url)}\x1b\\{text}\x1b]8;;\x1b\\"


def related_line(path: str, place: Place) -> str:
    """Return the line about a related place."""
    return f"{where(path, place)}: {for_terminal(place.label or 'related')}"


def fix_line(finding: Finding) -> str | None:
    """Return the line about a finding's fix, with its safety."""
    fix = finding.fix
    return f"fix: {for_terminal(fix.title)}{_HOW[fix.safety.name]}" if fix else None


def notes(path: str, finding: Finding) -> list[str]:
    """Return the lines that follow a finding's message."""
    lines = [related_line(path, place) for place in finding.related]
    if finding.note:
        lines.append(f"note: {for_terminal(finding.note)}")
    fix = fix_line(finding)
    return [*lines, fix] if fix else lines


def not_linted(file: FileReport) -> str:
    """Return the reason why a file could not be linted."""
    return f"not linted: {for_terminal(file.error or '')}"
