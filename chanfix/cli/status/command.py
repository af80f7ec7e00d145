"""``chanfix status``."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime

import click

from chanfix.cli.domains import complete_domains
from chanfix.cli.session import Connection, Session
from chanfix.cli.settings import Settings, common_options, connection_options, sensible_seconds
from chanfix.cli.status.json import status_json
from chanfix.cli.status.needs import is_met, needed_features, refuse_unasked, with_way_out
from chanfix.cli.status.text import lines, show_table
from chanfix.cli.status.watch import watch_status
from chanfix.errors import UsageError
from chanfix.status.health import Health
from chanfix.status.survey import JOBS, PATIENCE, Outcome, Survey
from chanfix.status.verdict import LASTING

__all__ = ["command"]

# In seconds. How often a domain that one waits for is looked at.
_PACE = 1.0
_JSON_VERSIONS = {"json": "status-v2", "json-v1": "status-v1"}

_EPILOG = """\b
Examples:
  chanfix status                                    every domain, one line each
  chanfix -c qemu:///system status web db
  chanfix status web --wait 60 && echo up
  chanfix status web --wait 60 --wait-for addresses
  chanfix status --raw --need exec,quiesced-snapshot  exit 1 where an agent does not do both
  chanfix status --watch
  chanfix status --output-format json

\b
A hung agent keeps one of libvirtd's workers for as long as libvirt waits for it. There are 20, unless max_workers in
libvirtd.conf says otherwise, and --jobs leaves others some.
"""


@click.command("status", epilog=_EPILOG)
@click.argument("domains", metavar="[DOMAIN]...", nargs=-1, shell_complete=complete_domains)
@click.option("--all", "all_domains", is_flag=True, help="Every domain on the connection, as without a DOMAIN.")
@click.option(
    "--wait",
    type=float,
    metavar="SECONDS",
    callback=sensible_seconds,
    help="Wait that long for the agents to answer.",
)
@click.option(
    "--wait-for",
    multiple=True,
    metavar="FEATURES",
    help="Wait until these work as well, as addresses; needs --wait.",
)
@click.option(
    "--need", multiple=True, metavar="FEATURES", help="Exit 1 where one of these does not work, as addresses,exec."
)
@click.option("--watch", is_flag=True, help="Keep on, and show what changes, until interrupted.")
@click.option("--raw", is_flag=True, help="Ask for its version and commands too; libvirt marks the domain as tainted.")
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
    "--jobs",
    type=click.IntRange(1),
    default=JOBS,
    show_default=True,
    help="How many agents libvirt is asked for at once.",
)
@click.option(
    "--output-format",
    type=click.Choice(["text", *_JSON_VERSIONS]),
    default="text",
    show_default=True,
    help="What to print.",
)
@connection_options
@common_options
@click.pass_obj
def command(
    settings: Settings,
    domains: tuple[str, ...],
    all_domains: bool,
    wait: float | None,
    wait_for: tuple[str, ...],
    need: tuple[str, ...],
    watch: bool,
    raw: bool,
    agent_timeout: float,
    jobs: int,
    output_format: str,
) -> int:
    """Show for each domain if its agent answers, and if not, what fails first and what to do next.

    Exit status 0 when all agents answer, their guests can write and have what --need names; 1 when one does not, 3 when
    a domain could not be examined.
    """
    if domains and all_domains:
        raise UsageError("--all takes no DOMAIN", hint="name domains, or give --all")
    if wait_for and wait is None:
        raise UsageError("--wait-for takes --wait, which says how long", hint="--wait 60 --wait-for addresses")
    needed = (*needed_features(need, "--need"), *needed_features(wait_for, "--wait-for"))
    session = Session(settings, readonly=False)

    def survey_of(connection: Connection) -> Survey:
        return Survey(
            connection.host,
            connection.another,
            jobs=jobs,
            raw=raw,
            version=settings.libvirt_version,
            now=lambda: datetime.now(UTC),
        )

    if watch:
        if wait is not None or needed or output_format != "text":
            unfit = "leave out --wait, --need and --output-format"
            raise UsageError("--watch is for people, and has no end", hint=unfit)
        return watch_status(session, domains, survey_of, agent_timeout)
    with session.connection as connection, survey_of(connection) as survey:
        names = domains or connection.host.names()
        if not raw:
            refuse_unasked(needed, survey, names)
        outcomes = _look(survey, names, agent_timeout, wait, needed)
    outcomes = {name: with_way_out(outcome, needed) for name, outcome in outcomes.items()}
    if version := _JSON_VERSIONS.get(output_format):
        session.console.raw(status_json(outcomes, settings.connect, version))
    elif not settings.quiet:
        _show(session, outcomes)
    return max((_status_of(outcome, needed) for outcome in outcomes.values()), default=0)


def _look(
    survey: Survey, domains: Sequence[str], agent_timeout: float, wait: float | None, needed: Sequence[str]
) -> dict[str, Outcome]:
    """Look at the domains, with ``wait`` until all agents answer and do what is needed, or never will."""
    deadline = time.monotonic() + (wait or 0)
    names = missing = list(dict.fromkeys(domains))
    outcomes: dict[str, Outcome] = {}
    while True:
        left = deadline - time.monotonic()
        patience = agent_timeout if wait is None else max(0.1, min(agent_timeout, left))
        outcomes.update(survey.look_up(missing, patience=patience))
        missing = [name for name in names if not is_met(outcomes[name], needed)]
        left = deadline - time.monotonic()
        if left <= 0 or not missing or any(_is_final(outcomes[name]) for name in missing):
            return {name: outcomes[name] for name in names}
        time.sleep(min(_PACE, left))


def _show(session: Session, outcomes: dict[str, Outcome]) -> None:
    console, uri = session.console, session.settings.connect
    if console.is_terminal:
        show_table(outcomes, uri, color=console.has_color)
    else:
        console.page("".join(f"{line}\n" for line in lines(outcomes, uri)))


def _is_final(outcome: Outcome) -> bool:
    return not isinstance(outcome, Health) or outcome.verdict in LASTING


def _status_of(outcome: Outcome, needed: Sequence[str]) -> int:
    if not isinstance(outcome, Health):
        return outcome.status
    return 0 if is_met(outcome, needed) else 1
