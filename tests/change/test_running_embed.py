"""Channels plugged into running domains of libvirt's real QEMU driver, and out of them; none has to boot for it."""

import os
import re
from functools import partial
from uuid import uuid4

import pytest
from definitions import AGENT, channel

from chanfix.change.apply import prepare
from chanfix.change.rollback import carry_out_all
from chanfix.change.running import change_running
from chanfix.cli import main
from chanfix.domain import Domain
from chanfix.errors import HostError
from chanfix.host.libvirt.connection import LibvirtHost
from chanfix.rewrite.add import add
from chanfix.rewrite.plan import Wish
from chanfix.rewrite.remove import remove
from chanfix.rewrite.rename import attach, detach
from chanfix.xml.document import Document

pytestmark = pytest.mark.embed

DETACHED = "org.qemu.guest_agent.1"
CONTROLLER = "<controller type='virtio-serial' index='0'/>"
TWO_PORTS = "<controller type='virtio-serial' index='0' ports='2'/>"


@pytest.fixture
def host(embed):
    return LibvirtHost(pytest.importorskip("libvirt"), embed, 60)


@pytest.fixture
def start(embed, host):
    """Start a domain of QEMU's that boots nothing, and return its reference; it is gone after the test."""
    made = []

    def start(devices, *, stored=True):
        name = f"live-{uuid4().hex[:8]}"
        xml = (
            f"<domain type='qemu'><name>{name}</name><memory unit='MiB'>64</memory>"
            f"<os><type arch='x86_64' machine='pc'>hvm</type></os><devices>{devices}</devices></domain>"
        )
        if stored:
            made.append(embed.defineXML(xml))
            made[-1].create()
        else:
            made.append(embed.createXML(xml))
        return host.find(name)

    yield start
    for domain in made:
        with_image = domain.isPersistent() and domain.hasManagedSaveImage()
        if with_image:
            domain.managedSaveRemove()
        if domain.isActive():
            was_stored = domain.isPersistent()
            domain.destroy()
            if was_stored:
                domain.undefine()
        elif domain.isPersistent():
            domain.undefine()


@pytest.fixture
def change(host, store):
    """Carry out a planner's plan on what is stored and on what runs."""

    def change(planner, ref, **wish):
        planner = partial(planner, wish=Wish(version=host.version, **wish))
        return carry_out_all(host, prepare(host, ref, planner, live=True), store, settle=0)

    return change


def names(xml):
    return [found.name for found in Domain.of(Document.parse(xml)).channels]


def both(host, ref):
    return names(host.stored_xml(ref)), names(host.running_xml(ref))


def path_of(host, ref, name=AGENT):
    domain = Domain.of(Document.parse(host.running_xml(ref)))
    return next(found.path for found in domain.channels if found.name == name)


def test_channel_is_added_to_both_and_a_second_time_to_none(host, start, change):
    ref = start(CONTROLLER)
    applied = change(add, ref)
    assert both(host, ref) == ([AGENT], [AGENT])
    assert applied.is_running_changed
    assert any(path_of(host, ref) in note for note in applied.notes)
    assert not any("old channels" in note for note in applied.notes)
    socket = os.stat(path_of(host, ref)).st_ino
    again = change(add, ref)
    assert (again.backup, again.is_running_changed) == (None, False)
    assert os.stat(path_of(host, ref)).st_ino == socket


def test_channel_that_is_only_stored_is_plugged_in(host, start, change, store):
    ref = start(CONTROLLER)
    planner = partial(add, wish=Wish(version=host.version))
    carry_out_all(host, prepare(host, ref, planner), store)
    assert both(host, ref) == ([AGENT], [])
    change(add, ref)
    assert both(host, ref) == ([AGENT], [AGENT])


def test_detached_and_attached_again(host, start, change):
    ref = start(CONTROLLER + channel())
    change(detach, ref)
    assert both(host, ref) == ([DETACHED], [DETACHED])
    change(attach, ref)
    assert both(host, ref) == ([AGENT], [AGENT])


def test_a_controller_with_one_port_is_enough_for_a_rename(host, start, change):
    ref = start(TWO_PORTS + channel())
    change(detach, ref)
    assert both(host, ref) == ([DETACHED], [DETACHED])


def test_removed_from_both(host, start, change):
    ref = start(CONTROLLER + channel())
    change(remove, ref)
    assert both(host, ref) == ([], [])


def test_own_path_is_taken_over(host, home, start, change):
    ref = start(CONTROLLER)
    path = f"{home}/{ref.name}.sock"
    change(add, ref, path=path)
    assert path_of(host, ref) == path


def test_transient_domain_changes_alone(host, embed, start, change):
    ref = start(CONTROLLER, stored=False)
    applied = change(add, ref)
    assert names(host.running_xml(ref)) == [AGENT]
    assert applied.backup is None
    assert not embed.lookupByName(ref.name).isPersistent()


REFUSED = [
    pytest.param("", "no virtio-serial controller", id="no controller"),
    pytest.param(TWO_PORTS + channel("a"), "is taken", id="no free port"),
]


@pytest.mark.parametrize(("devices", "words"), REFUSED)
def test_what_cannot_be_is_refused_before_anything_is_touched(host, start, change, devices, words):
    ref = start(devices)
    before = host.stored_xml(ref), host.running_xml(ref)
    with pytest.raises(HostError, match=words) as caught:
        change(add, ref)
    assert "powered off and started again" in caught.value.hint
    assert (host.stored_xml(ref), host.running_xml(ref)) == before


