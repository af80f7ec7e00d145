"""How a command changes a domain on a connection: it shows the plan, saves the old text, and says how to undo."""

from __future__ import annotations

import shlex
from dataclasses import replace
from datetime import UTC, datetime

from chanfix.change.apply import ChangeResult, Prepared
from chanfix.change.backup import BackupStore
from chanfix.change.rollback import carry_out_all
from chanfix.cli.session import Session
from chanfix.cli.settings import Settings
from chanfix.errors import HostError

__all__ = ["backups", "change_stored", "show"]


def backups(settings: Settings) -> BackupStore:
    """Return the store of replaced definitions of this user."""
    return BackupStore(settings.state_folder, lambda: datetime.now(UTC))


def change_stored(session: Session, prepared: Prepared, *, diff: bool = False) -> ChangeResult:
    """Carry out what is prepared, and note where the old definition is."""
    name, settings = prepared.ref.name, session.settings
    try:
        applied = carry_out_all(session.host, prepared, backups(settings))
    except KeyboardInterrupt:
        failed = "interrupted while it was being changed: what is stored and what runs may be old or new"
        hint = (
            f"{_command(settings, 'check', name)} tells; {_command(settings, 'undo', name)} puts back what was stored"
        )
        session.console.error(HostError(failed, hint=hint), name)
        raise
    if applied.prepared is not prepared:  # somebody changed the definition meanwhile, and ours was done on theirs
        show(session, applied.prepared, diff=diff)
    if applied.backup is None:
        return applied
    note = f"the old definition is in {applied.backup}; {_command(settings, 'undo', name)} puts it back"
    return replace(applied, notes=(*applied.notes, note))


def _command(settings: Settings, command: str, name: str) -> str:
    where = ["-c", settings.connect] if settings.connect else []
    return shlex.join(["chanfix", *where, command, *(["--"] if name.startswith("-") else []), name])


def show(session: Session, prepared: Prepared, *, diff: bool = False) -> None:
    """Show a plan as a diff of what is stored and of what runs; under --quiet only when the ``diff`` was asked for."""
    if session.settings.quiet and not diff:
        return
    before, wanted = prepared.before.decode("utf-8", "replace"), prepared.wanted.decode("utf-8", "replace")
    session.console.diff(prepared.ref.name, before, wanted)
    if prepared.running:
        runs, to_run = (text.decode("utf-8", "replace") for text in (prepared.running.before, prepared.running.after))
        session.console.diff(f"{prepared.ref.name} (running)", runs, to_run)
