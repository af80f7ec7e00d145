"""The rendered service starts the installed qemu-ga with the files of defaults that distributions have had."""

import json
import os
import re
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
from reading import need, run
from service import arguments_of

from chanfix.guest.config import GuestConfig
from chanfix.guest.systems import SYSTEMS

PORT = "org.qemu.guest_agent.1"
BLOCKED = "guest-exec,guest-file-open"
ALLOWED = "guest-info,guest-sync,guest-ping"
SYSCONFIG = "/etc/sysconfig/qemu-ga"
# What a file of defaults says -> the lists that qemu-ga is to have of it.
DEFAULTS = {
    "no file": ({}, None, None),
    "nothing set": ({SYSCONFIG: "BLACKLIST_RPC=\nFSFREEZE_HOOK_PATHNAME=/etc/qemu-ga/fsfreeze-hook\n"}, None, None),
    "before 7.0": ({SYSCONFIG: f"# disable RPCs\nBLACKLIST_RPC={BLOCKED}\n"}, BLOCKED, None),
    "since 7.0": ({SYSCONFIG: f'BLOCK_RPCS="{BLOCKED}"\n'}, BLOCKED, None),
    "both names": ({SYSCONFIG: "BLACKLIST_RPC=guest-exec\nBLOCK_RPCS=guest-file-open\n"}, BLOCKED, None),
    "arguments": ({SYSCONFIG: f'FILTER_RPC_ARGS="--block-rpcs={BLOCKED}"\n'}, BLOCKED, None),
    "allowed": ({SYSCONFIG: f'FILTER_RPC_ARGS="--allow-rpcs={ALLOWED}"\nBLOCK_RPCS=\n'}, None, ALLOWED),
    "SUSE": ({"/usr/etc/sysconfig/qemu-ga": f"QEMU_GA_ARGS='--block-rpcs={BLOCKED}'\n"}, BLOCKED, None),
    "own over the vendor's": (
        {"/usr/etc/sysconfig/qemu-ga": "BLOCK_RPCS=guest-ping\n", SYSCONFIG: f"BLOCK_RPCS={BLOCKED}\n"},
        BLOCKED,
        None,
    ),
}
each = pytest.mark.parametrize(("files", "blocked", "allowed"), DEFAULTS.values(), ids=DEFAULTS)


def unit_of(system):
    [text] = [file.text for file in GuestConfig(SYSTEMS[system], PORT).files if file.path.endswith(".service")]
    return text


def qemu_ga():
    need("qemu-ga", "qemu-guest-agent")
    return run("qemu-ga", "--help").stdout


@each
@pytest.mark.parametrize("system", ["systemd", "rhel", "suse"])
def test_list_of_blocked_commands_is_passed_when_there_is_one(system, files, blocked, allowed, tmp_path):
    arguments = arguments_of(unit_of(system), files, tmp_path)
    lists = [word for word in arguments if word in ("-b", "-a") or word.startswith(("--block", "--allow"))]
    assert bool(lists) == bool(blocked or allowed)
    assert "-b" not in lists or allowed is None
    assert "" not in arguments


@each
@pytest.mark.parametrize("system", ["systemd", "rhel", "suse"])
def test_installed_agent_has_the_lists_of_the_distribution(system, files, blocked, allowed, tmp_path):
    if allowed and "--allow-rpcs" not in qemu_ga():
        pytest.skip("this qemu-ga has no --allow-rpcs, which came with 8.1")
    qemu_ga()
    done = run("qemu-ga", *arguments_of(unit_of(system), files, tmp_path), "--dump-conf")
    assert (done.returncode, done.stderr) == (0, "")
    said = dict(re.findall(r"^([\w-]+)=(.*)$", done.stdout, re.MULTILINE))
    assert said["path"] == f"/dev/virtio-ports/{PORT}"
    for name, wanted in (("block-rpcs", blocked), ("allow-rpcs", allowed)):
        assert set(said.get(name, "").split(",")) - {""} == set((wanted or "").split(",")) - {""}


@each
def test_installed_agent_starts_and_answers(files, blocked, allowed, tmp_path):
    if allowed and "--allow-rpcs" not in qemu_ga():
        pytest.skip("this qemu-ga has no --allow-rpcs, which came with 8.1")
    qemu_ga()
    arguments = arguments_of(unit_of("systemd"), files, tmp_path)
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:  # a path that fits into a socket's
        path = Path(folder, "ga.sock")
        for old, new in (("virtio-serial", "unix-listen"), (f"/dev/virtio-ports/{PORT}", str(path))):
            arguments[arguments.index(old)] = new
        command = ["qemu-ga", *arguments, "--statedir", folder, "--pidfile", f"{folder}/pid"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=os.environ) as process:
            try:
                commands = ask(process, path)
            finally:
                process.terminate()
    disabled = {command["name"] for command in commands if not command["enabled"]}
    if blocked:
        assert set(blocked.split(",")) <= disabled
    if allowed:
        assert {command["name"] for command in commands if command["enabled"]} == set(allowed.split(","))


def ask(process, path):
    """Return the commands that an agent says it has."""
    until = time.monotonic() + 60
    while not path.exists():
        assert process.poll() is None, process.stdout.read()
        assert time.monotonic() < until, "qemu-ga makes no socket"
        time.sleep(0.05)
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(60)
        client.connect(str(path))
        client.sendall(b'{"execute": "guest-info"}\n')
        answer = b""
        while not answer.endswith(b"\n"):
            answer += client.recv(65536)
    return json.loads(answer)["return"]["supported_commands"]
