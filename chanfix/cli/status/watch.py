"""``chanfix status --watch``: the verdicts, kept up to date until somebody interrupts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

from chanfix.cli.session import Connection, Session
from chanfix.cli.status.text import draw_again_and_again, lines
from chanfix.cli.streams import is_output_read
from chanfix.errors import HostError
from chanfix.status.survey import Outcome, Survey
from chanfix.status.watching import watch

__all__ = ["watch_status"]

# In seconds. Before a host that was lost is tried again.
_RETRY = 5.0


def watch_status(
    session: Session,
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
            with Connection(session.settings, readonly=False) as connection, survey_of(connection) as survey:
                was_there = True
                _follow(session, watch(connection.host, survey, domains, patience=patience), shown)
                return 0
        except HostError as error:
            if not was_there:
                raise
            session.console.error(error)
        time.sleep(_RETRY)


def _follow(session: Session, verdicts: Iterator[dict[str, Outcome]], shown: dict[str, str]) -> None:
    if session.console.is_terminal:
        draw_again_and_again(verdicts, session.settings.connect, color=session.console.has_color)
    for outcomes in verdicts:
        _show_changes(session, outcomes, shown)
        if not is_output_read():
            return


def _show_changes(session: Session, outcomes: dict[str, Outcome], shown: dict[str, str]) -> None:
    for name in shown.keys() - outcomes.keys():
        session.console.result(name, "gone")
        del shown[name]
    for name, outcome in outcomes.items():
        [line] = lines({name: outcome}, session.settings.connect)
        if shown.get(name) != line:
            session.console.page(f"{line}\n")
            shown[name] = line
