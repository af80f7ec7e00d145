"""The files that ``chanfix lint`` looks at: found, linted, mended and linted again."""

from __future__ import annotations

import os
from functools import partial

from chanfix import files
from chanfix.cli.console import Console
from chanfix.cli.lint.options import LintOptions, read_vars
from chanfix.cli.lint.searching import note_nothing_found, search, write_skipped
from chanfix.cli.progress import Progress
from chanfix.cli.session import Session
from chanfix.cli.streams import read_input, write_output
from chanfix.errors import ChanfixError, UsageError
from chanfix.lint.finding import FileReport
from chanfix.lint.known.config import Config
from chanfix.lint.run import Job, Run, Source
from chanfix.lint.search.folders import Input, Skip
from chanfix.xml.edit import Safety

__all__ = ["lint_files"]

# So few files are linted sooner than a second process has started.
_SERIAL = 200
_SERIAL_RENDERED = 4


def lint_files(session: Session, options: LintOptions, job: Job) -> list[FileReport]:
    """Lint files, make and show their fixes as was asked for, and return the reports on what is there then."""
    sources, unusable, skipped = _sources(session, options, job.config)
    few = _SERIAL_RENDERED if options.variables else _SERIAL
    processes = options.jobs or (1 if len(sources) < few else os.cpu_count() or 1)
    with Progress(session.settings, "linted", len(sources)) as progress:
        run = Run(sources, job, processes, progress.advance, session.console.detail)
    reports = list(run.reports)
    if options.safety is not None:
        console = session.console if options.is_for_people else session.console.on_stderr()
        fixable = run.fixable(options.safety)
        for number in fixable:
            reports[number] = _mend(console, options, run, number, options.safety)
        if options.is_filter and not fixable:
            write_output(sources[0].read())
        elif options.fix and fixable and not options.is_filter:
            with Progress(session.settings, "linted again", len(sources)) as progress:
                now = Run(sources, job, processes, progress.advance).reports
            reports = _again(now, reports, has_baseline=job.baseline is not None)
    without = [Input(one.path, skip=Skip.TEXT, why=one.skipped) for one in reports if one.skipped]
    write_skipped(session, skipped + without)
    if len(without) == len(reports) and not unusable and "-" not in options.paths:
        note_nothing_found(session, options, job.config)
    return unusable + reports


def _sources(
    session: Session, options: LintOptions, config: Config
) -> tuple[list[Source], list[FileReport], list[Input]]:
    """Return what is to be linted, reports on what cannot be looked into, and with --verbose what a search skipped."""
    variables = read_vars(options)
    if "-" in options.paths:
        if len(options.paths) > 1:
            raise UsageError("'-' cannot be together with other PATHs", hint="lint files and standard input in turn")
        return [Source(options.stdin_filename, partial(bytes, read_input("-")), variables=variables)], [], []
    sources: list[Source] = []
    unusable: list[FileReport] = []
    skipped: list[Input] = []
    for found in search(options, config, with_skipped=session.settings.verbose):
        if found.skip is not None:
            skipped.append(found)
        elif found.error is not None:
            unusable.append(FileReport(found.path, error=found.error.message, hint=found.error.hint))
        else:
            read = partial(files.read, found.path)
            sources.append(Source(found.path, read, is_named=found.is_named, variables=variables))
    return sources, unusable, skipped


def _again(now: list[FileReport], mended: list[FileReport], *, has_baseline: bool) -> list[FileReport]:
    """Return the reports on what is there after all fixes: one file's fix can end another's finding.

    A baseline no longer knows the lines that a fix has changed: there the report of the fix itself stays.
    """
    return [
        old if old.error or (has_baseline and old.fixed) else new._replace(fixed=old.fixed)
        for new, old in zip(now, mended, strict=True)
    ]


def _mend(console: Console, options: LintOptions, run: Run, number: int, safety: Safety) -> FileReport:
    """Fix one input, show it and write it as was asked for, and return the report on what is there afterwards."""
    report = run.reports[number]
    try:
        mended = run.mend(number, safety)
        if options.diff:
            before, after = (text.decode(mended.encoding, "replace") for text in (mended.before, mended.after))
            console.diff(report.path, before, after)
        if options.fix and not options.is_filter and mended.after != mended.before:
            files.replace(report.path, mended.after, expected=mended.before)
    except ChanfixError as error:
        if options.is_filter:
            write_output(run.sources[number].read())
        return report._replace(error=error.message, hint=error.hint)
    if not options.fix:
        return report
    if options.is_filter:
        write_output(mended.after)
    return mended.report
