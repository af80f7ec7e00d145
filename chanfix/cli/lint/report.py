"""The reports of ``chanfix lint``, where they were asked for."""

from __future__ import annotations

import io
from collections import Counter

from chanfix import files
from chanfix.cli.console import Console
from chanfix.cli.lint.options import FOR_PEOPLE, LintOptions, Output
from chanfix.cli.session import Session
from chanfix.errors import InputError
from chanfix.lint.finding import Report
from chanfix.reporters import REPORTERS, Options
from chanfix.words import plural

__all__ = ["write_reports"]


def write_reports(session: Session, options: LintOptions, report: Report) -> None:
    """Write a report in the formats and to the places that were asked for."""
    # Files first: who reads standard output may go away before its end.
    for output in sorted(options.outputs, key=lambda output: output.file is None):
        if output.file is not None:
            files.write(output.file, _text(options, report, output, Options()).encode("utf-8", "backslashreplace"))
        else:
            _write(session, options, report, output)
    console = session.console if options.is_for_people else session.console.on_stderr()
    if options.show_fixes and not session.settings.quiet:
        for file in report.files:
            for finding in file.fixed:
                fix = finding.fix.title if finding.fix else ""
                console.result(f"{file.path}:{finding.place.start.line}", f"{fix} [{finding.rule}]", color="green")
    _note_stale_entries(report, console, is_verbose=session.settings.verbose)
    for file in report.files:
        if file.unasked is not None:
            console.detail(f"{file.path}: libvirt was not asked: {file.unasked.reason}")


def _write(session: Session, options: LintOptions, report: Report, output: Output) -> None:
    if session.settings.quiet and output.format == "text":
        for file in report.files:
            if file.error:
                session.console.error(InputError(file.error, hint=file.hint), file.path)
        return
    console = session.console.on_stderr() if options.is_filter else session.console
    text = _text(options, report, output, Options(console.has_color, console.has_links))
    (console.page if output.format in FOR_PEOPLE else console.raw)(text)


def _text(options: LintOptions, report: Report, output: Output, wishes: Options) -> str:
    stream = io.StringIO()
    if options.statistics:
        from chanfix.cli.lint.statistics import write_statistics

        write_statistics(report, stream)
    else:
        REPORTERS[output.format](report, stream, wishes)
    return stream.getvalue()


def _note_stale_entries(report: Report, console: Console, *, is_verbose: bool) -> None:
    """Note how many entries of the baseline hide nothing any more; with --verbose also which."""
    known = [file for file in report.files if file.stale]
    stale = [(file.path, rule, number) for file in known for rule, number in Counter(file.stale).items()]
    if not stale:
        return
    for path, rule, number in stale:
        console.detail(f"{path}: {number} in the baseline of '{rule}' that hide nothing")
    total = sum(number for *_, number in stale)
    entries = plural(total, "entry of the baseline hides", "entries of the baseline hide")
    more = "" if is_verbose else "; -v shows which"
    console.note(f"{entries} nothing any more{more}; chanfix lint --write-baseline FILE writes a new one")
