"""What guest-config sets makes the real agent of the guest open a port that libvirt leaves alone."""

import base64
import re

import pytest
from guest_machine import agent_channel

from chanfix.guest.config import GuestConfig
from chanfix.guest.systems import SYSTEMS

# The guest itself keeps agents on org.qemu.guest_agent.N alone.
PORT = "com.example.backup-1.0"
AGENT = "/tmp/chanfix"


@pytest.fixture(scope="module")
def machine(make_guest):
    machine = make_guest(channel=agent_channel(PORT))
    machine.start()
    return machine


@pytest.fixture
def start(machine):
    """Start qemu-ga in the guest with arguments that a shell reads, and have it answer over the port."""

    def start(arguments, setting=":"):
        machine.run(f"{setting}; setsid qemu-ga {arguments} --statedir {AGENT} --pidfile {AGENT}/pid >/dev/null 2>&1 &")
        machine.wait_for_state("connected", PORT)  # what is said before is lost
        assert machine.ask(PORT, "guest-ping") == {}

    machine.run(f"mkdir -p {AGENT}")
    yield start
    machine.run("killall qemu-ga")
    machine.wait_for_state("disconnected", PORT)


def put(machine, path, text):
    machine.run(
        f"mkdir -p {path.rpartition('/')[0]}; echo {base64.b64encode(text.encode()).decode()} | base64 -d >{path}"
    )


def unit_of(system):
    [unit] = [file.text for file in GuestConfig(SYSTEMS[system], PORT).files if file.path.endswith(".service")]
    return unit


def arguments_of_the_service(system):
    """What the service gives to qemu-ga, for a shell: systemd takes ${NAME} for one argument, and $NAME for many."""
    [arguments] = re.findall(r"^ExecStart=\S*qemu-ga (.*)$", unit_of(system), re.MULTILINE)
    return re.sub(r"(-F)?\$\{\w+\}", r'"\g<0>"', arguments)


def blocked_by_the_service(system):
    """The commands, for a shell of the guest, that set what the service sets before it starts qemu-ga."""
    [before] = re.findall(r"^ExecStartPre=/bin/sh -c '(.*)'$", unit_of(system), re.MULTILINE)
    before = before.replace("$$", "$").replace("/run/chanfix-guest-agent/", "/tmp/")
    return f"{before}; CHANFIX_BLOCKED=$(sed s/CHANFIX_BLOCKED=// /tmp/blocked)"


def test_service_opens_the_port(start):
    start(arguments_of_the_service("debian"))


@pytest.mark.parametrize("system", ["systemd", "rhel"])
@pytest.mark.parametrize(
    "setting",
    [
        "BLACKLIST_RPC=guest-exec,guest-file-open",
        "BLOCK_RPCS=guest-exec,guest-file-open",
        "FILTER_RPC_ARGS=--block-rpcs=guest-exec,guest-file-open",
        "QEMU_GA_ARGS='--verbose --block-rpcs=guest-exec,guest-file-open'",
    ],
)
def test_service_blocks_what_the_distribution_blocks(setting, system, machine):
    arguments = arguments_of_the_service(system)
    before = f"FSFREEZE_HOOK_PATHNAME=/bin/true; {setting}; {blocked_by_the_service(system)}"
    said = machine.run(f"{before}; qemu-ga {arguments} --dump-conf").splitlines()
    assert f"path=/dev/virtio-ports/{PORT}" in said
    [blocked] = [line.partition("=")[2] for line in said if line.startswith("block-rpcs=")]
    assert set(filter(None, blocked.split(","))) == {"guest-exec", "guest-file-open"}


def test_script_for_openrc_makes_the_port_known_that_mdev_gave_no_link(machine, start):
    put(machine, "/tmp/set.sh", GuestConfig(SYSTEMS["alpine"], PORT).script())
    machine.run("sh /tmp/set.sh")
    machine.run("mv /dev/virtio-ports /dev/away")
    # As /etc/init.d/qemu-guest-agent does it.
    start('-m "$GA_METHOD" -p "$GA_PATH"', ". /etc/conf.d/qemu-guest-agent")
    machine.run("rm -rf /dev/virtio-ports; mv /dev/away /dev/virtio-ports")


def test_configuration_of_the_agent_itself_names_the_port(machine, start):
    [file] = GuestConfig(SYSTEMS["other"], PORT).files
    put(machine, file.path, file.text)
    start("")
