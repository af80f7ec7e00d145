"""Carries out a plan on a stored definition: show, save, write, read back.

libvirt has no compare-and-swap. What is stored is read again right before it is replaced, and verified after.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from chanfix.change.backup import Backup, BackupStore
from chanfix.change.compare import differences, runs_with_channels_of
from chanfix.change.pluggable import refuse_managed_save
from chanfix.change.running import LiveChange, plan_running
from chanfix.domain import Domain
from chanfix.errors import HostError
from chanfix.host.host import Code, DomainRef, DomainState, Host
from chanfix.rewrite.plan import Plan
from chanfix.words import some_of
from chanfix.xml.document import Document

__all__ = ["ChangeResult", "Prepared", "carry_out", "prepare", "prepare_undo"]

_ATTEMPTS = 3
_SNAPSHOTS_NAMED = 3


@dataclass(frozen=True, slots=True)
class Prepared:
    """A stored definition and what is to replace it, passwords and all. Nothing is written yet.

    ``plan`` is None when a backup is put back. ``running`` is what is to be done to the running domain as well, None
    when that is left alone. ``again`` prepares the same on what is stored by then.
    """

    ref: DomainRef
    before: bytes = field(repr=False)
    wanted: bytes = field(repr=False)
    notes: tuple[str, ...]
    plan: Plan | None = field(repr=False)
    again: Callable[[], Prepared]
    running: LiveChange | None = None

    @property
    def is_change(self) -> bool:
        """Say whether anything is to be done."""
        return self.is_definition or (self.running is not None and self.running.is_change)

    @property
    def is_definition(self) -> bool:
        """Say whether anything is to be stored."""
        return self.wanted != self.before


@dataclass(frozen=True, slots=True)
class ChangeResult:
    """What was done. ``after`` is as libvirt wrote it; ``backup`` is None when nothing that is stored changed."""

    prepared: Prepared
    after: bytes = field(repr=False)
    backup: Path | None
    notes: tuple[str, ...]
    is_running_changed: bool = False


def prepare(
    host: Host, ref: DomainRef, plan_for: Callable[[Document], Plan], *, only_looking: bool = False, live: bool = False
) -> Prepared:
    """Read what is stored and plan on it. ``plan_for`` may be asked again, so it must have no memory.

    With ``only_looking`` the passwords are left out, which a read-only connection allows; do not carry that out.
    With ``live`` the running domain is to change as well, or alone where the domain is transient.
    """
    state = _state(host, ref, live=live)
    before = host.public_xml(ref) if only_looking else host.stored_xml(ref)
    plan = plan_for(Document.parse(before))
    wanted = plan.data if state.is_persistent else before
    running = host.running_xml(ref) if state.is_running else None
    change = plan_running(host, ref, plan, state, running) if live and running else None
    notes = plan.notes
    if live and running is None and wanted != before:
        refuse_managed_save(ref, state)
        notes += (f"domain '{ref.name}' is shut off: there is nothing running to change",)
    runs = change.after if change else running
    notes += _warnings(ref, state, plan.data, runs, is_change=wanted != before)
    return Prepared(ref, before, wanted, notes, plan, lambda: prepare(host, ref, plan_for, live=live), change)


def prepare_undo(host: Host, ref: DomainRef, store: BackupStore) -> Prepared:
    """Prepare to put back, byte for byte, what chanfix replaced last. A second undo takes back the first."""
    backup = store.newest(host.uri, ref, other_than=host.stored_xml(ref))
    if backup is None:
        raise HostError(
            f"there is no backup of domain '{ref.name}' to put back",
            hint="chanfix keeps one of each definition that it replaces, for the user and the connection it ran with",
        )
    return _put_back(host, ref, backup)


def carry_out(host: Host, prepared: Prepared, store: BackupStore) -> ChangeResult:
    """Save what is stored, replace it and read it back.

    When someone changed the definition since it was read, everything starts over on theirs, three times at most.
    Raises ``HostError`` when libvirt refuses, and when what it stored is not what it was given.
    """
    notes: tuple[str, ...] = ()
    for _ in range(_ATTEMPTS):
        if not prepared.is_definition:
            return ChangeResult(prepared, prepared.before, None, prepared.notes + notes)
        backup = store.save(host.uri, prepared.ref, prepared.before)
        try:
            notes += _define(host, prepared)
        except _ChangedError:
            store.drop(backup)
            prepared = prepared.again()
            notes = (f"domain '{prepared.ref.name}' was changed by someone else meanwhile; this is done on theirs",)
            continue
        after = _read_back(host, prepared, backup)
        is_same = after == prepared.before
        if is_same:  # an undo would take back the change before this one
            store.drop(backup)
            notes += (f"libvirt stored domain '{prepared.ref.name}' as it was before: nothing changed",)
        _check_stored(prepared, after, backup)
        return ChangeResult(prepared, after, None if is_same else backup, prepared.notes + notes)
    raise HostError(
        f"domain '{prepared.ref.name}' was changed by someone else {_ATTEMPTS} times while it was to be defined",
        hint="nothing was written; try again when nobody else is at it",
    )


class _ChangedError(Exception):
    """What is stored is no longer what was read."""


def _put_back(host: Host, ref: DomainRef, backup: Backup) -> Prepared:
    state = _state(host, ref)
    before = host.stored_xml(ref)
    running = host.running_xml(ref) if state.is_running else None
    notes = _warnings(ref, state, backup.xml, running, is_change=backup.xml != before)
    # Our own changes are the channel and its controllers; whatever else is different was somebody's work.
    foreign = set(differences(Domain.parse(backup.xml), Domain.parse(before))) - {"<channel>", "<controller>"}
    if foreign:
        notes += (
            f"other parts of domain '{ref.name}' changed since the backup and change back too: "
            + ", ".join(sorted(foreign)),
        )
    return Prepared(ref, before, backup.xml, notes, None, lambda: _put_back(host, ref, backup))


def _state(host: Host, ref: DomainRef, *, live: bool = False) -> DomainState:
    state = host.state(ref)
    if not state.is_persistent and not live:
        raise HostError(
            f"domain '{ref.name}' is transient: it has no stored definition that could be changed",
            hint="change the file it is created from; add, remove, attach- and detach-libvirt have --live for it",
            code=Code.OPERATION_INVALID,
        )
    return state


def _define(host: Host, prepared: Prepared) -> tuple[str, ...]:
    """Define what is wanted and return notes. What failed validation before is defined without."""
    _check_identity(prepared)
    try:
        _replace(host, prepared, prepared.wanted, validate=True)
    except HostError as error:
        if error.code != Code.XML_INVALID_SCHEMA:
            raise
        if _is_valid_now(host, prepared):
            raise HostError(
                f"domain '{prepared.ref.name}' would no longer pass libvirt's schema; nothing was written",
                hint=error.message,
                code=error.code,
            ) from None
        _replace(host, prepared, prepared.wanted, validate=False)
        return (
            f"the definition of domain '{prepared.ref.name}' did not pass libvirt's schema before either: "
            "defined without validation",
        )
    return ()


def _is_valid_now(host: Host, prepared: Prepared) -> bool:
    """Say whether what is stored passes validation: libvirt has no other way to ask than to define it again."""
    try:
        _replace(host, prepared, prepared.before, validate=True)
    except HostError as error:
        if error.code == Code.XML_INVALID_SCHEMA:
            return False
        raise
    return True


def _replace(host: Host, prepared: Prepared, xml: bytes, *, validate: bool) -> None:
    if host.stored_xml(prepared.ref) != prepared.before:
        raise _ChangedError
    host.define(xml, validate=validate)


def _check_identity(prepared: Prepared) -> None:
    """Without its UUID a definition would become another domain's."""
    wanted = Domain.parse(prepared.wanted)
    ref = prepared.ref
    if (wanted.name, wanted.uuid) != (ref.name, ref.uuid):
        raise HostError(
            f"what is to be defined is domain '{wanted.name}' ({wanted.uuid}), not '{ref.name}' ({ref.uuid})",
            hint="nothing was written; a domain that was renamed keeps the backups of its old name",
        )


