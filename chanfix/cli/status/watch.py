"""``chanfix status --watch``: the verdicts, kept up to date until somebody interrupts."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from chanfix.cli.console import Console
from chanfix.cli.settings import Settings
from chanfix.cli.status.text import draw_again_and_again, lines
from chanfix.cli.streams import is_output_read
from chanfix.cli.targets import Connection
from chanfix.errors import HostError
from chanfix.host.host import Host
from chanfix.status.survey import Outcome, Survey
from chanfix.status.watching import watch

__all__ = ["watch_status"]

# In seconds. Before a host that was lost is tried again.
_RETRY = 5.0


def watch_status(
    console: Console,
    settings: Settings,
    domains: Sequence[str],
    survey_of: Callable[[Connection], Survey],
    patience: float,
) -> int:
    """Show the verdicts and what becomes of them, and return the status once nobody reads them any more.

    Raises ``HostError`` when the host cannot be reached at first.
    """
    was_there = False
    shown: dict[str, str] = {}
    while True:
        try:
            with Connection(settings, readonly=False) as connection, survey_of(connection) as survey:
                was_there = True
                _follow(console, settings, connection.host, survey, domains, patience, shown)
                return 0
        except HostError as error:
            if not was_there:
                raise
            console.error(error)
        time.sleep(_RETRY)


def _follow(
    console: Console,
    settings: Settings,
    host: Host,
    survey: Survey,
    domains: Sequence[str],
    patience: float,
    shown: dict[str, str],
) -> None:
    verdicts = watch(host, survey, domains, patience=patience)
    if console.is_terminal:
        draw_again_and_again(verdicts, settings.connect, color=console.has_color)
    for outcomes in verdicts:
        _tell_changes(console, settings, outcomes, shown)
        if not is_output_read():
            return


def _tell_changes(console: Console, settings: Settings, outcomes: dict[str, Outcome], shown: dict[str, str]) -> None:
    for name in shown.keys() - outcomes.keys():
        console.result(name, "gone")
        del shown[name]
    for name, outcome in outcomes.items():
        [line] = lines({name: outcome}, settings.connect)
        if shown.get(name) != line:
            console.page(f"{line}\n")
            shown[name] = line
