"""The commands for an image that is not running, read and run by the real virt-customize on a small image."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from reading import need, run

from chanfix.guest.config import GuestConfig
from chanfix.guest.generations import generations_of
from chanfix.guest.policy import Policy, Rights
from chanfix.guest.systems import SYSTEMS

# Made by scripts/debian-root.
ROOT = Path(__file__).resolve().parents[2] / ".cache" / "debian" / "bookworm"
PORT = "org.qemu.guest_agent.1"


def commands(port=None):
    policy = Policy(generations_of("debian-12")[0], Rights(block=("guest-exec",)))
    return GuestConfig(SYSTEMS["debian"], port or "org.qemu.guest_agent.0", policy, sets_port=port is not None)


def customize(folder, text, image, *more, **environment):
    """Run virt-customize with a file of commands on an image, and return what it was, and said."""
    need("virt-customize", "guestfs-tools")
    (folder / "commands").write_text(text)
    command = ["virt-customize", *more, "-a", image, "--commands-from-file", folder / "commands"]
    # There are machines whose KVM never comes to the first line.
    settings = {"LIBGUESTFS_BACKEND": "direct", "LIBGUESTFS_BACKEND_SETTINGS": "force_tcg"}
    return subprocess.run(
        command, capture_output=True, text=True, timeout=1200, check=False, env=os.environ | settings | environment
    )


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    """A disk with a bare Debian that has the agent's package, and what it depends on, in its cache of packages."""
    need("virt-customize", "guestfs-tools")
    need("mke2fs", "e2fsprogs")
    if not ROOT.is_dir() or os.geteuid() != 0:
        pytest.skip("an image takes root, and a bare Debian: scripts/debian-root bookworm")
    folder = tmp_path_factory.mktemp("image")
    root = folder / "root"
    subprocess.run(["cp", "-a", ROOT, root], check=True)
    script = "apt-get -q update && apt-get -qy install --download-only qemu-guest-agent"
    done = run("chroot", root, "sh", "-c", script)
    if done.returncode != 0:
        pytest.skip(f"the agent's package cannot be downloaded: {done.stderr}")
    disk = folder / "disk"
    subprocess.run(["mke2fs", "-q", "-t", "ext4", "-d", root, disk, "2G"], check=True)
    shutil.rmtree(root)
    return disk


def in_image(image, command):
    return run("debugfs", "-R", command, image).stdout


def test_virt_customize_installs_the_agent_and_sets_it(image, tmp_path):
    made = commands(PORT)
    # The image has a network of its own only where the machine has one.
    done = customize(tmp_path, made.virt_customize(), image, "--no-network")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Inode:" in in_image(image, "stat /usr/sbin/qemu-ga")
    for file in made.port_files:
        assert in_image(image, f"cat {file.path}") == file.text
    assert in_image(image, "cat /etc/qemu/qemu-ga.conf") == "[general]\nblock-rpcs=guest-exec\n"
    assert not re.search("chanfix-set", in_image(image, "ls /tmp"))


@pytest.mark.parametrize("system", ["debian", "rhel", "suse", "alpine"])
def test_virt_customize_reads_the_commands(system, tmp_path):
    policy = Policy(generations_of(system)[-1], Rights(block=("guest-fstrim",)))
    text = GuestConfig(SYSTEMS[system], PORT, policy).virt_customize()
    (tmp_path / "empty").write_bytes(bytes(1 << 20))
    # It reads all commands before it starts the machine that looks into the image, and here there is none to start.
    done = customize(tmp_path, text, tmp_path / "empty", LIBGUESTFS_HV="/bin/false")
    assert "Examining" in done.stdout
    assert "not valid" not in done.stderr
    done = customize(tmp_path, f"{text}nonsense\n", tmp_path / "empty", LIBGUESTFS_HV="/bin/false")
    assert "not valid" in done.stderr