def _read_back(host: Host, prepared: Prepared, backup: Path) -> bytes:
    try:
        return host.stored_xml(prepared.ref)
    except HostError as error:
        raise HostError(
            f"domain '{prepared.ref.name}' was defined, but it cannot be verified: {error.message}",
            hint=f"the definition from before is in '{backup}'",
            code=error.code,
        ) from None


def _check_stored(prepared: Prepared, after: bytes, backup: Path) -> None:
    lost = ", ".join(differences(Domain.parse(prepared.wanted), Domain.parse(after)))
    if not lost:
        return
    name = prepared.ref.name
    if after == prepared.before:
        failed = f"libvirt did not store domain '{name}' as it was defined: it left {lost} as before"
        raise HostError(failed, hint="nothing changed")
    raise HostError(
        f"domain '{name}' is not stored as it was defined: libvirt, or someone else since, changed {lost}",
        hint=f"chanfix undo puts back what was there before; it is in '{backup}'",
    )


def _warnings(
    ref: DomainRef, state: DomainState, wanted: bytes, running: bytes | None, *, is_change: bool
) -> tuple[str, ...]:
    notes = []
    if running is not None and not runs_with_channels_of(Domain.parse(wanted), Domain.parse(running)):
        notes.append(
            f"domain '{ref.name}' {'is paused' if state.is_paused else 'runs'} with its old channels until it is "
            "powered off and started again; a reboot inside the guest is not enough"
        )
    if is_change and state.has_managed_save:
        notes.append(
            f"domain '{ref.name}' has a managed-save image: the next start resumes that with the old channels, and "
            "the new ones come at the start after the next power-off"
        )
    if is_change and state.snapshots:
        names = some_of(state.snapshots, _SNAPSHOTS_NAMED)
        notes.append(f"reverting domain '{ref.name}' to a snapshot brings its old channels back: {names}")
    return tuple(notes)
