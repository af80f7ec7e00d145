"""Carrying out a plan against a host that fails, changes and forgets at the worst moment."""

from dataclasses import replace

import pytest
from definitions import AGENT, SECRET, Plan, add, apply_stored, channel, definition
from fake_host import REF, SHUT_OFF, FakeHost

from chanfix.change.apply import carry_out, prepare, prepare_undo
from chanfix.errors import HostError
from chanfix.host.host import Code

OLD = definition()
NEW = definition(channel())
# What somebody else does to the domain meanwhile.
THEIRS = definition(memory=4096)
THEIRS_AND_OURS = definition(channel(), memory=4096)
RUNS = replace(SHUT_OFF, is_running=True)


def test_channel_is_defined_with_validation_and_the_old_definition_kept(store):
    host = FakeHost(OLD)
    applied = apply_stored(host, REF, add, store)
    assert host.defined == [(NEW, True)]
    assert applied.after == NEW
    assert applied.backup.read_bytes() == OLD
    assert applied.notes == ()


def test_preparing_writes_nothing(store):
    host = FakeHost(OLD)
    prepared = prepare(host, REF, add)
    assert (prepared.before, prepared.wanted, prepared.is_change) == (OLD, NEW, True)
    assert host.stored == OLD
    assert "define" not in host.calls


def test_nothing_is_written_where_nothing_changes(store, tmp_path):
    host = FakeHost(NEW)
    applied = apply_stored(host, REF, add, store)
    assert (applied.after, applied.backup) == (NEW, None)
    assert host.defined == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.survival(
    "A connection to libvirt",
    "an error of libvirt at each call before and at the definition",
    "old",
)
@pytest.mark.parametrize(
    ("call", "number"),
    [("state", 1), ("stored_xml", 1), ("running_xml", 1), ("stored_xml", 2), ("define", 1)],
)
def test_failing_call_leaves_the_old_definition(store, call, number):
    host = FakeHost(OLD, running=OLD, domain_state=RUNS)
    host.fail(call, number, code=38)
    with pytest.raises(HostError) as caught:
        apply_stored(host, REF, add, store)
    assert caught.value.code == 38
    assert host.stored == OLD
    assert host.calls[-1] == call


@pytest.mark.survival(
    "A connection to libvirt",
    "an error of libvirt at the call that verifies",
    "new, and said to be not verified",
)
def test_definition_that_cannot_be_read_back_is_said_to_be_written(store):
    host = FakeHost(OLD)
    host.fail("stored_xml", 3)
    with pytest.raises(HostError, match="was defined, but it cannot be verified: stored_xml failed") as caught:
        apply_stored(host, REF, add, store)
    assert str(store.newest(host.uri, REF, other_than=b"").path) in caught.value.hint


@pytest.mark.survival(
    "A connection to libvirt",
    "a definition that somebody changes meanwhile",
    "both changes",
)
def test_change_by_someone_else_is_kept_and_ours_made_on_it(store):
    host = FakeHost(OLD)
    host.someone_writes(THEIRS, "stored_xml", 2)
    applied = apply_stored(host, REF, add, store)
    assert host.stored == applied.after == THEIRS_AND_OURS
    assert applied.backup.read_bytes() == THEIRS
    assert "changed by someone else meanwhile" in applied.notes[0]


def test_someone_else_who_did_the_same_leaves_nothing_to_do(store):
    host = FakeHost(OLD)
    host.someone_writes(NEW, "stored_xml", 2)
    applied = apply_stored(host, REF, add, store)
    assert host.defined == []
    assert applied.backup is None
    assert store.newest(host.uri, REF, other_than=b"") is None


@pytest.mark.survival(
    "A connection to libvirt",
    "a definition that somebody keeps changing",
    "theirs, nothing written",
)
def test_someone_who_keeps_changing_the_definition_wins(store):
    host = FakeHost(OLD)
    # Each attempt reads twice.
    for attempt in range(1, 4):
        host.someone_writes(definition(memory=attempt), "stored_xml", 2 * attempt)
    with pytest.raises(HostError, match="changed by someone else 3 times"):
        apply_stored(host, REF, add, store)
    assert host.defined == []


def test_definition_that_failed_validation_before_is_defined_without(store):
    host = FakeHost(OLD, passes_schema=lambda xml: False)
    applied = apply_stored(host, REF, add, store)
    assert host.defined == [(NEW, False)]
    assert "did not pass libvirt's schema before either" in applied.notes[0]


