"""Both halves of a change, against a host that fails and changes at the worst moment: none is left half done."""

from collections import Counter
from dataclasses import replace
from functools import partial

import pytest
from definitions import AGENT, channel, definition
from fake_host import REF, SHUT_OFF, FakeHost

from chanfix.change.apply import prepare
from chanfix.change.rollback import carry_out_all
from chanfix.domain import Domain
from chanfix.errors import HostError, OutputError
from chanfix.rewrite.plan import Wish
from chanfix.rewrite.rename import detach
from chanfix.xml.document import Document

DETACHED = "org.qemu.guest_agent.1"
CONTROLLER = "    <controller type='virtio-serial' index='0'/>\n"
RUNS = replace(SHUT_OFF, is_running=True)
OLD = definition(CONTROLLER + channel())
NEW = definition(CONTROLLER + channel(DETACHED))
LIVE_OLD = definition(CONTROLLER + channel(inside="<alias name='channel0'/>"))
# What somebody else does to the domain meanwhile.
THEIRS = definition(CONTROLLER + channel(), memory=4096)


@pytest.fixture
def host():
    return FakeHost(OLD, running=LIVE_OLD, domain_state=RUNS)


def rename(host, store):
    planner = partial(detach, wish=Wish())
    return carry_out_all(host, prepare(host, REF, planner, live=True), store, settle=0)


def names(xml):
    return [found.name for found in Domain.of(Document.parse(xml)).channels]


def test_both_are_changed(host, store):
    assert rename(host, store).is_running_changed
    assert (host.stored, names(host.running)) == (NEW, [DETACHED])
    # Every call but the last is failed below; that one only looks whether somebody has the port open.
    assert Counter(host.calls) == Counter(call for call, _ in calls()) + Counter(["running_xml"])


def calls():
    """Every call that a live rename makes."""
    return [
        *(("state", number) for number in range(1, 5)),
        *(("stored_xml", number) for number in range(1, 4)),
        *(("running_xml", number) for number in range(1, 6)),
        *((call, 1) for call in ("define", "detach_device", "attach_device")),
    ]


@pytest.mark.parametrize(("call", "number"), calls())
def test_whatever_call_fails_no_wrong_claim_is_made(host, store, call, number):
    host.fail(call, number)
    with pytest.raises(HostError) as caught:
        rename(host, store)
    said = caught.value.message
    assert f"{call} failed" in said
    assert host.stored in (OLD, NEW)
    if "the stored definition is as it was before" in said or "detach_device" not in host.calls:
        assert host.stored == OLD or "it cannot be verified" in said
    assert (f"the running domain has '{AGENT}', not '{DETACHED}'" in said) <= (names(host.running) == [AGENT])
    assert (f"the running domain has '{DETACHED}', not '{AGENT}'" in said) <= (names(host.running) == [DETACHED])


def lose_the_connection(host, call, number):
    """Fail at a call and at every one after it."""

    def event():
        host._record = lost
        raise HostError("the connection is lost")

    def lost(call):
        raise HostError("the connection is lost")

    host.events[call, number] = event


@pytest.mark.parametrize(("call", "number"), calls())
def test_lost_connection_leaves_each_half_old_or_new_and_says_what_is_not_known(host, store, call, number):
    lose_the_connection(host, call, number)
    with pytest.raises(HostError, match="the connection is lost") as caught:
        rename(host, store)
    assert host.stored in (OLD, NEW)
    if host.stored == NEW:
        assert "could not be put back" in caught.value.message or "cannot be verified" in caught.value.message
        assert store.newest(host.uri, REF, other_than=NEW).xml == OLD


def test_old_channel_comes_back_when_the_new_one_is_refused(host, store):
    host.fail("attach_device", 1)
    with pytest.raises(HostError, match=f"has '{AGENT}', not '{DETACHED}'; the stored definition is as it was before"):
        rename(host, store)
    assert (host.stored, names(host.running)) == (OLD, [AGENT])
    assert store.newest(host.uri, REF, other_than=b"") is None


def test_channel_that_cannot_come_back_is_said_to_be_gone(host, store):
    host.fail("attach_device", 1)
    host.fail("attach_device", 2)
    with pytest.raises(HostError, match=f"could not be attached again: .*not '{AGENT}' nor '{DETACHED}'") as caught:
        rename(host, store)
    assert caught.value.message.endswith("the stored definition is as it was before")
    assert (host.stored, names(host.running)) == (OLD, [])


