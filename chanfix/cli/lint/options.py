"""What ``chanfix lint`` is asked to do: its options, and the rules and files they name."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from chanfix.domain.versions import Version
from chanfix.errors import UsageError
from chanfix.lint.finding import LEVELS
from chanfix.lint.known.config import Config, chosen_rules, load
from chanfix.lint.rule import RuleEntry
from chanfix.lint.rules import ASKED
from chanfix.named_tuple import NamedTuple
from chanfix.reporters import REPORTERS
from chanfix.words import did_you_mean
from chanfix.xml.edit import Safety

if TYPE_CHECKING:
    from chanfix.lint.known.baseline import Baseline

__all__ = [
    "FOR_PEOPLE",
    "LintOptions",
    "Output",
    "read_baseline",
    "read_config",
    "read_vars",
    "rules_to_run",
    "with_options",
    "words_of",
]


FOR_PEOPLE = ("text", "concise")
_FORMATS = f"the formats are {', '.join(REPORTERS)}"


class Output(NamedTuple):
    """A report to write: its format, and the file it goes to, None for standard output."""

    format: str
    file: str | None = None

    @classmethod
    def parse(cls, text: str) -> Output:
        """Read ``FORMAT`` or ``FORMAT=FILE``; the file of the first is None, and ``-`` stays.

        Raises ``UsageError`` for a format that there is not.
        """
        name, is_file, file = text.partition("=")
        if name not in REPORTERS:
            raise UsageError(f"'{name}' is no format of a report", hint=did_you_mean(name, REPORTERS, _FORMATS))
        if is_file and not file:
            raise UsageError(f"'--output-format {text}' names no file", hint=f"as in --output-format {name}=report.txt")
        return cls(name, file or None)


class LintOptions(NamedTuple):
    """The options as they were given, by the names that click has for them."""

    paths: tuple[str, ...]
    all_domains: bool
    fix: bool
    unsafe_fixes: bool
    diff: bool
    show_fixes: bool
    add_ignore: bool
    no_ignores: bool
    select: tuple[str, ...]
    extend_select: tuple[str, ...]
    ignore: tuple[str, ...]
    fixable: tuple[str, ...]
    unfixable: tuple[str, ...]
    profile: str | None
    exclude: tuple[str, ...]
    include: tuple[str, ...]
    as_found: bool
    show_files: bool
    show_settings: bool
    min_severity: str | None
    fail_on: str | None
    exit_zero: bool
    error_on_no_files: bool
    output_formats: tuple[str, ...]
    output: str | None
    statistics: bool
    config: str | None
    no_config: bool
    baseline: str | None
    write_baseline: str | None
    schema_dir: str | None
    stdin_filename: str
    jobs: int | None
    variables: str | None
    ask_libvirt: bool
    running: bool
    targets: tuple[str, ...]
    qemu_version: Version | None
    no_embedded: bool

    @property
    def safety(self) -> Safety | None:
        """The least safety of the fixes to make or show; None for none."""
        if self.add_ignore or not (self.fix or self.diff):
            return None
        return Safety.UNSAFE if self.unsafe_fixes else Safety.SAFE

    @property
    def outputs(self) -> tuple[Output, ...]:
        """The reports to write: those of ``--output-format``, or the one for people. Raises ``UsageError``."""
        outputs = tuple(Output.parse(text) for text in self.output_formats)
        plain = [output for output in outputs if output.file is None]
        if self.output is not None and outputs and not plain:
            raise UsageError("--output has no report left to write", hint="name its format: --output-format FORMAT")
        outputs = tuple(Output(each.format, _file(each.file or self.output)) for each in outputs or (Output("text"),))
        formats: dict[str | None, str] = {}
        for output in outputs:
            place = output.file and os.path.realpath(output.file)
            if other := formats.get(place):
                both = f"{other} and {output.format} would both go to one place"
                raise UsageError(both, hint=f"--output-format {output.format}=FILE")
            formats[place] = output.format
        return outputs

    @property
    def is_filter(self) -> bool:
        """Return True if the changed text of standard input goes to standard output."""
        return "-" in self.paths and self.writes

    @property
    def writes(self) -> bool:
        """Return True if files are changed: fixed, or given comments, which ``--diff`` alone only shows."""
        return self.fix or (self.add_ignore and not self.diff)

    @property
    def is_for_people(self) -> bool:
        """Return True if standard output may hold more than a document or a report for programs."""
        on_stdout = [output.format for output in self.outputs if output.file is None]
        return not self.is_filter and all(each in FOR_PEOPLE for each in on_stdout)


def _file(name: str | None) -> str | None:
    """Return the file that an option names; None for standard output, which people call ``-``."""
    return None if name in ("", "-") else name


def read_config(path: str | None, *, ignored: bool) -> Config:
    """Return the configuration that counts: a file, or the nearest one upward."""
    return Config() if ignored else load(os.getcwd(), path or None)


def with_options(config: Config, options: LintOptions, *, connected: bool) -> Config:
    """Return the configuration with what the command line says. On a connection no live state is in a definition."""
    config = config.with_fixable(words_of("--fixable", options.fixable), words_of("--unfixable", options.unfixable))
    # A program that names the files of a commit, or a connection, has nothing for chanfix now and then.
    is_search = not (options.as_found or connected)
    return config._replace(
        min_severity=LEVELS[options.min_severity] if options.min_severity else config.min_severity,
        fail_on=LEVELS[options.fail_on] if options.fail_on else config.fail_on,
        error_on_no_files=options.error_on_no_files or (config.error_on_no_files and is_search),
        running=(config.running or options.running) and not connected,
        embedded=config.embedded and not options.no_embedded,
    )


def rules_to_run(options: LintOptions, config: Config, *, has_schema: bool, asks: bool) -> tuple[RuleEntry, ...]:
    """Return the rules to run, without those that need what was not asked for: libvirt's schema, or libvirt itself.

    Raises ``UsageError`` for a rule that is selected and needs it.
    """
    selected = words_of("--select", options.select)
    added = words_of("--extend-select", options.extend_select)
    rules = chosen_rules(config, selected, words_of("--ignore", options.ignore), options.profile, added)
    selected += added
    idle = [rule.name for rule in rules if rule.needs_schema and not has_schema]
    for name in idle:
        if name in selected:
            raise UsageError(
                f"'{name}' asks libvirt's own schema, and none is named",
                hint="name the folder of libvirt's schemas, as in --schema-dir /usr/share/libvirt/schemas",
            )
    for name in () if asks else ASKED.intersection(selected):
        raise UsageError(f"'{name}' is what an installed libvirt says", hint="add --ask-libvirt")
    return tuple(rule for rule in rules if rule.name not in idle and (asks or not rule.asks_libvirt))


def read_baseline(options: LintOptions, config: Config) -> Baseline | None:
    """Return the baseline that hides findings."""
    path = options.baseline or config.baseline
    if path is None or options.write_baseline:
        return None
    from chanfix.lint.known.baseline import Baseline

    return Baseline.load(path)


def read_vars(options: LintOptions) -> str | None:
    """Return the values that Jinja templates are rendered with, as JSON; None to lint them where they stand."""
    if options.variables is None:
        return None
    from pathlib import Path

    from chanfix.template.rendered.rendering import read_variables

    return read_variables(Path(options.variables))


def words_of(option: str, values: Sequence[str]) -> list[str]:
    """Return the rules of an option that takes several, separated by commas, and can be given again."""
    words = [word.strip() for value in values for word in value.split(",") if word.strip()]
    if values and not words:
        raise UsageError(f"{option} names no rule", hint="chanfix explain lists the rules")
    return words
