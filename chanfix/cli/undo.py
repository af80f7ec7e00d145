"""``chanfix undo``."""

from __future__ import annotations

import click

from chanfix.change.apply import prepare_undo
from chanfix.cli.connection import backups, change_stored, show
from chanfix.cli.domains import complete_domains
from chanfix.cli.session import Session
from chanfix.cli.settings import Settings, common_options, connection_options
from chanfix.errors import ChanfixError

__all__ = ["command"]

_EPILOG = """\b
Examples:
  chanfix undo web --dry-run            show what would come back
  chanfix undo web                      a second time: take the undo back
"""


@click.command("undo", epilog=_EPILOG)
@click.argument("domains", metavar="DOMAIN...", nargs=-1, required=True, shell_complete=complete_domains)
@click.option("-n", "--dry-run", is_flag=True, help="Show what would be done; change nothing.")
@connection_options
@common_options
@click.pass_obj
def command(settings: Settings, domains: tuple[str, ...], dry_run: bool) -> int:
    """Put back the newest definition of a domain that chanfix replaced.

    Shows the difference, and saves what it replaces in turn.
    """
    worst = 0
    with Session(settings, readonly=False) as session:
        for name in domains:
            try:
                _undo(session, name, dry_run=dry_run)
            except ChanfixError as error:
                session.console.error(error, name)
                worst = max(worst, error.status)
    return worst


def _undo(session: Session, name: str, *, dry_run: bool) -> None:
    host, console = session.host, session.console
    prepared = prepare_undo(host, host.find(name), backups(session.settings))
    show(session, prepared)
    if dry_run:
        console.result(name, "would put back the definition of before", color="yellow")
        notes = prepared.notes
    else:
        notes = change_stored(session, prepared).notes
        console.result(name, "put back the definition of before", color="green")
    for note in notes:
        console.note(note)
