"""cloud-init as Debian has it, unpacked beside the system: installed, it would take part in the next boot."""

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from reading import run

# Asked before the tests have a home of their own, so that the next run finds it.
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "chanfix-cloud-init"


@pytest.fixture(scope="session")
def cloud_init(tmp_path_factory):
    """Run cloud-init with arguments; the one of this machine, or else one that is downloaded once."""
    if shutil.which("cloud-init"):
        return partial(run, "cloud-init")
    if not CACHE.is_dir():
        download(tmp_path_factory.mktemp("cloud-init"))
    packages = CACHE / "usr" / "lib" / "python3" / "dist-packages"
    command = partial(run, sys.executable, "-m", "cloudinit.cmd.main", env=os.environ | {"PYTHONPATH": str(packages)})
    done = command("--version")
    if done.returncode != 0:
        pytest.skip(f"cloud-init does not run on this Python: {done.stderr.splitlines()[-1]}")
    return command


def download(folder):
    if shutil.which("apt-get") is None:
        pytest.skip("cloud-init is missing: install it")
    try:
        for command in (["apt-get", "-qq", "download", "cloud-init"], ["sh", "-c", "dpkg-deb -x *.deb unpacked"]):
            subprocess.run(command, check=True, cwd=folder, capture_output=True, timeout=300)
    except subprocess.SubprocessError as error:
        pytest.skip(f"cloud-init is missing and cannot be downloaded: {error}")
    CACHE.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE.parent) as beside:
        ready = shutil.copytree(folder / "unpacked", Path(beside) / "ready", symlinks=True)
        with suppress(OSError):  # another process was first
            ready.rename(CACHE)
