"""What takes a libvirtd that can be ended and started again, and other processes on it."""

import signal
import subprocess
import sys

import pytest
from guest_driver import Libvirtd
from guest_machine import AGENT

from chanfix.host.libvirt.connection import LibvirtHost

libvirt = pytest.importorskip("libvirt", reason="libvirt-python is missing: pip install 'chanfix[libvirt]'")

OTHER = "org.qemu.guest_agent.1"


@pytest.fixture
def libvirtd(driver):
    if not isinstance(driver, Libvirtd):
        pytest.skip("takes a libvirtd: CHANFIX_E2E_LIBVIRTD=1")
    return driver


def stored_ports(machine):
    xml = machine.domain.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE)
    return sorted(port for port in (AGENT, OTHER) if f"name='{port}'" in xml)


def commands_at_once(machine, *commands):
    """Run commands of chanfix in processes of their own, and return their statuses and what they said."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "chanfix", "--connect", machine.uri, *command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for command in commands
    ]
    said = [process.communicate(timeout=120)[0] for process in processes]
    return [process.returncode for process in processes], "".join(said)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_agent_answers_a_daemon_that_was_restarted(libvirtd, good_guest, chanfix, how):
    libvirtd.stop(how)
    libvirtd.start()
    good_guest.wait_for_agent()
    assert good_guest.channel_state() == "connected"
    assert chanfix("check", good_guest.name).status == 0


def test_agent_that_left_while_there_was_no_daemon_is_disconnected(libvirtd, good_guest):
    libvirtd.stop()
    good_guest.run("set-agent closed")
    libvirtd.start()
    good_guest.wait_for_state("disconnected")
    good_guest.set_agent("good")
    good_guest.wait_for_agent()


def test_two_processes_that_add_at_once_leave_one_channel(libvirtd, guest):
    machine = guest(channel="")
    statuses, said = commands_at_once(machine, ["add", machine.name], ["add", machine.name])
    assert statuses == [0, 0], said
    assert machine.domain.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE).count(f"name='{AGENT}'") == 1


def test_two_processes_with_different_wishes_leave_what_one_of_them_wrote(libvirtd, guest):
    machine = guest(channel="")
    statuses, said = commands_at_once(machine, ["add", machine.name], ["add", machine.name, "--port", OTHER])
    assert set(statuses) <= {0, 3}, said
    assert "Traceback" not in said
    assert stored_ports(machine) in ([AGENT], [OTHER], [AGENT, OTHER])


@pytest.mark.parametrize(
    ("call", "when", "kept"),
    [
        ("find", "before", []),
        ("stored_xml", "before", []),
        ("stored_xml", "after", []),
        ("define", "before", []),
        ("define", "after", [AGENT]),
    ],
)
def test_daemon_that_is_killed_leaves_the_definition_old_or_new(
    libvirtd, guest, chanfix, monkeypatch, call, when, kept
):
    machine = guest(channel="")
    original = getattr(LibvirtHost, call)

    def killing(host, *arguments, **options):
        if when == "before":
            libvirtd.stop(signal.SIGKILL)
        try:
            return original(host, *arguments, **options)
        finally:
            if when == "after":
                libvirtd.stop(signal.SIGKILL)

    with monkeypatch.context() as patch:
        patch.setattr(LibvirtHost, call, killing)
        done = chanfix("add", machine.name)
    libvirtd.start()
    assert done.status == 3
    assert "Traceback" not in done.err
    assert done.err.startswith("chanfix: ")
    assert stored_ports(machine) == kept
