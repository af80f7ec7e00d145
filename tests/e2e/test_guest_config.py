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
    """Start qemu-ga in the guest with the arguments that a shell makes of a text, and ask it something over the port."""

    def start(arguments, setting=":"):
        machine.run(f"{setting}; setsid qemu-ga {arguments} --statedir {AGENT} --pidfile {AGENT}/pid >/dev/null 2>&1 &")
        assert machine.ask(PORT, "guest-ping") == {}
        return {
            command["name"] for command in machine.ask(PORT, "guest-info")["supported_commands"] if command["enabled"]
        }

    machine.run(f"mkdir -p {AGENT}")
    yield start
    machine.run("killall qemu-ga")


def put(machine, path, text):
    machine.run(
        f"mkdir -p {path.rpartition('/')[0]}; echo {base64.b64encode(text.encode()).decode()} | base64 -d >{path}"
    )


def arguments_of_the_service(system):
    """What the service gives to qemu-ga, for a shell: systemd takes ${NAME} for one argument, and $NAME for many."""
    [unit] = [file.text for file in GuestConfig(SYSTEMS[system], PORT).files if file.path.endswith(".service")]
    [arguments] = re.findall(r"^ExecStart=\S*qemu-ga (.*)$", unit, re.MULTILINE)
    return re.sub(r"(-F)?\$\{\w+\}", r'"\g<0>"', arguments)


@pytest.mark.parametrize("system", ["debian", "systemd"])
def test_service_opens_the_port(system, start):
    assert "guest-exec" in start(arguments_of_the_service(system))


@pytest.mark.parametrize(
    "setting",
    [
        "BLACKLIST_RPC=guest-exec,guest-file-open",
        "BLOCK_RPCS=guest-exec,guest-file-open",
        "FILTER_RPC_ARGS=--block-rpcs=guest-exec,guest-file-open",
        "QEMU_GA_ARGS='--verbose --block-rpcs=guest-exec,guest-file-open'",
    ],
)
def test_what_the_distribution_blocks_stays_blocked(setting, start):
    enabled = start(arguments_of_the_service("rhel"), f"FSFREEZE_HOOK_PATHNAME=/bin/true; {setting}")
    assert not {"guest-exec", "guest-file-open"} & enabled
    assert "guest-ping" in enabled


@pytest.mark.parametrize("link", ["with", "without"])
def test_script_for_openrc_makes_the_port_known(link, machine, start):
    put(machine, "/tmp/set.sh", GuestConfig(SYSTEMS["alpine"], PORT).script())
    machine.run("sh /tmp/set.sh")
    if link == "without":  # as with mdev
        machine.run("mv /dev/virtio-ports /dev/away")
    # As /etc/init.d/qemu-guest-agent does it.
    start('-m "$GA_METHOD" -p "$GA_PATH"', ". /etc/conf.d/qemu-guest-agent")
    machine.run("[ ! -d /dev/away ] || { rm -rf /dev/virtio-ports; mv /dev/away /dev/virtio-ports; }")


def test_configuration_of_the_agent_itself_names_the_port(machine, start):
    [file] = GuestConfig(SYSTEMS["other"], PORT).files
    put(machine, file.path, file.text)
    start("")
