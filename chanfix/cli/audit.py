"""``chanfix audit``."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import click

from chanfix import __version__, files
from chanfix.audit.auditor import Auditor
from chanfix.audit.formats import FORMATS, Audit
from chanfix.audit.hosts import HostEntry, host_entries, read_folder, read_list
from chanfix.audit.report import HostAudit, Standing
from chanfix.audit.state import State
from chanfix.cli.asking import installed_libvirt_or_error
from chanfix.cli.lint.options import read_config
from chanfix.cli.progress import Progress
from chanfix.cli.session import Session
from chanfix.cli.settings import Settings, asked_schema, common_options, sensible_seconds
from chanfix.cli.streams import read_input
from chanfix.cli.target_options import target_option
from chanfix.errors import ChanfixError, InputError, OutputError, UsageError
from chanfix.host.host import Host
from chanfix.lint.finding import Severity
from chanfix.lint.known.config import Config, chosen_rules
from chanfix.lint.known.where import where_to_run
from chanfix.lint.run import Job, rule_info
from chanfix.status.survey import PATIENCE
from chanfix.words import plural

__all__ = ["command"]

_EPILOG = """\b
Examples:
  chanfix audit -c qemu+ssh://a/system -c qemu+ssh://b/system
  chanfix audit --hosts hosts.txt --state audit.state --output-format html --output report.html
  chanfix audit --hosts hosts.txt --output-format prometheus --output /var/lib/node_exporter/chanfix.prom
  chanfix audit --hosts hosts.txt --target debian-13    would the domains run after an upgrade?
  chanfix audit --merge results/ --output-format html --output report.html