def test_plan_that_makes_a_valid_definition_invalid_is_refused(store):
    host = FakeHost(OLD, passes_schema=lambda xml: xml == OLD)
    with pytest.raises(HostError, match="would no longer pass libvirt's schema; nothing was written") as caught:
        apply_stored(host, REF, add, store)
    assert caught.value.code == Code.XML_INVALID_SCHEMA
    assert host.stored == OLD


@pytest.mark.parametrize("number", [3, 4], ids=["before the old is validated", "before ours goes without validation"])
def test_change_by_someone_else_amid_validation_is_kept(store, number):
    host = FakeHost(OLD, passes_schema=lambda xml: False)
    host.someone_writes(THEIRS, "stored_xml", number)
    apply_stored(host, REF, add, store)
    assert host.defined == [(THEIRS_AND_OURS, False)]


@pytest.mark.survival(
    "A connection to libvirt",
    "a new definition with another name or UUID",
    "never reaches libvirt",
)
@pytest.mark.parametrize(
    "loss",
    [
        pytest.param((b"  <uuid>00000000-0000-0000-0000-000000000001</uuid>\n", b""), id="no uuid"),
        pytest.param((b"000000000001<", b"000000000002<"), id="another uuid"),
        pytest.param((b"<name>web<", b"<name>www<"), id="another name"),
    ],
)
def test_definition_that_would_be_another_domain_never_reaches_libvirt(store, loss):
    host = FakeHost(OLD)
    with pytest.raises(HostError, match=r"not 'web' \(00000000-0000-0000-0000-000000000001\)"):
        apply_stored(host, REF, lambda document: Plan(document.data.replace(*loss)), store)
    assert "define" not in host.calls


@pytest.mark.survival(
    "A connection to libvirt",
    "a libvirt that stores something else than it was given",
    "an error that names the way back",
)
@pytest.mark.parametrize(
    ("store_as", "named"),
    [
        pytest.param(lambda xml: xml.replace(b"'unix'", b"'pty'"), "<channel>", id="makes another channel of it"),
        pytest.param(lambda xml: xml.replace(AGENT.encode(), b"agent"), "<channel>", id="renames the channel"),
        pytest.param(lambda xml: xml.replace(SECRET.encode(), b"other"), "<graphics>", id="changes a password"),
        pytest.param(lambda xml: THEIRS_AND_OURS, "<currentMemory>, <memory>", id="changes the memory"),
    ],
)
def test_libvirt_that_stores_something_else_is_an_error_that_names_the_way_back(store, store_as, named):
    host = FakeHost(OLD, store_as=store_as)
    with pytest.raises(HostError, match=f"'web' is not stored as it was defined: .* changed {named}$") as caught:
        apply_stored(host, REF, add, store)
    assert "chanfix undo" in caught.value.hint
    assert SECRET not in caught.value.message + caught.value.hint


def test_libvirt_that_changes_nothing_leaves_nothing_to_undo(store):
    host = FakeHost(OLD, store_as=lambda xml: OLD)
    with pytest.raises(HostError, match=r"as it was defined: it left <channel> as before$") as caught:
        apply_stored(host, REF, add, store)
    assert caught.value.hint == "nothing changed"
    assert store.newest(host.uri, REF, other_than=b"") is None


def test_change_that_means_nothing_to_libvirt_is_no_change(store):
    host = FakeHost(OLD, store_as=lambda xml: OLD)
    applied = apply_stored(host, REF, lambda document: Plan(document.data + b"\n"), store)
    assert applied.notes == ("libvirt stored domain 'web' as it was before: nothing changed",)
    assert applied.backup is None
    assert store.newest(host.uri, REF, other_than=b"") is None


def test_transient_domain_is_refused(store):
    host = FakeHost(OLD, domain_state=replace(RUNS, is_persistent=False))
    with pytest.raises(HostError, match="'web' is transient") as caught:
        apply_stored(host, REF, add, store)
    assert caught.value.code == Code.OPERATION_INVALID
    assert host.calls == ["state"]


LIVE_CHANNEL = channel(
    source="\n      <source mode='bind' path='/run/libvirt/qemu/channel/7-web/org.qemu.guest_agent.0'/>",
    inside="\n      <alias name='channel0'/>\n      <address type='virtio-serial' controller='0' bus='0' port='1'/>",
)


