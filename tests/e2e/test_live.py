"""``--live`` on a guest that runs: its agent answers without a power cycle, and what is refused touches nothing."""

import pytest
from guest_machine import AGENT, agent_channel

libvirt = pytest.importorskip("libvirt", reason="libvirt-python is missing: pip install 'chanfix[libvirt]'")

DETACHED = "org.qemu.guest_agent.1"


@pytest.fixture(scope="module")
def machine(make_guest):
    """A running guest with a controller and no channel."""
    machine = make_guest(channel="")
    machine.start()
    return machine


def stored(machine):
    return machine.domain.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE)


def test_added_live_an_agent_answers_and_goes_to_our_own_client_and_comes_back(machine, chanfix):
    done = chanfix("add", machine.name, "--live")
    assert (done.status, machine.agent_ports()) == (0, [AGENT]), done.err
    assert f"attached '{AGENT}' to the running domain" in done.out
    assert "runs with its old channels" not in done.err
    assert str(machine.socket_path()) in done.err
    machine.wait_for_agent()

    done = chanfix("detach-libvirt", machine.name, "--live")
    assert (done.status, machine.agent_ports()) == (0, [DETACHED]), done.err
    assert f"the socket of '{DETACHED}' in the running domain is {machine.socket_path(DETACHED)}" in done.err
    with pytest.raises(libvirt.libvirtError) as caught:
        machine.agent("guest-ping")
    assert caught.value.get_error_code() == libvirt.VIR_ERR_ARGUMENT_UNSUPPORTED
    assert DETACHED in machine.run("cat /sys/class/virtio-ports/*/name")
    machine.wait_for_state("connected", DETACHED)
    assert machine.ask(DETACHED, "guest-get-host-name") == {"host-name": "chanfix-guest"}

    assert chanfix("attach-libvirt", machine.name, "--live").status == 0
    assert machine.agent_ports() == [AGENT]
    machine.wait_for_agent()

    assert chanfix("remove", machine.name, "--live").status == 0
    assert (machine.agent_ports(), AGENT in stored(machine)) == ([], False)


def test_guest_without_a_controller_is_refused_and_stays_as_it_is(guest, chanfix):
    machine = guest(channel="", controller=False)
    machine.start()
    before = stored(machine), machine.domain.XMLDesc(0)
    done = chanfix("add", machine.name, "--live")
    assert done.status == 3
    assert "has no virtio-serial controller" in done.err
    assert "powered off and started again" in done.err
    assert (stored(machine), machine.domain.XMLDesc(0)) == before


@pytest.mark.parametrize(
    "arguments", [["add"], ["attach-libvirt"], ["add", "--dry-run"], ["detach-libvirt", "--check"]]
)
def test_what_changes_nothing_leaves_the_agent_its_socket(good_guest, chanfix, arguments):
    before, socket = good_guest.domain.XMLDesc(0), good_guest.socket_path().stat().st_ino
    chanfix(*arguments, good_guest.name, "--live")
    assert (good_guest.domain.XMLDesc(0), good_guest.socket_path().stat().st_ino) == (before, socket)
    assert good_guest.agent("guest-ping") == {}


def test_paused_guest_is_refused_and_its_agent_keeps_its_socket(good_guest, chanfix):
    before, socket = stored(good_guest), good_guest.socket_path().stat().st_ino
    good_guest.domain.suspend()
    done = chanfix("detach-libvirt", good_guest.name, "--live")
    good_guest.domain.resume()
    assert done.status == 3
    assert f"virsh resume {good_guest.name}" in done.err
    assert (stored(good_guest), good_guest.socket_path().stat().st_ino) == (before, socket)
    good_guest.wait_for_agent()


def test_channel_that_cannot_be_plugged_in_does_not_hurt_the_agent(good_guest, chanfix):
    """QEMU cannot listen in a folder that is not there; the agent's own channel was not in its way."""
    before, socket = good_guest.domain.XMLDesc(0), good_guest.socket_path().stat().st_ino
    definition = stored(good_guest)
    done = chanfix("add", good_guest.name, "--port", "com.example.0", "--path", "/nowhere/web.sock", "--live")
    assert done.status == 3
    assert "the stored definition is as it was before" in done.err
    assert (stored(good_guest), good_guest.domain.XMLDesc(0)) == (definition, before)
    assert good_guest.socket_path().stat().st_ino == socket
    assert good_guest.agent("guest-ping") == {}


def test_agent_comes_back_when_the_detached_channel_cannot_be_plugged_in(guest, chanfix):
    machine = guest()
    machine.start()
    machine.wait_for_agent()
    before = stored(machine)
    done = chanfix("detach-libvirt", machine.name, "--path", "/nowhere/web.sock", "--live")
    assert done.status == 3
    assert f"the running domain has '{AGENT}', not '{DETACHED}'; the stored definition is as it was before" in done.err
    assert stored(machine) == before
    machine.wait_for_agent()


def test_own_path_is_plugged_out_and_in_again(guest, chanfix, home):
    path = home / "live-own.sock"
    machine = guest(channel=agent_channel(source=f"<source mode='bind' path='{path}'/>"))
    machine.start()
    machine.wait_for_agent()
    assert chanfix("remove", machine.name, "--live").status == 0
    assert machine.agent_ports() == []
    assert chanfix("add", machine.name, "--path", str(path), "--live").status == 0
    assert machine.socket_path() == path
    machine.wait_for_agent()