\b
hosts.txt holds a host a line: its URI, or a name and its URI; '#' starts a comment.
"""


@dataclass(frozen=True, slots=True)
class _Options:
    """The options as they were given, by the names that click has for them."""

    uris: tuple[str, ...]
    hosts: str | None
    merge: str | None
    state: str | None
    jobs: int
    agents: int
    agent_timeout: float
    host_timeout: float
    output_format: str
    output: str | None
    config: str | None
    no_config: bool
    ask_libvirt: bool
    exit_zero: bool
    targets: tuple[str, ...]
    raw: bool


@click.command("audit", epilog=_EPILOG)
@click.option("-c", "--connect", "uris", multiple=True, metavar="URI", help="A host to audit; can be given again.")
@click.option("--hosts", metavar="FILE", help="A list of hosts to audit, '-' for standard input.")
@click.option("--merge", metavar="DIR", help="Report on what was audited elsewhere: the JSON reports in a folder.")
@click.option("--state", metavar="FILE", help="Keep what is done there, and go on from what is there.")
@click.option("--jobs", type=click.IntRange(1), default=16, show_default=True, help="How many hosts to audit at once.")
@click.option(
    "--agents", type=click.IntRange(1), default=10, show_default=True, help="How many agents of a host to ask at once."
)
@click.option(
    "--agent-timeout",
    type=float,
    default=PATIENCE,
    show_default=f"{PATIENCE:g}",
    metavar="SECONDS",
    callback=sensible_seconds,
    help="How long an agent has to answer.",
)
@click.option(
    "--host-timeout",
    type=float,
    default=120.0,
    show_default="120",
    metavar="SECONDS",
    callback=sensible_seconds,
    help="How long all of a host may take.",
)
@click.option(
    "--output-format", type=click.Choice(list(FORMATS)), default="table", show_default=True, help="What to write."
)
@click.option("--output", metavar="FILE", help="Write the report there.")
@click.option("--config", metavar="FILE", help="The configuration [default: chanfix.toml or pyproject.toml, upward]")
@click.option("--no-config", is_flag=True, help="Read no configuration.")
@click.option("--ask-libvirt", is_flag=True, help="Also ask the libvirt that is installed here about each domain.")
@click.option("--exit-zero", is_flag=True, help="Exit 0 whatever is found.")
@target_option
@click.option("--raw", is_flag=True, help="Ask agents for their commands too; libvirt marks the domains as tainted.")
@common_options
@click.pass_obj
def command(settings: Settings, /, **options: Any) -> int:
    """Report on many hosts: the state of each domain's agent, and the findings in its channel.

    Exit status 0 when all is well, 1 when an agent should answer and does not or the lint has findings, 3 when a host
    could not be audited in full.
    """
    return _audit(settings, _Options(**options))


def _audit(settings: Settings, options: _Options) -> int:
    if options.output is not None:
        _refuse_unless_writable(Path(options.output), beside=(options.hosts, options.state, options.config))
    # The stored definitions are linted, and no live state is in them.
    config = read_config(options.config, ignored=options.no_config)._replace(running=False)
    schema = asked_schema(configured=config.schema_dir)
    asks = options.ask_libvirt or config.ask_libvirt
    rules = tuple(
        rule
        for rule in chosen_rules(config, [], [])
        if (schema or not rule.needs_schema) and (asks or not rule.asks_libvirt)
    )
    # Without the option each host's own libvirt and QEMU count, and not what the configuration says of its files.
    targets = where_to_run(Config(), options.targets).targets
    judge = installed_libvirt_or_error(Session(settings).console) if asks and options.merge is None else None
    with State(Path(options.state) if options.state else None) as state:
        if options.merge is not None:
            names = _merge(settings, options, state)
        else:
            auditor = Auditor(
                connect=_connect(settings),
                job=Job(rules=rules, config=config, schema=schema, targets=targets, judge=judge),
                patience=options.agent_timeout,
                deadline=options.host_timeout,
                agents=options.agents,
                raw=options.raw,
                now=lambda: datetime.now(UTC),
                asked=judge.asked if judge else None,
            )
            try:
                names = _ask(settings, options, auditor, state)
            finally:
                if judge is not None:
                    judge.close()

        def hosts() -> Iterator[HostAudit]:
            return state.hosts(names)

        infos = tuple(rule_info(rule, config.severity) for rule in rules)
        audit = Audit(hosts, infos, datetime.now(UTC), __version__)
        _write(settings, options, audit)
        status = max((_status(host, config.fail_on) for host in hosts()), default=0)
    if asks and judge is None and options.merge is None:
        return ChanfixError.status
    return 0 if options.exit_zero else status


def _connect(settings: Settings) -> Callable[[str], Host]:
    from chanfix.host.libvirt.connection import connect

    return lambda uri: connect(uri, readonly=False, timeout=settings.timeout)


def _merge(settings: Settings, options: _Options, state: State) -> list[str]:
    if options.uris or settings.connect or options.hosts or options.state or options.targets:
        hint = "leave out the hosts and targets" if options.targets else "leave out the hosts"
        raise UsageError("--merge audits nothing, it reports on what others have audited", hint=hint)
    names = []
    for host in read_folder(Path(options.merge or "")):
        state.add(host)
        names.append(host.name)
    return sorted(names)


def _ask(settings: Settings, options: _Options, auditor: Auditor, state: State) -> list[str]:
    """Audit what the state does not know yet, and return the names of all hosts."""
    wanted = host_entries(options.uris or ([settings.connect] if settings.connect else []), _listed(options.hosts))
    targets = tuple(target.name for target in auditor.job.targets)
    missing = [entry for entry in wanted if not state.knows(entry.name, entry.uri, targets, auditor.asked)]
    if known := len(wanted) - len(missing):
        Session(settings).console.note(f"{plural(known, 'host is', 'hosts are')} in the state already")
    with Progress(settings, "audited", len(missing)) as progress:
        for _ in auditor.audit(missing, width=options.jobs, done=state.add):
            progress.advance()
    return [entry.name for entry in wanted]


def _listed(path: str | None) -> list[HostEntry]:
    if path is None:
        return []
    try:
        return read_list(read_input(path).decode("utf-8", "surrogateescape"))
    except InputError as error:
        raise InputError(f"'{path}': {error.message}", hint=error.hint) from None


def _refuse_unless_writable(path: Path, beside: Iterable[str | None]) -> None:
    """Refuse an output file that cannot be written, or that the audit needs, before an audit that may take hours."""
    if any(other and os.path.realpath(other) == os.path.realpath(path) for other in beside):
        raise UsageError(f"--output would replace '{path}', which the audit reads", hint="name another file")
    if path.is_dir():
        raise OutputError(f"'{path}' cannot be written: it is a folder")
    if not path.absolute().parent.is_dir():
        raise OutputError(f"'{path}' cannot be written: there is no folder '{path.parent}'")


def _write(settings: Settings, options: _Options, audit: Audit) -> None:
    write = FORMATS[options.output_format]
    if options.output is None:
        if not (settings.quiet and options.output_format == "table"):
            write(audit, sys.stdout)
            sys.stdout.flush()
        return

    def fill(stream: BinaryIO) -> None:
        text = io.TextIOWrapper(stream, encoding="utf-8", errors="backslashreplace", newline="\n")
        write(audit, text)
        text.flush()
        text.detach()

    files.write_with(Path(options.output), fill)


def _status(host: HostAudit, fail_on: Severity) -> int:
    if host.error is not None:
        return ChanfixError.status
    return int(
        any(
            domain.standing is Standing.BAD or any(finding.severity >= fail_on for finding in domain.findings)
            for domain in host.domains
        )
    )
