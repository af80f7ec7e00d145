"""Stored definitions in libvirt's real QEMU driver: real validation, addresses, dropped paths and running domains."""

from uuid import uuid4

import pytest
from definitions import AGENT, Plan, add, apply_stored, channel

from chanfix.change.apply import carry_out, prepare_undo
from chanfix.domain import Domain
from chanfix.errors import HostError
from chanfix.host.libvirt.connection import LibvirtHost
from chanfix.xml.document import Document

pytestmark = pytest.mark.embed


@pytest.fixture
def host(embed):
    return LibvirtHost(pytest.importorskip("libvirt"), embed, 60)


@pytest.fixture
def define(embed, host):
    """Define a domain of QEMU's and return its reference; the domain is gone after the test."""
    made = []

    def define(devices="", machine="q35"):
        name = f"web-{uuid4().hex[:8]}"
        made.append(
            embed.defineXML(
                f"<domain type='qemu'><name>{name}</name><memory unit='MiB'>64</memory>"
                f"<os><type arch='x86_64' machine='{machine}'>hvm</type></os><devices>{devices}</devices></domain>"
            )
        )
        return host.find(name)

    yield define
    for domain in made:
        is_persistent, is_active = domain.isPersistent(), domain.isActive()
        if is_persistent:
            domain.undefine()
        if is_active:
            domain.destroy()


def domain(xml):
    return Domain.of(Document.parse(xml))


@pytest.mark.parametrize("machine", ["q35", "pc"])
def test_channel_comes_with_a_controller_and_goes_again(host, define, store, machine):
    ref = define(machine=machine)
    applied = apply_stored(host, ref, add, store)
    after = domain(applied.after)
    assert [found.name for found in after.channels] == [AGENT]
    assert after.channels[0].address.type == "virtio-serial"
    assert len(after.virtio_serial_controllers) == 1
    assert after.uuid == ref.uuid
    assert carry_out(host, prepare_undo(host, ref, store), store).after == applied.prepared.before


def test_controller_may_bring_a_pci_port_of_its_own(host, define, store):
    ref = define()
    # libvirt keeps one port in store: this takes it.
    rng = b"<rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>"
    host.define(host.stored_xml(ref).replace(b"</devices>", rng + b"</devices>"), validate=True)
    before = domain(host.stored_xml(ref))
    after = domain(apply_stored(host, ref, add, store).after)
    assert len(after.devices_of("controller")) == len(before.devices_of("controller")) + 2


@pytest.mark.parametrize("display", ["vnc", "spice"])
def test_password_of_a_display_survives(host, define, store, display, need_display):
    need_display(display)
    ref = define(f"<graphics type='{display}' passwd='secret'/>")
    assert b"passwd='secret'" in apply_stored(host, ref, add, store).after


def test_path_that_libvirt_takes_for_its_own_and_drops_is_an_error(host, home, define, store):
    ref = define()
    source = f"<source mode='bind' path='{home}/lib/qemu/channel/target/domain-7-web/{AGENT}'/>"

    def with_path(document):
        return Plan(document.data.replace(b"<devices>", b"<devices>" + channel(source=source).encode()))

    with pytest.raises(HostError, match=r"is not stored as it was defined: libvirt, or .*, changed <channel>"):
        apply_stored(host, ref, with_path, store)
    assert carry_out(host, prepare_undo(host, ref, store), store).backup is not None
    assert domain(host.stored_xml(ref)).channels == []


def test_dropped_path_that_leaves_the_definition_as_it_was_is_no_change_to_undo(host, home, define, store):
    ref = define()
    apply_stored(host, ref, add, store)
    before = host.stored_xml(ref)
    source = f"<source mode='bind' path='{home}/lib/qemu/channel/target/domain-3-{ref.name}/{AGENT}'/>"

    def with_path(document):
        return Plan(document.data.replace(b"<channel type='unix'>", b"<channel type='unix'>" + source.encode()))

    with pytest.raises(HostError, match="it left <channel> as before") as caught:
        apply_stored(host, ref, with_path, store)
    assert caught.value.hint == "nothing changed"
    assert store.newest(host.uri, ref, other_than=b"").xml != before


def test_channel_with_a_path_of_its_own_is_kept(host, define, store):
    source = "<source mode='bind' path='/run/agents/web.sock'/>"
    ref = define()
    plan = Plan(host.stored_xml(ref).replace(b"<devices>", b"<devices>" + channel(source=source).encode()))
    after = apply_stored(host, ref, lambda document: plan, store).after
    assert domain(after).channels[0].path == "/run/agents/web.sock"


def test_second_run_changes_nothing(host, define, store):
    ref = define()
    apply_stored(host, ref, add, store)
    assert apply_stored(host, ref, add, store).backup is None


def test_domain_that_is_refused_by_the_schema_already_is_changed(host, define, store):
    ref = define(channel("org.example.0", inside="<log file='relative.log'/>"))
    applied = apply_stored(host, ref, add, store)
    assert any("did not pass libvirt's schema before either" in note for note in applied.notes)


def test_running_domain_has_the_channel_only_after_a_power_cycle(embed, host, define, store):
    ref = define()
    running = embed.lookupByName(ref.name)
    running.create()
    [note] = apply_stored(host, ref, add, store).notes
    assert "runs with its old channels" in note
    running.suspend()
    [note] = apply_stored(host, ref, add, store).notes
    assert "is paused with its old channels" in note
    running.destroy()
    running.create()
    assert domain(host.running_xml(ref)).channels[0].path.endswith(AGENT)
    assert apply_stored(host, ref, add, store).notes == ()


def test_transient_domain_is_refused(embed, host, define, store):
    ref = define()
    running = embed.lookupByName(ref.name)
    running.create()
    running.undefine()
    with pytest.raises(HostError, match="is transient"):
        apply_stored(host, ref, add, store)
