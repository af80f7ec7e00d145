"""The files that ``chanfix lint`` looks at: found, linted and fixed."""

from __future__ import annotations

import os
from functools import partial

from chanfix import files
from chanfix.cli.console import Console
from chanfix.cli.lint.options import LintOptions, read_vars
from chanfix.cli.lint.refusals import refuse_to_replace
from chanfix.cli.lint.searching import note_nothing_found, search, write_skipped
from chanfix.cli.progress import Progress
from chanfix.cli.session import Session
from chanfix.cli.streams import read_input, write_output
from chanfix.errors import ChanfixError, UsageError
from chanfix.lint.finding import FileReport
from chanfix.lint.known.config import Config
from chanfix.lint.run import FEW, Job, Linted, Run, Source
from chanfix.lint.search.folders import Input, Skip
from chanfix.xml.edit import Safety

__all__ = ["lint_files"]

# Files that are rendered take much longer: for these a second process pays sooner.
_FEW_RENDERED = 4


def lint_files(session: Session, options: LintOptions, job: Job) -> list[FileReport]:
    """Lint files, make and show their fixes as was asked for, and return the reports on what is there then.

    Raises ``UsageError`` where a report would replace one of them.
    """
    sources, unusable, skipped = _sources(session, options, job.config)
    few = _FEW_RENDERED if options.variables else FEW
    processes = options.jobs or (1 if len(sources) < few else os.cpu_count() or 1)
    with Progress(session.settings, "linted", len(sources)) as progress:
        job = job._replace(fixes=options.safety)
        run = Run.lint(sources, job, processes, progress.advance, session.console.detail)
    refuse_to_replace(options, run)
    reports = run.reports
    if options.add_ignore:
        from chanfix.cli.lint.changes import add_ignores

        reports = add_ignores(session, options, run)
    elif options.safety is not None:
        console = session.console if options.is_for_people else session.console.on_stderr()
        fixed = {number: _fix(console, options, run, number, options.safety) for number in run.fixable(options.safety)}
        if options.fix and not options.is_filter:
            reports = run.after(fixed, processes).reports
        elif options.is_filter and not fixed:
            write_output(sources[0].read())
        else:
            reports = [fixed.get(number, one).report for number, one in enumerate(run.linted)]
    without = [Input(one.path, skip=Skip.TEXT, why=one.skipped) for one in reports if one.skipped]
    write_skipped(session, skipped + without)
    is_told = "-" in options.paths or job.config.error_on_no_files
    if len(without) == len(reports) and not unusable and not is_told:
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
        read = partial(bytes, read_input("-"))
        looks_inside = config.embedded
        return [Source(options.stdin_filename, read, variables=variables, looks_inside=looks_inside)], [], []
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
            source = Source(found.path, read, is_named=found.is_named, variables=variables)
            sources.append(source._replace(looks_inside=config.embedded))
    return sources, unusable, skipped


def _fix(console: Console, options: LintOptions, run: Run, number: int, safety: Safety) -> Linted:
    """Fix one input, show it and write it as was asked for, and return the result for the text that is there then."""
    from chanfix.cli.lint.changes import show_and_write

    linted = run.linted[number]
    path = linted.report.path
    try:
        fixed = run.fix(number, safety)
        show_and_write(console, options, path, fixed)
    except ChanfixError as error:
        if options.is_filter:
            write_output(run.sources[number].read())
        return linted._replace(report=linted.report._replace(error=error.message, hint=error.hint))
    if not options.fix:
        return linted
    if options.is_filter:
        write_output(fixed.after)
    return fixed.linted
