"""What others call chanfix with: their tools, and the snippets that the pages of docs/integrations give them."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]

GOOD = """\
<domain type='kvm'>
  <name>web</name>
  <devices>
    <channel type='unix'>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
  </devices>
</domain>
"""
# One finding that is mended safely, and one that is not.
BLANK = GOOD.replace("guest_agent.0", "guest_agent.0 ")
PTY = GOOD.replace("'unix'", "'pty'")


@pytest.fixture
def texts():
    """Domains by what is wrong with them."""
    return {"good": GOOD, "blank": BLANK, "pty": PTY}


@pytest.fixture
def snippets():
    """The blocks of one kind on a page, in their order."""

    def find(page, kind):
        text = (CHECKOUT / "docs" / "integrations" / page).read_text()
        return re.findall(rf"^```{kind}(?: title=\"[^\"]*\")?\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)

    return find


@pytest.fixture(scope="session")
def run(tmp_path_factory):
    """Run a command as on a machine where chanfix is not installed, and return its status and all that it printed."""
    # pip complains of a cache that belongs to somebody else, as everything at home does once QEMU has been there.
    ours = {"XDG_CACHE_HOME": str(tmp_path_factory.mktemp("cache"))}

    def start(*command, cwd, **environment):
        done = subprocess.run(
            list(map(str, command)),
            cwd=cwd,
            env=clean_environment() | ours | {name: str(value) for name, value in environment.items()},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
        )
        return done.returncode, done.stdout

    return start


def clean_environment():
    ours = {"PYTHONPATH", "VIRTUAL_ENV"}
    kept = {name: value for name, value in os.environ.items() if name not in ours and not name.startswith("GIT_")}
    return kept | {"GIT_CONFIG_GLOBAL": os.devnull, "NO_COLOR": "1"}


@pytest.fixture(scope="session")
def tool():
    """The path of a program that is installed beside Python or anywhere else; without it the test is skipped."""

    def find(name, package):
        beside = Path(sys.executable).with_name(name)
        found = str(beside) if beside.exists() else shutil.which(name)
        return found or pytest.skip(f"{name} is missing: pip install {package}")

    return find
