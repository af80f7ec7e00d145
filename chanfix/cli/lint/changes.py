"""What ``chanfix lint`` changes in files, shown and written; and the comments that ``--add-ignore`` adds."""

from __future__ import annotations

from chanfix import files
from chanfix.cli.console import Console
from chanfix.cli.lint.options import LintOptions
from chanfix.cli.session import Session
from chanfix.cli.streams import write_output
from chanfix.errors import ChanfixError
from chanfix.lint.finding import FileReport
from chanfix.lint.run import FixedFile, Run
from chanfix.words import plural

__all__ = ["add_ignores", "show_and_write"]


def show_and_write(console: Console, options: LintOptions, path: str, fixed: FixedFile) -> None:
    """Show a changed input and write it to its file, as was asked for. Raises ``OutputError``."""
    if options.diff:
        before, after = (text.decode(fixed.encoding, "replace") for text in (fixed.before, fixed.after))
        console.diff(path, before, after)
    if options.writes and not options.is_filter and fixed.after != fixed.before:
        files.replace(path, fixed.after, expected=fixed.before)


def add_ignores(session: Session, options: LintOptions, run: Run) -> list[FileReport]:
    """Write comments that suppress the findings of a run, or show them with ``--diff``.

    Return the reports on the texts with them: what is left there could not be suppressed, and says why.
    """
    console = session.console if options.is_for_people else session.console.on_stderr()
    reports: list[FileReport] = []
    comments = suppressed = changed = 0
    for number, linted in enumerate(run.linted):
        path = linted.report.path
        try:
            done = run.ignore(number) if linted.report.findings else None
            if done is not None:
                show_and_write(console, options, path, done.file)
        except ChanfixError as error:
            done = None
            linted = linted._replace(report=linted.report._replace(error=error.message, hint=error.hint))
        if options.is_filter:
            write_output(done.file.after if done else run.sources[number].read())
        reports.append(done.file.report if done else linted.report)
        if done is not None:
            comments += done.comments
            suppressed += done.suppressed
            changed += done.comments > 0
    if comments:
        what = f"{plural(comments, 'comment')} for {plural(suppressed, 'finding')} in {plural(changed, 'file')}"
        how = "each has a reason to fill in" if options.writes else "not written; leave out --diff to write them"
        session.console.note(f"{what}: {how}")
    return reports
