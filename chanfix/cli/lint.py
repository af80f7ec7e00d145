"""``chanfix lint``."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chanfix import __version__, files
from chanfix.cli.console import Console
from chanfix.cli.reading import read_input, write_output
from chanfix.cli.settings import Settings, common_options, connection_options, installed_schema
from chanfix.cli.statistics import write_statistics
from chanfix.cli.targets import Connection
from chanfix.compat import NEWEST
from chanfix.errors import ChanfixError, InputError, UsageError
from chanfix.escape import for_terminal
from chanfix.lint.baseline import Baseline, dump
from chanfix.lint.config import Config, chosen_rules, load
from chanfix.lint.finding import FileReport, Report, Severity
from chanfix.lint.inputs import find_inputs
from chanfix.lint.patterns import Patterns
from chanfix.lint.rules.base import Rule
from chanfix.lint.run import Job, Run, Source, rule_info
from chanfix.markup.edit import Safety
from chanfix.reporters import REPORTERS, Options

if TYPE_CHECKING:
    from chanfix.live.host import Host

__all__ = ["command"]

_LEVELS = {str(severity): severity for severity in reversed(Severity)}
_SERIAL = 200  # so few files are linted sooner than a second process has started

_EPILOG = """\b
Examples:
  chanfix lint                          every domain below the current folder
  chanfix lint --fix --diff guest.xml   mend what is safe to mend, and show it
  chanfix lint --output-format sarif --output report.sarif vms/
  chanfix lint --write-baseline chanfix-baseline.json
  chanfix lint --baseline chanfix-baseline.json
  chanfix -c qemu:///system lint        the stored definitions of all domains
  chanfix explain RULE