@pytest.mark.parametrize(
    ("state", "running", "notes"),
    [
        pytest.param(SHUT_OFF, None, [], id="shut off"),
        pytest.param(RUNS, OLD, ["runs with its old channels until it is powered off"], id="running"),
        pytest.param(replace(RUNS, is_paused=True), OLD, ["is paused with its old channels"], id="paused"),
        pytest.param(RUNS, definition(LIVE_CHANNEL), [], id="running with the channel"),
        pytest.param(RUNS, definition(LIVE_CHANNEL * 2), ["with its old channels"], id="running with one more"),
        pytest.param(replace(SHUT_OFF, has_managed_save=True), None, ["has a managed-save image"], id="managed save"),
        pytest.param(replace(SHUT_OFF, snapshots=("a", "b")), None, ["channels back: a, b"], id="snapshots"),
        pytest.param(
            replace(SHUT_OFF, snapshots=tuple("abcde")),
            None,
            ["channels back: a, b, c and 2 more"],
            id="many snapshots",
        ),
    ],
)
def test_what_stands_in_the_way_of_the_new_channel_is_noted(store, state, running, notes):
    applied = apply_stored(FakeHost(OLD, running=running, domain_state=state), REF, add, store)
    assert len(applied.notes) == len(notes)
    for note, expected in zip(applied.notes, notes, strict=True):
        assert expected in note


def test_right_definition_of_a_domain_that_runs_without_it_is_noted(store):
    state = replace(RUNS, has_managed_save=True, snapshots=("a",))
    [note] = apply_stored(FakeHost(NEW, running=OLD, domain_state=state), REF, add, store).notes
    assert "until it is powered off and started again" in note


def test_notes_of_the_plan_come_first(store):
    host = FakeHost(OLD, running=OLD, domain_state=RUNS)
    notes = apply_stored(host, REF, lambda document: Plan(NEW, ("mind the gap",)), store).notes
    assert notes[0] == "mind the gap"
    assert len(notes) == 2


def test_values_do_not_show_passwords_when_they_are_printed(store):
    applied = apply_stored(FakeHost(OLD), REF, add, store)
    backup = store.newest("fake:///", REF, other_than=b"")
    assert SECRET not in repr(applied) + repr(backup)


def undo(host, store):
    return carry_out(host, prepare_undo(host, REF, store), store)


def test_undo_puts_back_the_very_bytes_and_a_second_one_takes_that_back(store):
    host = FakeHost(OLD)
    apply_stored(host, REF, add, store)
    assert undo(host, store).after == OLD
    assert undo(host, store).after == NEW


def test_undo_after_a_refused_change_still_finds_the_change_before_it(store):
    host = FakeHost(OLD)
    apply_stored(host, REF, add, store)
    host.fail("define", 2)
    with pytest.raises(HostError):
        apply_stored(host, REF, lambda document: Plan(document.data.replace(b".0'", b".1'")), store)
    assert undo(host, store).after == OLD


def test_undo_without_a_backup_says_so(store):
    with pytest.raises(HostError, match="no backup of domain 'web'"):
        prepare_undo(FakeHost(OLD), REF, store)


def test_undo_warns_of_changes_that_were_not_ours(store):
    host = FakeHost(OLD)
    apply_stored(host, REF, add, store)
    assert prepare_undo(host, REF, store).notes == ()
    host.stored = THEIRS_AND_OURS
    [note] = prepare_undo(host, REF, store).notes
    assert note.endswith("changed since the backup and change back too: <currentMemory>, <memory>")


def test_undo_does_not_overwrite_a_change_that_it_has_not_seen(store):
    host = FakeHost(OLD)
    apply_stored(host, REF, add, store)
    prepared = prepare_undo(host, REF, store)
    host.stored = THEIRS_AND_OURS
    applied = carry_out(host, prepared, store)
    assert applied.after == OLD
    assert applied.backup.read_bytes() == THEIRS_AND_OURS
    assert any("change back too" in note for note in applied.notes)


def test_undo_of_a_domain_that_was_renamed_is_refused(store):
    host = FakeHost(OLD)
    apply_stored(host, REF, add, store)
    host.stored = definition(channel(), name="www")
    ref = replace(REF, name="www")
    with pytest.raises(HostError, match="what is to be defined is domain 'web'"):
        carry_out(host, prepare_undo(host, ref, store), store)
    assert host.defined == [(NEW, True)]
