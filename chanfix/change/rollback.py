"""Carries out both halves of a plan: the stored definition first, which can be put back, then the running domain."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from chanfix.change.apply import ChangeResult, Prepared, carry_out
from chanfix.change.backup import BackupStore
from chanfix.change.compare import differences
from chanfix.change.running import SETTLE, change_running
from chanfix.domain import Domain
from chanfix.errors import HostError, OutputError
from chanfix.host.host import Host

__all__ = ["carry_out_all"]


def carry_out_all(host: Host, prepared: Prepared, store: BackupStore, *, settle: float = SETTLE) -> ChangeResult:
    """Carry out what is prepared. When the running domain cannot be changed, what was stored is put back.

    Raises ``HostError``, which then says how both are.
    """
    applied = carry_out(host, prepared, store)
    change = applied.prepared.running
    if change is None or not change.is_change:
        return applied
    try:
        notes = change_running(host, change, settle=settle)
    except HostError as error:
        if applied.backup is None:
            raise
        if _is_shut_off(host, applied):
            note = f"domain '{change.ref.name}' was shut off meanwhile: its next start has the new channel"
            return replace(applied, notes=(*applied.notes, note), is_running_changed=False)
        stored = _put_back(host, applied, store)
        raise HostError(f"{error.message}; {stored}", hint=error.hint, code=error.code) from None
    return replace(applied, notes=applied.notes + notes, is_running_changed=True)


def _is_shut_off(host: Host, applied: ChangeResult) -> bool:
    try:
        state = host.state(applied.prepared.ref)
    except HostError:
        return False
    return state.is_persistent and not state.is_running


def _put_back(host: Host, applied: ChangeResult, store: BackupStore) -> str:
    """Define again what was there before the command, and say how the stored definition is now."""
    ref, before, backup = applied.prepared.ref, applied.prepared.before, applied.backup
    try:
        if not host.state(ref).is_persistent:
            return f"the domain was undefined meanwhile, and is left so; the old one is in '{backup}'"
        if host.stored_xml(ref) != applied.after:
            return (
                f"the stored definition was changed by someone else since, and is left so; the old one is in '{backup}'"
            )
        host.define(before, validate=False)
        lost = differences(Domain.parse(before), Domain.parse(host.stored_xml(ref)))
    except HostError as error:
        return (
            f"the stored definition has the new channel and could not be put back ({error.message}): '{backup}' has it"
        )
    if lost:
        return f"the stored definition came back with another {', '.join(lost)}; the old one is in '{backup}'"
    if backup:
        with suppress(OutputError):  # one too many does no harm
            store.drop(backup)
    return "the stored definition is as it was before"
