"""``chanfix lint``."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from chanfix import __version__, files
from chanfix.cli.asking import installed_libvirt_or_error
from chanfix.cli.lint.files import lint_files
from chanfix.cli.lint.options import (
    LintOptions,
    read_baseline,
    read_config,
    rules_to_run,
    with_options,
)
from chanfix.cli.lint.refusals import refuse_nonsense
from chanfix.cli.lint.report import write_reports
from chanfix.cli.lint.rules_option import rules_option
from chanfix.cli.session import Session
from chanfix.cli.settings import Settings, asked_schema, common_options, connection_options
from chanfix.cli.target_options import qemu_version_option, target_option
from chanfix.errors import ChanfixError, InputError
from chanfix.lint.finding import LEVELS, FileReport, Report, Severity
from chanfix.lint.known.config import Config
from chanfix.lint.known.rule_names import DEFAULT_PROFILE, PROFILES
from chanfix.lint.known.where import where_to_run
from chanfix.lint.run import Job, Run, Source, rule_info
from chanfix.reporters import REPORTERS

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from chanfix.host.host import Host

__all__ = ["command"]

_EPILOG = """\b
Examples:
  chanfix lint                          every domain below the current folder
  chanfix lint --show-files -v          what that is, what is skipped and why
  chanfix lint --fix --diff guest.xml   fix what is safe to fix, and show it
  chanfix lint --output-format text --output-format sarif=report.sarif vms/
  chanfix lint --fix --unfixable live vms/
  chanfix lint --extend-select agent-missing --error-on-no-files vms/
  chanfix lint --min-severity warning --no-ignores vms/
  chanfix lint --add-ignore --diff vms/   a comment beside each finding: shown, not written yet
  chanfix lint --add-ignore --select path-hardcoded vms/
  chanfix lint --show-settings guest.xml  which settings hold for a file, and where they come from
  chanfix lint --write-baseline chanfix-baseline.json
  chanfix lint --baseline chanfix-baseline.json
  chanfix lint --vars host.yml templates/
  chanfix lint --target debian-13 --target rhel-9 vms/
  chanfix -c qemu:///system lint        the stored definitions of all domains
  chanfix lint --ask-libvirt vms/       what the installed libvirt refuses or would not store as well
  chanfix explain RULE

