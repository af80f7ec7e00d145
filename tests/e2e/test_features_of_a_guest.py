"""What an agent would do, seen working and seen blocked; guests that are frozen; addresses that come late."""

import base64
import json

import pytest
from guest_machine import agent_channel, wait_until

from chanfix.guest.config import GuestConfig
from chanfix.guest.generations import generations_of
from chanfix.guest.policy import Policy, Rights
from chanfix.guest.systems import SYSTEMS
from chanfix.status.features import FEATURES

DETACHED = "org.qemu.guest_agent.1"
NIC = "<interface type='user'><model type='virtio'/></interface>"
CONF = "/etc/qemu/qemu-ga.conf"
DHCP = """#!/bin/sh
[ "$1" != bound ] || ip addr add "$ip/24" dev "$interface"
"""


@pytest.fixture(scope="module")
def running(make_guest):
    """A guest whose agents answer: libvirt's, and one on a port that libvirt leaves alone."""
    guest = make_guest(channel=agent_channel() + agent_channel(DETACHED) + NIC)
    guest.start()
    guest.wait_for_agent()
    return guest


@pytest.fixture
def machine(running):
    before = running.console().count("chanfix guest: agent")
    yield running
    running.run(f"rm -f {CONF}")
    if running.console().count("chanfix guest: agent") != before:
        running.set_agent("good")
        running.wait_for_agent()


@pytest.fixture
def entry(chanfix):
    """Return the exit status of ``chanfix status`` and what its JSON has of a guest."""

    def ask(guest, *options):
        done = chanfix("status", guest.name, "--output-format", "json", *options)
        [domain] = json.loads(done.out)["domains"]
        return done.status, domain

    return ask


def put(machine, path, text):
    packed = base64.b64encode(text.encode()).decode()
    machine.run(f"mkdir -p {path.rpartition('/')[0]}; echo {packed} | base64 -d >{path}")


def broken(domain):
    return {each["name"]: each["blocked"] for each in domain["features"] if each["works"] is False}


def test_every_feature_works_on_an_agent_that_nobody_restricts(machine, entry):
    machine.run("ip addr add 192.0.2.7/24 dev lo")
    status, domain = entry(machine, "--raw", "--need", ",".join(name.replace(" ", "-") for name in FEATURES))
    machine.run("ip addr del 192.0.2.7/24 dev lo")
    assert (status, broken(domain)) == (0, {})
    assert "192.0.2.7" in [address["address"] for address in domain["addresses"]]


def test_every_feature_is_seen_blocked_by_the_file_of_the_guest(machine, entry):
    commands = {command for commands in FEATURES.values() for command in commands} | {"guest-fsfreeze-freeze-list"}
    # Without this one nobody knows which system it is.
    policy = Policy(generations_of("debian-12")[0], Rights(block=tuple(commands - {"guest-get-osinfo"})))
    put(machine, CONF, policy.text)
    machine.set_agent("good")
    status, domain = entry(machine, "--raw", "--need", "shutdown")
    assert status == 1
    for feature in domain["features"]:
        assert feature["blocked"] == [name for name in FEATURES[feature["name"]] if name != "guest-get-osinfo"]
        assert f"{CONF}" in feature["reason"] or domain["guest_os"]["id"] != "debian"


def test_script_of_guest_config_blocks_and_allows_in_a_guest_that_is_running(machine, entry):
    def set_rights(**rights):
        policy = Policy(generations_of("debian-12")[0], Rights(**rights))
        script = GuestConfig(SYSTEMS["debian"], "org.qemu.guest_agent.0", policy, sets_port=False).script()
        put(machine, "/tmp/policy", script)
        said = machine.run("sh /tmp/policy")
        machine.set_agent("good")
        return said

    exec_ = ("guest-exec", "guest-exec-status")
    assert f"set: {CONF}" in set_rights(block=exec_)
    assert broken(entry(machine, "--raw")[1])["exec"] == list(exec_)
    assert f"set: {CONF}" in set_rights(allow=exec_)
    assert "exec" not in broken(entry(machine, "--raw")[1])
    assert "nothing to change" in set_rights(allow=exec_)


@pytest.mark.parametrize("options", [[], ["--raw"]])
def test_frozen_guest_is_told_and_left_frozen(options, machine, entry, chanfix):
    agent = tuple(map(int, machine.agent("guest-info")["version"].split(".")[:2]))
    # These have the same words for what freezing and what a policy forbids.
    is_told = agent <= (9, 0) or options
    assert machine.agent("guest-fsfreeze-freeze") > 0
    assert machine.agent("guest-fsfreeze-status") == "frozen"
    try:
        status, domain = entry(machine, *options, "--need", "time")
        if not is_told:
            assert (status, domain["verdict"]) == (1, "responding")
            assert domain["summary"].endswith("or file systems are frozen; --raw tells which")
            return
        assert (status, domain["verdict"]) == (1, "frozen")
        assert domain["frozen_since"]
        assert domain["next_step"]["command"].endswith(f"domfsthaw {machine.name}")
        assert all("frozen" in each["reason"] for each in domain["features"] if each["works"] is False)
        done = chanfix("audit", "-c", machine.uri, *options, "--output-format", "prometheus")
        assert f'domain="{machine.name}"' in next(line for line in done.out.splitlines() if "guest_frozen{" in line)
        assert machine.agent("guest-fsfreeze-status") == "frozen"
    finally:
        machine.domain.fsThaw()
    assert entry(machine, *options)[1]["verdict"] == "responding"


