"""What ``chanfix lint`` refuses: options of no use beside others, and a report in the place of what it looked at."""

from __future__ import annotations

import os
from contextlib import suppress

from chanfix.cli.lint.options import LintOptions, Output
from chanfix.cli.settings import Settings
from chanfix.embedded.languages import language_of_name
from chanfix.errors import UsageError
from chanfix.lint.run import Run
from chanfix.lint.search.gitignore import is_pattern

__all__ = ["refuse_nonsense", "refuse_to_replace"]


def refuse_nonsense(settings: Settings, options: LintOptions) -> None:
    """Refuse options that would be passed over, or that contradict each other. Raises ``UsageError``."""
    _refuse_beside(settings, options)
    if options.unsafe_fixes and options.safety is None:
        raise UsageError("--unsafe-fixes says which fixes, not to make them", hint="add --fix or --diff")
    if options.show_fixes and not options.fix:
        raise UsageError("--show-fixes lists the fixes that were made", hint="add --fix")
    if options.select and options.profile:
        raise UsageError("--select starts afresh, and --profile has no use then", hint="--select PROFILE,RULE,...")
    if options.config and options.no_config:
        raise UsageError("--config names a file, and --no-config reads none", hint="leave out one of the two")
    outputs = options.outputs
    if options.statistics and options.output_formats not in ((), ("text",)):
        raise UsageError("--statistics is a table for people", hint="leave out --output-format")
    if options.write_baseline and (options.safety is not None or any(output.file for output in outputs)):
        raise UsageError("--write-baseline does nothing but that", hint="run it by itself")
    for option, patterns in (("--exclude", options.exclude), ("--include", options.include)):
        for pattern in patterns:
            if not is_pattern(pattern):
                raise UsageError(
                    f"{option} '{pattern}' is no pattern of a .gitignore file", hint="as in 'old/' or '*.tpl'"
                )
    if options.show_files:
        if options.safety is not None or options.write_baseline or any(output.file for output in outputs):
            raise UsageError("--show-files does nothing but that", hint="run it by itself")
        if settings.connect or "-" in options.paths:
            raise UsageError("--show-files is for files and folders", hint="leave out --connect and '-'")
    if options.all_domains and (options.paths or not settings.connect):
        raise UsageError("--all is for the domains of a connection, all of them", hint="chanfix -c URI lint --all")
    if options.variables and options.safety is not None:
        raise UsageError(
            "--vars lints what comes of a template, and no fix can be written into that",
            hint="leave out --vars to fix the template itself",
        )
    if options.variables and settings.connect:
        raise UsageError("--vars is for templates, and there are none on a connection", hint="leave out --vars")
    if settings.connect and options.running:
        raise UsageError("--running is for files: on a connection the stored definitions are linted")
    if settings.connect and options.safety is not None:
        raise UsageError("--fix and --diff do not work on a connection", hint="chanfix add DOMAIN repairs a channel")


def _refuse_beside(settings: Settings, options: LintOptions) -> None:
    """Refuse what has no use beside ``--add-ignore``, ``--no-ignores`` or ``--show-settings``."""
    if options.no_ignores and (options.fix or options.diff or options.add_ignore):
        raise UsageError("--no-ignores shows what comments hide, and changes nothing", hint="run it by itself")
    if options.add_ignore:
        _refuse_beside_comments(settings, options)
    if options.show_settings:
        _refuse_beside_settings(settings, options)


def _refuse_beside_comments(settings: Settings, options: LintOptions) -> None:
    if options.fix or options.unsafe_fixes or options.show_fixes:
        raise UsageError("--add-ignore is for what no fix should change", hint="run --fix first, then --add-ignore")
    if options.write_baseline or options.show_files or options.show_settings:
        raise UsageError("--add-ignore does nothing but that", hint="run it by itself")
    if options.variables:
        raise UsageError(
            "--vars lints what comes of a template, and no comment can be written into that",
            hint="leave out --vars to write comments into the template itself",
        )
    if settings.connect:
        raise UsageError("--add-ignore is for files: libvirt drops comments", hint="leave out --connect")


def _refuse_beside_settings(settings: Settings, options: LintOptions) -> None:
    if options.safety is not None or options.write_baseline or options.show_files or options.statistics:
        raise UsageError("--show-settings does nothing but that", hint="run it by itself")
    if settings.connect or "-" in options.paths:
        raise UsageError("--show-settings is for files", hint="leave out --connect and '-'")
    if len(options.paths) > 1:
        raise UsageError("--show-settings is for one file at a time", hint="name one, or none")
    if options.outputs not in [(Output("text"),), (Output("json"),)]:
        raise UsageError("--show-settings is text or JSON", hint="--output-format json > FILE")


def refuse_to_replace(options: LintOptions, run: Run) -> None:
    """Refuse a report or a baseline that would replace a file with a domain in it. Raises ``UsageError``."""
    written = [*(output.file for output in options.outputs), options.write_baseline]
    for target in dict.fromkeys(path for path in written if path and os.path.isfile(path)):
        # What a search finds in the report of an earlier run may be a domain too: JSON is looked into.
        language = language_of_name(os.path.realpath(target))
        is_report = language is not None and language.name == "json"
        for source, report in zip(run.sources, run.reports, strict=True):
            if report.skipped is not None or (is_report and not source.is_named):
                continue
            with suppress(OSError):
                if os.path.samefile(report.path, target):
                    raise UsageError(
                        f"'{target}' is a file that is linted, and would be replaced", hint="name another file to write"
                    )
