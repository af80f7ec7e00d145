import pytest

from chanfix.domain.agent_name import AGENT_NAME, guess_agent_name

MEANT = {
    "org.qemu.guest_agent.0": AGENT_NAME,
    "org.qemu.guest_agent.7": "org.qemu.guest_agent.7",
    " org.qemu.guest_agent.0\n": AGENT_NAME,
    "org.qemu.guest_agent": AGENT_NAME,
    "org.qemu.guest_agent.": AGENT_NAME,
    "org.qemu.guest_agent0": AGENT_NAME,
    "org.qemu.guest_agent_0": AGENT_NAME,
    "org.qemu.guest_agent.00": AGENT_NAME,
    "org.qemu.guest_agent.01": "org.qemu.guest_agent.1",
    "org.qemu.guest_agent.O": AGENT_NAME,
    "org.qemu.guest_agent.0\u200b": AGENT_NAME,
    "org.qemu.guest-agent.0": AGENT_NAME,
    "org.qemu.guest.agent.2": "org.qemu.guest_agent.2",
    "org_qemu_guest_agent_0": AGENT_NAME,
    "org.qemu.guestagent.0": AGENT_NAME,
    "orgqemuguestagent": AGENT_NAME,
    "org.qemu.Guest_agent.0": AGENT_NAME,
    "ORG.QEMU.GUEST_AGENT.0": AGENT_NAME,
    "org.qemu.quest_agent.0": AGENT_NAME,
    "org.qemu.guest_agen.0": AGENT_NAME,
    "org.qemu.guset_agnt.0": AGENT_NAME,
    "org.quemu.guest_agent.0": AGENT_NAME,
    "org.qemu.guest_agents": AGENT_NAME,
}

OTHERS = [
    None,
    "",
    "agent",
    "com.redhat.spice.0",
    "com.redhat.rhevm.vdsm",
    "org.spice-space.webdav.0",
    "org.libguestfs.channel.0",
    "org.qemu.perf0",
    "org.qemu.console.0",
    "org.qemu.test_agent.0",
    "org.qemu.guest_agent.backup",
    "org.qemu.guest_agent.vm1",
    "org.qemu.guest_agent_a.0",
    "org.qamu.quest_agemt.0",
    "com.example.guest_agent.0",
    "org.qemu.guest_agent.12345678901",
    "org.qemu.guest_agent.{{ number }}",
    "org.qemu.guest_agent.${N}",
    "org.qemu.guest_agent.%N%",
    "org.qemu.guest_agent.@n@",
]


@pytest.mark.parametrize(("name", "meant"), MEANT.items())
def test_name_that_was_meant_is_found_through_slips(name, meant):
    assert guess_agent_name(name) == meant


@pytest.mark.parametrize("name", OTHERS)
def test_name_of_another_port_is_no_slip(name):
    assert guess_agent_name(name) is None


def test_very_long_name_is_given_up():
    assert guess_agent_name("_" * 5_000_000 + "0") is None  # what looks at every pair of characters would take days