\b
A comment <!-- chanfix: ignore[RULE] why --> above an element or on its line suppresses a finding.
"""


def _complete(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


@click.command("lint", epilog=_EPILOG)
@click.argument("paths", metavar="[PATH...]", nargs=-1, shell_complete=_complete)
@click.option("--all", "all_domains", is_flag=True, help="With --connect: every domain, which is the default there.")
@click.option("--fix", is_flag=True, help="Fix what can be fixed safely, in the files.")
@click.option("--unsafe-fixes", is_flag=True, help="Also make fixes that change the guest's devices.")
@click.option("--diff", is_flag=True, help="Show the fixes as a diff; without --fix nothing is written.")
@click.option("--show-fixes", is_flag=True, help="List every fix that was made.")
@click.option("--add-ignore", is_flag=True, help="Write comments that suppress what is found; --diff shows them only.")
@click.option("--no-ignores", is_flag=True, help="Show what suppression comments hide; a baseline still counts.")
@rules_option("--select", "Run these rules or families, not the default set.")
@rules_option("--extend-select", "Run these rules or families as well.")
@rules_option("--ignore", "Do not run these rules or families.")
@rules_option("--fixable", "Fix what these rules or families find, and nothing else.")
@rules_option("--unfixable", "Do not fix what these rules or families find.")
@click.option("--profile", type=click.Choice(list(PROFILES)), help=f"The rules to run [default: {DEFAULT_PROFILE}]")
@click.option("--exclude", multiple=True, metavar="PATTERN", help="Leave these out when a folder is searched.")
@click.option("--include", multiple=True, metavar="PATTERN", help="Take these in a folder, whatever their ending.")
@click.option("--as-found", is_flag=True, help="Take files as if a search had found them: domains, and none excluded.")
@click.option("--show-files", is_flag=True, help="List the files that a run would look at, and exit 0.")
@click.option("--show-settings", is_flag=True, help="List the settings, for one file if it is named, and exit 0.")
@click.option("--min-severity", type=click.Choice(list(LEVELS)), help="Leave out what is below [default: info]")
@click.option("--fail-on", type=click.Choice(list(LEVELS)), help="The least severity that makes the status 1.")
@click.option("--exit-zero", is_flag=True, help="Exit 0 whatever is found.")
@click.option("--error-on-no-files", is_flag=True, help="Exit 3 where there is nothing to lint.")
@click.option(
    "--output-format",
    "output_formats",
    multiple=True,
    metavar=f"[{'|'.join(REPORTERS)}][=FILE]",
    shell_complete=lambda context, parameter, incomplete: [name for name in REPORTERS if name.startswith(incomplete)],
    help="The form of the report, and where to write it; again for several [default: text]",
)
@click.option("--output", metavar="FILE", help="Write the report without a file of its own there.")
@click.option("--statistics", is_flag=True, help="Count the findings of each rule instead of listing them.")
@click.option("--config", metavar="FILE", help="The configuration [default: chanfix.toml or pyproject.toml, upward]")
@click.option("--no-config", is_flag=True, help="Read no configuration.")
@click.option("--baseline", metavar="FILE", help="Hide the findings that this baseline knows.")
@click.option("--write-baseline", metavar="FILE", help="Write the findings as a baseline, and exit 0.")
@click.option(
    "--schema-dir",
    metavar="DIR",
    help="Ask libvirt's own schema too: the folder of its schemas [default: $CHANFIX_SCHEMA_DIR]",
)
@click.option("--stdin-filename", metavar="NAME", default="-", help="What to call standard input.")
@click.option("--vars", "variables", metavar="FILE", help="Render Jinja templates with these values: YAML or JSON.")
@click.option("--ask-libvirt", is_flag=True, help="Also ask the libvirt that is installed here, without a daemon.")
@click.option("--running", is_flag=True, help="The files are of running domains: live state is right there.")
@click.option("--no-embedded", is_flag=True, help="Do not look into scripts, documents and the like for XML.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes [default: one per processor]")
@target_option
@qemu_version_option
@connection_options
@common_options
@click.pass_obj
def command(settings: Settings, /, **options: Any) -> int:
    """Report what is wrong with domains: what libvirt refuses or drops, what another host lacks, what hurts later.

    PATHs are files and folders, the current folder without any, '-' standard input. With --connect they are domains,
    all of them without any.
    """
    with Session(settings) as session:
        return _lint(session, LintOptions(**options))


def _lint(session: Session, options: LintOptions) -> int:
    settings = session.settings
    refuse_nonsense(settings, options)
    if options.show_settings:
        from chanfix.cli.lint.show_settings import show_settings

        return show_settings(session, options)
    config = with_options(
        read_config(options.config, ignored=options.no_config), options, connected=settings.connect is not None
    )
    if options.show_files:
        from chanfix.cli.lint.searching import show_files

        return show_files(session, options, config)
    schema = asked_schema(options.schema_dir, config.schema_dir)
    where = where_to_run(config, options.targets, settings.libvirt_version, options.qemu_version)
    asks = options.ask_libvirt or config.ask_libvirt
    rules = rules_to_run(options, config, has_schema=schema is not None, asks=asks)
    asks = asks and any(rule.asks_libvirt for rule in rules)
    judge = installed_libvirt_or_error(session.console) if asks else None
    job = Job(
        rules=rules,
        config=config,
        version=where.version,
        baseline=read_baseline(options, config),
        schema=schema,
        qemu=where.qemu,
        targets=where.targets,
        judge=judge,
        heeds_comments=not options.no_ignores,
    )
    try:
        reports = _lint_connection(session, options, job) if settings.connect else lint_files(session, options, job)
    finally:
        if judge is not None:
            judge.close()
    least = ChanfixError.status if asks and judge is None else 0
    if options.write_baseline:
        from chanfix.lint.known.baseline import dump

        path = options.write_baseline
        files.write(path, dump(reports, os.path.dirname(path)).encode())
        for report in reports:
            if report.error:
                session.console.error(InputError(report.error, hint=report.hint), report.path)
        return max(least, _status_of_nothing(session, options, config, reports), _status(reports, None))
    found = {finding.rule for report in reports for finding in (*report.findings, *report.fixed)}
    fired = tuple(rule_info(rule, config.severity) for rule in job.rules if rule.name in found)
    write_reports(session, options, Report(tuple(reports), fired, __version__, judge.asked if judge else None))
    return max(
        least,
        _status_of_nothing(session, options, config, reports),
        _status(reports, None if options.exit_zero else config.fail_on),
    )


def _lint_connection(session: Session, options: LintOptions, job: Job) -> list[FileReport]:
    host = session.host
    if not options.targets:
        # What the configuration says is for its files.
        qemu = options.qemu_version or host.qemu
        job = job._replace(version=session.version_for(host.version), qemu=qemu, targets=())
    sources = [Source(name, partial(_stored, host, name), is_stored=True) for name in (options.paths or host.names())]
    return Run.lint(sources, job).reports


def _stored(host: Host, name: str) -> bytes:
    return host.public_xml(host.find(name))


def _status_of_nothing(session: Session, options: LintOptions, config: Config, reports: list[FileReport]) -> int:
    """Return the exit status for a run that had nothing to lint, and say so where that is an error."""
    if not config.error_on_no_files or not all(report.skipped for report in reports):
        return 0
    from chanfix.cli.lint.searching import refuse_no_files

    return refuse_no_files(session, options, config)


def _status(reports: Iterable[FileReport], fail_on: Severity | None) -> int:
    if any(report.error or (report.unasked and report.unasked.is_failure) for report in reports):
        return ChanfixError.status
    if fail_on is None:
        return 0
    return int(any(finding.severity >= fail_on for report in reports for finding in report.findings))