\b
A comment <!-- chanfix: ignore[RULE] why --> above an element or on its line suppresses a finding.
"""


@dataclass(frozen=True, slots=True)
class _Options:
    """The options as they were given, by the names that click has for them."""

    paths: tuple[str, ...]
    all_domains: bool
    fix: bool
    unsafe_fixes: bool
    diff: bool
    show_fixes: bool
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    exclude: tuple[str, ...]
    as_found: bool
    fail_on: str | None
    exit_zero: bool
    output_format: str
    output: str | None
    statistics: bool
    config: str | None
    no_config: bool
    baseline: str | None
    write_baseline: str | None
    schema_dir: str | None
    stdin_filename: str
    jobs: int | None

    @property
    def safety(self) -> Safety | None:
        """The least safety of the fixes to make or show; None for none."""
        if not (self.fix or self.diff):
            return None
        return Safety.UNSAFE if self.unsafe_fixes else Safety.SAFE


@click.command("lint", epilog=_EPILOG)
@click.argument("paths", metavar="[PATH...]", nargs=-1, type=click.Path(allow_dash=True))
@click.option("--all", "all_domains", is_flag=True, help="With --connect: every domain, which is the default there.")
@click.option("--fix", is_flag=True, help="Mend what can be mended safely, in the files.")
@click.option("--unsafe-fixes", is_flag=True, help="Mend also what changes the guest's devices.")
@click.option("--diff", is_flag=True, help="Show the fixes as a diff; without --fix nothing is written.")
@click.option("--show-fixes", is_flag=True, help="List every fix that was made.")
@click.option("--select", multiple=True, metavar="RULE,...", help="Run these rules instead of the default set.")
@click.option("--ignore", multiple=True, metavar="RULE,...", help="Do not run these rules.")
@click.option("--exclude", multiple=True, metavar="PATTERN", help="Leave these out when a folder is searched.")
@click.option("--as-found", is_flag=True, help="Take files as if a search had found them: domains, and none excluded.")
@click.option("--fail-on", type=click.Choice(list(_LEVELS)), help="The least severity that makes the status 1.")
@click.option("--exit-zero", is_flag=True, help="Exit 0 whatever is found.")
@click.option(
    "--output-format",
    type=click.Choice(list(REPORTERS)),
    default="text",
    show_default=True,
    help="The form of the report",
)
@click.option("--output", metavar="FILE", help="Write the report there.")
@click.option("--statistics", is_flag=True, help="Count the findings of each rule instead of listing them.")
@click.option("--config", metavar="FILE", help="The configuration [default: chanfix.toml or pyproject.toml, upward]")
@click.option("--no-config", is_flag=True, help="Read no configuration.")
@click.option("--baseline", metavar="FILE", help="Hide the findings that this baseline knows.")
@click.option("--write-baseline", metavar="FILE", help="Write the findings as a baseline, and exit 0.")
@click.option("--schema-dir", metavar="DIR", help="libvirt's schemas [default: $CHANFIX_SCHEMA_DIR, or as installed]")
@click.option("--stdin-filename", metavar="NAME", default="-", help="What to call standard input.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes [default: one per processor]")
@connection_options
@common_options
@click.pass_obj
def command(settings: Settings, /, **options: Any) -> int:
    """Report misconfigurations of the guest agent's channel and what belongs to it.

    PATHs are files and folders, the current folder without any, '-' standard input. With --connect they are domains,
    all of them without any.
    """
    return _lint(settings, _Options(**options))


def _lint(settings: Settings, options: _Options) -> int:
    _refuse_nonsense(settings, options)
    config = _config(options)
    schema = installed_schema(options.schema_dir)
    job = Job(
        rules=_rules(settings, options, config, has_schema=schema is not None),
        config=config,
        version=settings.libvirt_version or config.libvirt_version or NEWEST,
        baseline=_baseline(options, config),
        schema=schema,
    )
    reports = _lint_connection(settings, options, job) if settings.connect else _lint_files(settings, options, job)
    if options.write_baseline:
        path = Path(options.write_baseline)
        files.write(path, dump(reports, path.parent).encode())
        for report in reports:
            if report.error:
                Console(settings).error(InputError(report.error), report.path)
        return _status(reports, None)
    _report(settings, options, Report(tuple(reports), tuple(map(rule_info, job.rules)), __version__))
    fail_on = _LEVELS[options.fail_on] if options.fail_on else config.fail_on
    return _status(reports, None if options.exit_zero else fail_on)


def _refuse_nonsense(settings: Settings, options: _Options) -> None:
    """Refuse options that would be passed over, or that contradict each other."""
    if options.unsafe_fixes and options.safety is None:
        raise UsageError("--unsafe-fixes says which fixes, not to make them", hint="add --fix or --diff")
    if options.show_fixes and not options.fix:
        raise UsageError("--show-fixes lists the fixes that were made", hint="add --fix")
    if options.statistics and options.output_format != "text":
        raise UsageError("--statistics is a table for people", hint="leave out --output-format")
    if options.write_baseline and (options.safety is not None or options.output):
        raise UsageError("--write-baseline does nothing but that", hint="run it by itself")
    if options.all_domains and (options.paths or not settings.connect):
        raise UsageError("--all is for the domains of a connection, all of them", hint="chanfix -c URI lint --all")
    if settings.connect and options.safety is not None:
        raise UsageError("--fix and --diff do not work on a connection", hint="chanfix add DOMAIN repairs a channel")


def _config(options: _Options) -> Config:
    return Config() if options.no_config else load(Path.cwd(), Path(options.config) if options.config else None)


def _rules(settings: Settings, options: _Options, config: Config, *, has_schema: bool) -> tuple[Rule, ...]:
    """Return the rules to run: without libvirt's schemas those that need them are left out, unless asked for."""
    selected = _words(options.select)
    rules = chosen_rules(config, selected, _words(options.ignore))
    idle = [rule.name for rule in rules if rule.needs_schema and not has_schema]
    for name in idle:
        if name in selected:
            raise UsageError(
                f"'{name}' needs libvirt's schemas, and they are not installed",
                hint="install libvirt0 (Debian, Ubuntu) or libvirt-libs (Fedora), or name their folder: --schema-dir",
            )
        if settings.verbose:
            print(f"{name}: skipped: libvirt's schemas are not installed", file=sys.stderr)
    return tuple(rule for rule in rules if rule.name not in idle)


def _baseline(options: _Options, config: Config) -> Baseline | None:
    path = Path(options.baseline) if options.baseline else config.baseline
    return Baseline.load(path) if path and not options.write_baseline else None


def _lint_connection(settings: Settings, options: _Options, job: Job) -> list[FileReport]:
    with Connection(settings, readonly=True) as connection:
        host = connection.host
        if settings.libvirt_version is None:
            job = replace(job, version=host.version)
        sources = [
            Source(name, partial(_stored, host, name), is_stored=True) for name in (options.paths or host.names())
        ]
        return Run(sources, job).reports


def _stored(host: Host, name: str) -> bytes:
    return host.public_xml(host.find(name))


