"""What libvirt does with the channel that chanfix writes: ``chanfix add`` wrote the one of every guest here."""

import pytest
from guest_machine import AGENT, agent_channel, wait_until

libvirt = pytest.importorskip("libvirt", reason="libvirt-python is missing: pip install 'chanfix[libvirt]'")


@pytest.fixture(scope="module")
def machine(make_guest, chanfix):
    """A guest that was defined without a channel, and started when chanfix had added it."""
    machine = make_guest(channel="", controller=False)
    assert chanfix("add", machine.name).status == 0
    machine.start()
    return machine


@pytest.fixture
def running(machine):
    """That guest, switched on and answering."""
    if not machine.domain.isActive():
        machine.start()
    machine.wait_for_agent()
    machine.domain.agentSetResponseTimeout(60)
    return machine


def is_frozen(machine):
    return machine.agent("guest-fsfreeze-status") == "frozen"


def quiesced_snapshot(machine):
    flags = libvirt.VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY | libvirt.VIR_DOMAIN_SNAPSHOT_CREATE_QUIESCE
    machine.domain.snapshotCreateXML("<domainsnapshot><name>quiesced</name></domainsnapshot>", flags)


def test_freeze_freezes_the_disk_and_thaw_lets_it_go(running):
    assert running.domain.fsFreeze() == 1
    try:
        assert is_frozen(running)
    finally:
        assert running.domain.fsThaw() == 1
    assert not is_frozen(running)
    assert running.run("echo thawed >/disk/file && cat /disk/file") == "thawed\n"


def test_guest_info_comes_from_the_agent(running):
    info = running.domain.guestInfo()
    assert info["hostname"] == "chanfix-guest"
    assert info["fs.0.mountpoint"] == "/disk"
    assert info["os.kernel-release"] == running.run("uname -r").strip()


def test_suspended_guest_answers_again_when_it_is_resumed(running):
    running.domain.suspend()
    with pytest.raises(libvirt.libvirtError) as caught:
        running.agent("guest-ping")
    assert caught.value.get_error_code() == libvirt.VIR_ERR_OPERATION_INVALID
    assert running.channel_state() == "connected"
    running.domain.resume()
    running.wait_for_agent()


def test_state_follows_the_agent_in_the_guest(running):
    running.set_agent("closed")
    assert running.channel_state() == "disconnected"
    with pytest.raises(libvirt.libvirtError) as caught:
        running.agent("guest-ping")
    assert caught.value.get_error_code() == libvirt.VIR_ERR_AGENT_UNRESPONSIVE
    running.set_agent("good")
    running.wait_for_agent()


def test_port_that_is_unplugged_and_plugged_in_again_is_opened_again(running):
    alias = running.channel().find("alias").get("name")
    running.domain.detachDeviceAlias(alias, libvirt.VIR_DOMAIN_AFFECT_LIVE)
    wait_until("the channel to go", lambda: running.channel() is None)
    wait_until("the port to go in the guest", lambda: AGENT not in running.run("ls /dev/virtio-ports"))
    running.domain.attachDeviceFlags(agent_channel(), libvirt.VIR_DOMAIN_AFFECT_LIVE)
    running.wait_for_agent()


def test_quiesced_snapshot_is_taken_of_a_guest_that_the_agent_froze(running):
    running.set_agent("blocked:guest-fsfreeze-freeze")
    with pytest.raises(libvirt.libvirtError):
        quiesced_snapshot(running)
    assert running.domain.snapshotNum() == 0
    running.set_agent("good")
    running.wait_for_agent()
    quiesced_snapshot(running)
    assert running.running().find("devices/disk/source").get("file").endswith(".quiesced")
    assert not is_frozen(running)


def test_reboot_by_the_agent_boots_the_guest_again(running):
    running.domain.reboot(libvirt.VIR_DOMAIN_REBOOT_GUEST_AGENT)
    running.wait_for_boot()
    running.wait_for_agent()


def test_shutdown_by_the_agent_switches_the_guest_off(running):
    try:
        running.domain.shutdownFlags(libvirt.VIR_DOMAIN_SHUTDOWN_GUEST_AGENT)
    except libvirt.libvirtError as error:
        # The guest can be off before libvirt, on a busy machine, has asked what became of the command.
        assert "End of file from agent socket" in str(error)  # noqa: PT017 - mostly there is none
    running.wait_until_off()
