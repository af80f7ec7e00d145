"""The format ``text``: for people, with the source line, a marker under the place, and a summary."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TextIO

from chanfix.escape import for_terminal
from chanfix.lint.finding import FileReport, Finding, Report, Severity
from chanfix.reporters.counts import Counts
from chanfix.reporters.options import Options
from chanfix.reporters.wording import label, not_linted, notes, shown_path, where
from chanfix.words import plural

__all__ = ["write_text"]

_Paint = Callable[[str, str], str]

# Nobody reads more of one file.
_SHOWN = 500
_BOLD = "1"
_FAINT = "2"
_COLORS = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.INFO: "1;36"}


def write_text(report: Report, stream: TextIO, options: Options) -> None:
    """Write each finding as a small block, what could not be linted, and how many there are of what."""
    paint = _in_color if options.color else _plain
    pages = report.pages if options.links else {}
    for file in report.files:
        for finding in file.findings[:_SHOWN]:
            stream.writelines(f"{line}\n" for line in _block(file, finding, paint, pages.get(finding.rule)))
        if (more := len(file.findings) - _SHOWN) > 0:
            stream.write(f"{paint(shown_path(file.path), _BOLD)}: and {more:,} more; other formats list them all\n\n")
        if file.error is not None:
            hint = f"  hint: {for_terminal(file.hint)}\n" if file.hint else ""
            stream.write(f"{paint(shown_path(file.path), _BOLD)}: {not_linted(file)}\n{hint}\n")
    stream.write(_summary(report) + "\n")


def _in_color(text: str, style: str) -> str:
    return f"\x1b[{style}m{text}\x1b[0m"


def _plain(text: str, style: str) -> str:
    return text


def _block(file: FileReport, finding: Finding, paint: _Paint, url: str | None) -> Iterator[str]:
    color = _COLORS[finding.severity]
    place = paint(where(file.path, finding.place), _BOLD)
    yield f"{place}: {paint(label(finding, url), color)} {for_terminal(finding.message)}"
    if excerpt := finding.excerpt:
        number = f"{finding.place.start.line:>5}"
        before, marked, after = (
            for_terminal(part, keep="\t")
            for part in (
                excerpt.text[: excerpt.start],
                excerpt.text[excerpt.start : excerpt.end],
                excerpt.text[excerpt.end :],
            )
        )
        marker = _drawn_under(marked, "^") or "^"
        yield paint(f"{number} | ", _FAINT) + before + marked + after
        yield paint(f"{'':>{len(number)}} | ", _FAINT) + _drawn_under(before, " ") + paint(marker, color)
    for note in notes(file.path, finding):
        yield f"  {note}"
    yield ""


def _drawn_under(text: str, character: str) -> str:
    """Return as many characters as the text takes columns; tabs stay, for they are as wide as the tab above them."""
    if text.isascii():
        return "\t".join(character * len(part) for part in text.split("\t"))
    return "".join(each if each == "\t" else character * _columns(each) for each in text)


def _columns(character: str) -> int:
    import unicodedata

    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def _summary(report: Report) -> str:
    counts = Counts.of(report)
    found = [_number(number, severity) for severity, number in counts.findings.items() if number]
    affected = sum(bool(file.findings) for file in report.files)
    files = _number(counts.files, "file")
    parts = [
        f"{', '.join(found)} in {affected} of {files}" if found else f"no findings in {files}",
        _fixable(counts),
        f"{counts.fixed} fixed" if counts.fixed else "",
        f"{counts.suppressed} suppressed" if counts.suppressed else "",
        f"{_number(counts.skipped, 'file')} skipped" if counts.skipped else "",
        f"{_number(counts.not_linted, 'file')} not linted" if counts.not_linted else "",
    ]
    return "; ".join(part for part in parts if part) + _asked(report, counts)


def _asked(report: Report, counts: Counts) -> str:
    """Return a line on the libvirt that was asked, if one was."""
    if report.asked is None:
        return ""
    without = f" about all but {_number(counts.not_asked, 'file')}; -v shows why" if counts.not_asked else ""
    return f"\nasked libvirt {report.asked.libvirt} with QEMU {report.asked.qemu}{without}"


def _fixable(counts: Counts) -> str:
    safely = f"{counts.fixable} fixable with --fix" if counts.fixable else ""
    if not counts.unsafely_fixable:
        return safely
    before = f"{safely}, {counts.unsafely_fixable} more" if safely else f"{counts.unsafely_fixable} fixable"
    return f"{before} with --unsafe-fixes"


def _number(number: int, thing: Severity | str) -> str:
    return plural(number, str(thing), str(thing) if thing is Severity.INFO else None)