def _lint_files(settings: Settings, options: _Options, job: Job) -> list[FileReport]:
    sources, unusable = _sources(options, job.config)
    processes = options.jobs or (1 if len(sources) < _SERIAL else os.cpu_count() or 1)
    run = Run(sources, job, processes)
    reports = list(run.reports)
    if options.safety is not None:
        console = Console(settings, results_on_stderr=not _is_for_people(options))
        fixable = run.fixable(options.safety)
        for number in fixable:
            reports[number] = _mend(console, options, run, number, options.safety)
        if _is_filter(options) and not fixable:
            write_output(sources[0].read())
        elif options.fix and fixable and not _is_filter(options):
            reports = _again(Run(sources, job, processes).reports, reports, has_baseline=job.baseline is not None)
    if settings.verbose:
        for report in reports:
            if report.skipped:
                print(f"{for_terminal(report.path)}: skipped: {report.skipped}", file=sys.stderr)
    return unusable + reports


def _sources(options: _Options, config: Config) -> tuple[list[Source], list[FileReport]]:
    """Return what is to be linted, and reports on what cannot be looked into."""
    if "-" in options.paths:
        if len(options.paths) > 1:
            raise UsageError("'-' cannot be together with other PATHs", hint="lint files and standard input in turn")
        return [Source(options.stdin_filename, partial(bytes, read_input("-")))], []
    excluded = [config.exclude, Patterns(os.getcwd(), options.exclude)]
    sources: list[Source] = []
    unusable: list[FileReport] = []
    for found in find_inputs([Path(path) for path in options.paths or (".",)], excluded, as_found=options.as_found):
        name = found.path.as_posix()
        if found.error is not None:
            unusable.append(FileReport(name, error=found.error.message))
        else:
            sources.append(Source(name, partial(files.read, found.path), is_named=found.is_named))
    return sources, unusable


def _again(now: list[FileReport], mended: list[FileReport], *, has_baseline: bool) -> list[FileReport]:
    """Return the reports on what is there after all fixes: one file's fix can end another's finding.

    A baseline no longer knows the lines that a fix has changed: there the report of the fix itself stays.
    """
    return [
        old if old.error or (has_baseline and old.fixed) else replace(new, fixed=old.fixed)
        for new, old in zip(now, mended, strict=True)
    ]


def _mend(console: Console, options: _Options, run: Run, number: int, safety: Safety) -> FileReport:
    """Fix one input, show it and write it as was asked for, and return the report on what is there afterwards."""
    report = run.reports[number]
    try:
        mended = run.mend(number, safety)
        if options.diff:
            before, after = (text.decode(mended.encoding, "replace") for text in (mended.before, mended.after))
            console.diff(report.path, before, after)
        if not options.fix:
            return report
        if _is_filter(options):
            write_output(mended.after)
        elif mended.after != mended.before:
            files.replace(Path(report.path), mended.after, expected=mended.before)
    except ChanfixError as error:
        if _is_filter(options):
            write_output(run.sources[number].read())
        return replace(report, error=error.message)
    return mended.report


def _is_filter(options: _Options) -> bool:
    """Say whether the fixed text of standard input goes to standard output."""
    return "-" in options.paths and options.fix


def _is_for_people(options: _Options) -> bool:
    """Say whether standard output may hold more than a document or a report for machines."""
    return not _is_filter(options) and (options.output_format in ("text", "concise") or options.output is not None)


def _report(settings: Settings, options: _Options, report: Report) -> None:
    console = Console(settings, results_on_stderr=not _is_for_people(options))
    if settings.quiet and options.output_format == "text" and not options.output:
        for file in report.files:
            if file.error:
                console.error(InputError(file.error), file.path)
        return
    stream = io.StringIO()
    if options.statistics:
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
        files.write(Path(options.output), stream.getvalue().encode("utf-8", "backslashreplace"))
    else:
        Console(settings, results_on_stderr=_is_filter(options)).raw(stream.getvalue())


def _status(reports: Iterable[FileReport], fail_on: Severity | None) -> int:
    if any(report.error for report in reports):
        return ChanfixError.status
    if fail_on is None:
        return 0
    return int(any(finding.severity >= fail_on for report in reports for finding in report.findings))


def _words(values: Sequence[str]) -> list[str]:
    """Return the rules of an option that takes several, separated by commas, and can be given again."""
    return [word.strip() for value in values for word in value.split(",") if word.strip()]
