"""The report of ``chanfix lint``, where it was asked for."""

from __future__ import annotations

import io
from collections import Counter

from chanfix import files
from chanfix.cli.console import Console
from chanfix.cli.lint.options import LintOptions
from chanfix.cli.session import Session
from chanfix.errors import InputError
from chanfix.lint.finding import Report
from chanfix.reporters import REPORTERS, Options
from chanfix.words import plural

__all__ = ["write_report"]


def write_report(session: Session, options: LintOptions, report: Report) -> None:
    """Write a report in the format and to the place that were asked for."""
    console = session.console if options.is_for_people else session.console.on_stderr()
    if session.settings.quiet and options.output_format == "text" and not options.output:
        for file in report.files:
            if file.error:
                console.error(InputError(file.error, hint=file.hint), file.path)
        return
    stream = io.StringIO()
    if options.statistics:
        from chanfix.cli.lint.statistics import write_statistics

        write_statistics(report, stream)
    else:
        color = console.has_color and not options.output
        REPORTERS[options.output_format](report, stream, Options(color=color))
    if options.show_fixes:
        for file in report.files:
            for finding in file.fixed:
                fix = finding.fix.title if finding.fix else ""
                console.result(f"{file.path}:{finding.place.start.line}", f"{fix} [{finding.rule}]", color="green")
    if options.output:
        files.write(options.output, stream.getvalue().encode("utf-8", "backslashreplace"))
    else:
        write_to = session.console.on_stderr() if options.is_filter else session.console
        is_read_by_people = options.output_format in ("text", "concise")
        (write_to.page if is_read_by_people else write_to.raw)(stream.getvalue())
    _note_stale_entries(report, console, is_verbose=session.settings.verbose)
    for file in report.files:
        if file.unasked is not None:
            console.detail(f"{file.path}: libvirt was not asked: {file.unasked.reason}")


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
