"""The same findings on every machine: what libvirt is installed, if any, changes nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

LABORATORY = Path(__file__).resolve().parents[2] / ".cache" / "libvirts"
INSTALLED = Path("/usr/share/libvirt")
FOLDERS = [path for path in sorted(LABORATORY.glob("*/usr/share/libvirt")) if path.joinpath("schemas").is_dir()]


def lint(corpus, before=()):
    command = [sys.executable, "-m", "chanfix", "lint", "--no-config", "--output-format", "json", str(corpus / "real")]
    environment = {name: value for name, value in os.environ.items() if name != "CHANFIX_SCHEMA_DIR"}
    done = subprocess.run([*before, *command], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def usual(corpus):
    return lint(corpus)


@pytest.mark.parametrize("folder", [None, *FOLDERS], ids=lambda folder: folder.parts[-4] if folder else "none")
def test_findings_are_the_same_whatever_schemas_are_installed(folder, corpus, usual):
    if os.geteuid() != 0 or not INSTALLED.is_dir():
        pytest.skip("to hide libvirt's schemas takes root, and a machine that has them")
    if subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode:
        pytest.skip("nothing can be mounted here")
    mount = f"mount --bind {folder}" if folder else "mount -t tmpfs none"
    assert lint(corpus, ["unshare", "-m", "sh", "-c", f'{mount} {INSTALLED} && exec "$@"', "sh"]) == usual
