"""What tests of the extension for VS Code share."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
FOLDER = CHECKOUT / "editors" / "vscode"
# In seconds, for a machine that is busy.
DEADLINE = 540
# What npm says when there is no registry.
NO_NETWORK = re.compile(r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|ETIMEDOUT|ENOTCACHED")


def run_in_folder(*command, **environment):
    return subprocess.run(
        command,
        cwd=FOLDER,
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=DEADLINE,
    )


@pytest.fixture(scope="session")
def must():
    """Run a command in the folder of the extension, which has to succeed, and return what it prints."""

    def must(*command, **environment):
        done = run_in_folder(*command, **environment)
        assert done.returncode == 0, f"{shlex.join(map(str, command))}\n{done.stdout}{done.stderr}"
        return done.stdout

    return must


@pytest.fixture(scope="session")
def modules(must):
    """The packages that the extension is made of, in their place."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is missing: install nodejs and npm")
    version = must("node", "--version")
    if int(re.match(r"v(\d+)", version)[1]) < 18:
        pytest.skip(f"Node.js {version.strip()} is too old; 18 will do")
    done = run_in_folder(CHECKOUT / "scripts" / "vscode", "--modules")
    if done.returncode and NO_NETWORK.search(done.stderr):
        pytest.skip(f"the npm registry cannot be reached: {done.stderr.strip()[-200:]}")
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def package_file(modules, must, tmp_path_factory):
    """The package, which scripts/vscode makes."""
    path = tmp_path_factory.mktemp("package") / "chanfix.vsix"
    must(CHECKOUT / "scripts" / "vscode", path)
    return path


@pytest.fixture(scope="session")
def program(tmp_path_factory):
    """The chanfix under test, as a program in a folder whose name has a blank, and its environment."""
    pytest.importorskip("pygls", reason="pygls is missing: pip install 'chanfix[lsp]'")
    path = tmp_path_factory.mktemp("my programs") / "chanfix"
    path.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m chanfix "$@"\n')
    path.chmod(0o755)
    return {"CHANFIX": str(path), "PYTHONPATH": os.pathsep.join(sys.path)}
