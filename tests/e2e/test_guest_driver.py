"""What the guests run on leaves nothing behind, and a machine that cannot make them is told why."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from guest_image import ImageError, find_or_build
from guest_machine import wait_until

RUN_AND_WAIT = """\
import subprocess, sys
from guest_driver import reaper
with reaper(sys.argv[1] + "/*.pid"):
    subprocess.run(["qemu-system-x86_64", "-S", "-nodefaults", "-display", "none", "-daemonize",
                    "-pidfile", sys.argv[1] + "/one.pid"], check=True)
    print("runs", flush=True)
    sys.stdin.read()
"""


@pytest.mark.skipif(shutil.which("qemu-system-x86_64") is None, reason="QEMU is missing: install qemu-system-x86")
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_no_qemu_survives_the_tests_that_started_it(tmp_path, end):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])}
    with subprocess.Popen(
        [sys.executable, "-c", RUN_AND_WAIT, tmp_path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
    ) as tests:
        assert tests.stdout.readline() == b"runs\n"
        number = (tmp_path / "one.pid").read_text().strip()
        assert is_running(number)
        tests.send_signal(end)
    wait_until("QEMU to be gone", lambda: not is_running(number))


def is_running(number):
    try:
        # A process that has ended may wait for somebody to be told.
        return b"qemu" in Path("/proc", number, "cmdline").read_bytes()
    except FileNotFoundError:
        return False


def test_machine_without_debians_tools_is_told_what_is_missing(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ImageError, match="there is no apt-get here"):
        find_or_build(tmp_path / "cache")
    assert not (tmp_path / "cache").exists()
