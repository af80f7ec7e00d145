"""Our own client, and the real agent on a port that libvirt does not hold."""

from guest_machine import PATIENCE, agent_channel

from chanfix.agent import Dialogue, ask

PORT = "org.qemu.guest_agent.1"


def test_the_agent_of_a_detached_port_is_ours(guest):
    machine = guest(channel=agent_channel(PORT))
    machine.start()
    machine.wait_for_state("connected", PORT)
    path = machine.socket_path(PORT)
    with machine.dial(PORT) as earlier:
        earlier.sendall(b'{"execute": "guest-info"}\n{"execute": "gue')
    with Dialogue(path, timeout=PATIENCE) as agent:
        assert agent.ask("guest-ping") == {}
        assert agent.ask("guest-get-host-name") == {"host-name": "chanfix-guest"}
    assert ask(path, "guest-ping", timeout=PATIENCE) == {}