def test_address_that_comes_late_is_waited_for(machine, chanfix):
    put(machine, "/tmp/dhcp", DHCP)
    machine.run("chmod 755 /tmp/dhcp")
    assert chanfix("status", machine.name, "--need", "addresses").status == 1
    # QEMU's own router would give it an address at once.
    machine.run("echo 1 >/proc/sys/net/ipv6/conf/eth0/disable_ipv6")
    machine.run("ip link set eth0 up; (sleep 4; udhcpc -i eth0 -n -q -s /tmp/dhcp) >/dev/null 2>&1 &")
    done = chanfix("status", machine.name, "--wait", "200", "--wait-for", "addresses")
    assert done.status == 0, done
    assert "works: addresses (10.0.2." in done.out
    machine.run("ip addr flush dev eth0")


class TestAsk:
    """The port that libvirt leaves alone, asked by the command."""

    def test_agent_of_a_domain_answers(self, machine, chanfix):
        done = chanfix("ask", machine.name, "guest-get-host-name", "--agent-timeout", "60")
        assert (done.status, json.loads(done.out)) == (0, {"host-name": "chanfix-guest"})
        done = chanfix("ask", str(machine.socket_path(DETACHED)), "guest-ping", "--agent-timeout", "60")
        assert (done.status, done.out) == (0, "{}\n")

    def test_program_runs_and_its_status_is_read(self, machine, chanfix):
        done = chanfix("ask", machine.name, "guest-exec", '{"path": "/bin/true"}', "--agent-timeout", "60")
        pid = json.loads(done.out)["pid"]

        def has_ended():
            done = chanfix("ask", machine.name, "guest-exec-status", f'{{"pid": {pid}}}', "--agent-timeout", "60")
            return json.loads(done.out)["exited"]

        wait_until("the program to end", has_ended)

    def test_blocked_command_is_1_with_the_way_out(self, machine, chanfix):
        machine.set_agent("blocked:guest-exec")
        done = chanfix("ask", machine.name, "guest-exec", '{"path": "/bin/true"}', "--agent-timeout", "60")
        assert (done.status, done.out) == (1, "")
        assert "guest-exec has been disabled" in done.err
        assert "--allow guest-exec" in done.err

    def test_port_of_libvirt_is_not_asked(self, machine, chanfix):
        assert chanfix("ask", machine.name, "guest-ping", "--port", "org.qemu.guest_agent.0").status == 2
        machine.wait_for_agent()

    def test_silent_agent_is_3(self, machine, chanfix):
        machine.set_agent("silent")
        done = chanfix("ask", machine.name, "guest-ping", "--agent-timeout", "2", "--output-format", "json")
        assert (done.status, json.loads(done.out)["error"]["kind"]) == (3, "unresponsive")


def test_detached_guest_is_seen_frozen_and_thawed_by_the_next_step(guest, chanfix):
    machine = guest(channel=agent_channel(DETACHED))
    machine.start()
    machine.wait_for_state("connected", DETACHED)
    assert chanfix("status", machine.name, "--need", "exec,quiesced-snapshot").status == 0
    assert machine.ask(DETACHED, "guest-fsfreeze-freeze") > 0
    done = chanfix("status", machine.name, "--output-format", "json")
    [domain] = json.loads(done.out)["domains"]
    assert (done.status, domain["verdict"]) == (1, "frozen")
    words = domain["next_step"]["command"].split()
    assert chanfix(*words[words.index("ask") :]).status == 0
    assert chanfix("status", machine.name).status == 0


def test_guest_whose_policy_blocks_the_thaw_stays_frozen(guest, chanfix):
    # Why guest-config refuses to block it alone.
    machine = guest(channel=agent_channel(DETACHED), agent="blocked:guest-fsfreeze-thaw")
    machine.start()
    machine.wait_for_state("connected", DETACHED)
    agent = tuple(map(int, machine.ask(DETACHED, "guest-info")["version"].split(".")[:2]))
    assert machine.ask(DETACHED, "guest-fsfreeze-freeze") > 0
    done = chanfix("ask", machine.name, "guest-fsfreeze-thaw", "--agent-timeout", "60")
    if agent <= (9, 0):
        assert (done.status, "guest-fsfreeze-thaw has been disabled" in done.err) == (1, True)
        assert machine.ask(DETACHED, "guest-fsfreeze-status") == "frozen"
    else:  # 10.0 forbids nothing that a frozen guest needs
        assert done.status == 0
        assert machine.ask(DETACHED, "guest-fsfreeze-status") == "thawed"