def test_socket_of_a_channel_that_runs_on_is_not_taken_from_it(host, home, start, change, store):
    path = f"{home}/taken.sock"
    ref = start(CONTROLLER + channel("a", source=f"<source mode='bind' path='{path}'/>"))
    carry_out_all(host, prepare(host, ref, partial(remove, wish=Wish(port="a", version=host.version))), store)
    socket = os.stat(path).st_ino
    with pytest.raises(HostError, match=f"has its channel 'a' at '{path}'"):
        change(add, ref, path=path)
    assert os.stat(path).st_ino == socket
    assert both(host, ref) == ([], ["a"])


def test_paused_domain_is_refused(host, embed, start, change):
    ref = start(CONTROLLER + channel())
    embed.lookupByName(ref.name).suspend()
    before, socket = host.running_xml(ref), os.stat(path_of(host, ref)).st_ino
    with pytest.raises(HostError, match="is paused") as caught:
        change(detach, ref)
    assert f"virsh resume {ref.name}" in caught.value.hint
    assert (host.running_xml(ref), os.stat(path_of(host, ref)).st_ino) == (before, socket)


def test_channel_that_runs_in_another_shape_keeps_its_socket(host, home, start, change):
    ref = start(CONTROLLER + channel())
    before, socket = host.running_xml(ref), os.stat(path_of(host, ref)).st_ino
    with pytest.raises(HostError, match=f"has a channel '{AGENT}' already"):
        change(add, ref, path=f"{home}/own.sock")
    assert (host.running_xml(ref), os.stat(path_of(host, ref)).st_ino) == (before, socket)
    assert "own.sock" not in host.stored_xml(ref).decode()


def test_channel_that_qemu_refuses_leaves_all_as_it_was(host, start, change):
    """QEMU is told of a path in a folder that is not there: the old channel comes back, and what was stored too."""
    ref = start(CONTROLLER + channel())
    stored = host.stored_xml(ref)
    with pytest.raises(HostError, match=rf"has '{AGENT}', not '{DETACHED}'; the stored definition is as it was before"):
        change(detach, ref, path="/nowhere/web.sock")
    assert both(host, ref) == ([AGENT], [AGENT])
    assert host.stored_xml(ref) == stored
    assert os.path.exists(path_of(host, ref))


def test_domain_that_is_shut_off_is_changed_where_it_is_stored(host, embed, start, change):
    ref = start(CONTROLLER)
    embed.lookupByName(ref.name).destroy()
    applied = change(add, ref)
    assert names(host.stored_xml(ref)) == [AGENT]
    assert any("is shut off" in note for note in applied.notes)


def test_managed_save_image_is_refused(host, embed, start, change):
    ref = start(CONTROLLER)
    embed.lookupByName(ref.name).managedSave()
    with pytest.raises(HostError, match="managed-save image") as caught:
        change(add, ref)
    assert f"virsh managedsave-remove {ref.name}" in caught.value.hint
    assert names(host.stored_xml(ref)) == []


def test_domain_that_is_destroyed_between_the_plan_and_the_step_says_so(host, embed, start):
    ref = start(CONTROLLER)
    planner = partial(add, wish=Wish(version=host.version))
    planned = prepare(host, ref, planner, live=True).running
    embed.lookupByName(ref.name).destroy()
    with pytest.raises(HostError, match="was shut off meanwhile; the domain is shut off"):
        change_running(host, planned)


# What is stored and what runs, and what is said of the two.
COMPARED = [
    (channel(), channel(), "is there and right; the running domain has it too"),
    (channel(), "", "is there and right; pending power cycle: the running domain does not have it"),
    (
        channel(source="<source mode='bind' path='/run/a'/>"),
        channel(),
        "is there and right; pending power cycle: the running domain has another",
    ),
    ("", channel(), f"no channel '{AGENT}'; the running domain alone has one, until it is powered off"),
    ("", "", f"no channel '{AGENT}'"),
]


def test_check_compares_what_is_stored_with_what_runs(host, embed, start, capfd):
    refs = []
    for stored, running, _ in COMPARED:
        refs.append(start(CONTROLLER + running).name)
        xml = re.sub("(?s)<channel.*</channel>", "", host.stored_xml(host.find(refs[-1])).decode())
        embed.defineXML(xml.replace("</devices>", f"{stored}</devices>"))
    # One call for all: the driver can be opened by its URI only so often in a process.
    assert main(["-c", embed.getURI(), "check", *refs]) == 1
    said = capfd.readouterr().out.splitlines()
    assert [line.endswith(words) for line, (_, _, words) in zip(said, COMPARED, strict=True)] == [True] * len(said)


def test_looking_shows_both_halves_and_touches_none(host, embed, start, capfd):
    ref = start(CONTROLLER)
    before = host.stored_xml(ref), host.running_xml(ref)
    assert main(["-c", embed.getURI(), "add", ref.name, "--live", "--check"]) == 1
    out = capfd.readouterr().out
    assert f"+++ b/{ref.name}\n" in out
    assert f"+++ b/{ref.name} (running)\n" in out
    assert f"{ref.name}: would attach '{AGENT}' to the running domain\n" in out
    assert (host.stored_xml(ref), host.running_xml(ref)) == before


def test_live_is_refused_for_a_file(tmp_path, capfd):
    assert main(["add", "--live", str(tmp_path / "guest.xml")]) == 2
    assert "--live is for domains on a connection" in capfd.readouterr().err
