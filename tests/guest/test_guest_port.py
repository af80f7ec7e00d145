"""Which names of ports a guest can carry, and which port of a domain is the agent's."""

import re
import string

import pytest
from reading import need, run, udev

from chanfix.domain import Domain
from chanfix.errors import InputError, UsageError
from chanfix.guest.port import agent_port, check_guest_port, device_unit
from chanfix.xml.document import Document

STRANGE = [
    *set(string.printable) - set(string.ascii_letters + string.digits + "#+.:=@_-"),
    "é",
    "\x1b",
    "\u202e",
    "\ud800",
]


def channels(*names):
    targets = "".join(f"<channel type='unix'><target type='virtio' name='{name}'/></channel>" for name in names)
    document = Document.parse(f"<domain type='kvm'><devices>{targets}</devices></domain>".encode())
    return Domain.of(document).channels


@pytest.mark.parametrize("character", sorted(STRANGE), ids=ascii)
def test_name_under_which_udev_knows_no_port_is_refused(character):
    with pytest.raises(UsageError, match="no guest has a device"):
        check_guest_port(f"org.qemu{character}1")


@pytest.mark.parametrize("name", ["", ".", "..", "x" * 300, "-" * 80], ids=lambda name: name[:3])
def test_name_that_can_be_no_devices_is_refused(name):
    with pytest.raises(UsageError, match="can be no device's"):
        check_guest_port(name)


def test_udev_leaves_what_is_taken_as_it_is_and_nothing_else():
    taken = "".join(c for c in string.printable if c not in STRANGE)
    refused = "".join(c for c in string.printable if c in STRANGE and c not in string.whitespace + "/")
    for name, link in ((taken, taken), (refused, "_" * len(refused))):
        said = udev(f"a{name}a", "")
        assert re.search(r"^DEVLINKS=/dev/virtio-ports/(.*)$", said, re.MULTILINE)[1] == f"a{link}a"


@pytest.mark.parametrize(
    "name", ["org.qemu.guest_agent.1", "com.example-backup.0", ".a", "a#b+c:d=e@f_g-h", "1", "a.."]
)
def test_device_has_the_unit_that_systemd_gives_it(name):
    need("systemd-escape", "systemd")
    done = run("systemd-escape", "--path", "--suffix=device", f"/dev/virtio-ports/{name}")
    assert device_unit(name) == done.stdout.rstrip("\n")


@pytest.mark.parametrize(
    ("names", "port", "found"),
    [
        (["org.qemu.guest_agent.1"], None, "org.qemu.guest_agent.1"),
        (["com.redhat.spice.0", "org.qemu.guest_agent.0"], None, "org.qemu.guest_agent.0"),
        (["org.qemu.guest_agent.0", "org.qemu.guest_agent.1"], "org.qemu.guest_agent.1", "org.qemu.guest_agent.1"),
        (["com.example.backup.0"], "com.example.backup.0", "com.example.backup.0"),
    ],
)
def test_port_is_the_agents_or_the_one_that_is_asked_for(names, port, found):
    assert agent_port(channels(*names), port) == found


@pytest.mark.parametrize(
    ("names", "port", "message", "hint"),
    [
        ([], None, "no channel for a guest agent", "chanfix add puts"),
        (["com.example.backup.0"], None, "no channel for a guest agent", "--port NAME .*: com.example.backup.0"),
        (["org.qemu.guest_agent.0", "org.qemu.guest_agent.2"], None, "several ports", "--port org.qemu.guest_agent.2"),
        (["org.qemu.guest_agent.0"], "x", "no channel 'x'", "chanfix add --port x"),
    ],
)
def test_port_that_cannot_be_told_is_an_error_with_a_way_out(names, port, message, hint):
    with pytest.raises(InputError, match=message) as caught:
        agent_port(channels(*names), port)
    assert re.search(hint, caught.value.hint)