def test_machine_that_does_not_let_go_keeps_its_channel(host, store):
    host.detach_device = lambda ref, alias: None
    with pytest.raises(HostError, match="has not let go of it; the running domain has") as caught:
        rename(host, store)
    assert "it may still go" in caught.value.hint
    assert (host.stored, names(host.running)) == (OLD, [AGENT])


def test_definition_of_someone_else_is_not_put_back_over(host, store):
    def event():
        host.stored = THEIRS
        raise HostError("no")

    host.events["detach_device", 1] = event
    with pytest.raises(HostError, match="changed by someone else since, and is left so"):
        rename(host, store)
    assert host.stored == THEIRS


def test_domain_that_is_undefined_meanwhile_is_not_defined_again(host, store):
    def event():
        host.domain_state = replace(RUNS, is_persistent=False)
        raise HostError("no")

    host.events["detach_device", 1] = event
    with pytest.raises(HostError, match="the domain was undefined meanwhile, and is left so; the old one is in"):
        rename(host, store)
    assert host.calls.count("define") == 1


def test_backup_that_cannot_be_dropped_does_not_hide_what_failed(host, store, monkeypatch):
    def drop(backup):
        raise OutputError("cannot use the backups")

    monkeypatch.setattr(store, "drop", drop)
    host.fail("attach_device", 1)
    with pytest.raises(HostError, match=r"attach_device failed; .*; the stored definition is as it was before"):
        rename(host, store)


def test_domain_that_is_shut_off_meanwhile_keeps_the_new_definition(host, store):
    def event():
        host.running, host.domain_state = None, SHUT_OFF
        raise HostError("no")

    host.events["detach_device", 1] = event
    applied = rename(host, store)
    assert not applied.is_running_changed
    assert "was shut off meanwhile: its next start has the new channel" in applied.notes[-1]
    assert host.stored == NEW


@pytest.mark.parametrize("number", [2, 3], ids=["before the detach", "between detach and attach"])
def test_domain_that_is_paused_meanwhile_keeps_its_old_channel(host, store, number):
    def event():
        host.domain_state = replace(RUNS, is_paused=True)

    host.events["state", number] = event
    with pytest.raises(HostError, match="is paused"):
        rename(host, store)
    assert (host.stored, names(host.running)) == (OLD, [AGENT])


def test_port_that_someone_else_plugs_in_meanwhile_is_left_alone(host, store):
    def event():
        host.running = host.running.replace(
            b"</devices>", channel(DETACHED, inside="<alias name='channel1'/>").encode() + b"</devices>"
        )

    host.events["state", 3] = event
    with pytest.raises(HostError):
        rename(host, store)
    assert "attach_device" not in host.calls
    assert host.stored == OLD


def destroyed(host):
    host.running, host.domain_state = None, SHUT_OFF


def paused(host):
    host.domain_state = replace(RUNS, is_paused=True)


def undefined(host):
    # Of a domain that runs the running definition is left, as a transient one's.
    host.stored, host.domain_state = host.running, replace(RUNS, is_persistent=False)


def redefined(host):
    host.stored = THEIRS


@pytest.mark.parametrize("what", [destroyed, paused, undefined, redefined], ids=lambda what: what.__name__)
@pytest.mark.parametrize(("call", "number"), calls())
def test_whatever_happens_to_the_domain_meanwhile_no_wrong_claim_is_made(host, store, call, number, what):
    host.events[call, number] = partial(what, host)
    try:
        is_running_changed, said = rename(host, store).is_running_changed, ""
    except HostError as error:
        is_running_changed, said = False, error.message
    if host.domain_state.is_persistent:
        assert host.stored in (OLD, NEW, THEIRS, THEIRS.replace(AGENT.encode(), DETACHED.encode()))
    assert is_running_changed <= (host.running is not None and names(host.running) == [DETACHED])
    assert ("the stored definition is as it was before" in said) <= (host.stored == OLD)
    assert (f"the running domain has '{AGENT}', not '{DETACHED}'" in said) <= (names(host.running or OLD) == [AGENT])
    assert "libvirt did not store" not in said
