"""Stored definitions that chanfix edits: what the guest has of them after a power cycle, and what before."""

import pytest
from guest_machine import AGENT

libvirt = pytest.importorskip("libvirt", reason="libvirt-python is missing: pip install 'chanfix[libvirt]'")

DETACHED = "org.qemu.guest_agent.1"


@pytest.fixture(scope="module")
def machine(make_guest):
    """A running guest that has neither a channel nor a controller for one."""
    machine = make_guest(channel="", controller=False)
    machine.start()
    return machine


@pytest.fixture(scope="module")
def attached(machine, chanfix):
    """That guest after ``add`` and a power cycle."""
    before = machine.domain.XMLDesc(0)
    done = chanfix("add", machine.name)
    assert (done.status, machine.domain.XMLDesc(0)) == (0, before)
    assert "runs with its old channels" in done.err
    machine.power_cycle()
    return machine


@pytest.fixture(scope="module")
def detached(attached, chanfix):
    """That guest after ``detach-libvirt`` as well, and another power cycle."""
    done = chanfix("detach-libvirt", attached.name)
    assert done.status == 0
    assert attached.agent("guest-ping") == {}
    attached.power_cycle()
    return attached


@pytest.fixture(scope="module")
def attached_again(detached, chanfix):
    """That guest after ``attach-libvirt`` as well, and another power cycle."""
    assert chanfix("attach-libvirt", detached.name).status == 0
    detached.power_cycle()
    return detached


def code_of(call, *arguments):
    """Return the code of libvirt's error."""
    with pytest.raises(libvirt.libvirtError) as caught:
        call(*arguments)
    return caught.value.get_error_code()


def test_guest_without_a_channel_has_no_agent_for_libvirt(machine):
    assert code_of(machine.agent, "guest-ping") == libvirt.VIR_ERR_ARGUMENT_UNSUPPORTED


def test_added_channel_answers_after_a_power_cycle(attached):
    attached.wait_for_agent()
    assert attached.agent_ports() == [AGENT]
    assert attached.domain.guestInfo()["hostname"] == "chanfix-guest"


def test_detached_port_has_no_agent_for_libvirt_and_answers_over_its_socket(detached):
    detached.wait_for_state("connected", DETACHED)
    assert code_of(detached.agent, "guest-ping") == libvirt.VIR_ERR_ARGUMENT_UNSUPPORTED
    assert code_of(detached.domain.getTime) == libvirt.VIR_ERR_ARGUMENT_UNSUPPORTED
    assert detached.ask(DETACHED, "guest-get-host-name") == {"host-name": "chanfix-guest"}


def test_port_that_is_given_back_answers_libvirt_again(attached_again):
    attached_again.wait_for_agent()
    assert attached_again.agent_ports() == [AGENT]


def test_socket_path_of_its_own_is_where_the_agent_answers(guest, chanfix, home):
    machine = guest(channel="")
    own = home / "guests" / machine.name / "own.sock"
    assert chanfix("add", machine.name, "--path", str(own)).status == 0
    assert chanfix("add", machine.name, "--port", DETACHED).status == 0
    machine.start()
    machine.wait_for_agent()
    machine.wait_for_state("connected", DETACHED)
    assert machine.socket_path() == own
    assert machine.ask(DETACHED, "guest-ping") == {}


def test_socket_path_that_looks_generated_is_refused_and_nothing_is_left_of_it(guest, chanfix):
    machine = guest(channel="")
    before = machine.domain.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE)
    folder = machine.driver.channel_folder
    done = chanfix("add", machine.name, "--path", f"{folder}/domain-7-{machine.name}/{AGENT}")
    assert done.status == 3
    assert "[path-live-generated]" in done.err
    assert machine.domain.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE) == before
