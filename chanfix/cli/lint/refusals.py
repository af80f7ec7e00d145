"""What has no use beside those options of ``chanfix lint`` that change or show something else than findings."""

from __future__ import annotations

from chanfix.cli.lint.options import LintOptions, Output
from chanfix.cli.settings import Settings
from chanfix.errors import UsageError

__all__ = ["refuse_beside"]


def refuse_beside(settings: Settings, options: LintOptions) -> None:
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
