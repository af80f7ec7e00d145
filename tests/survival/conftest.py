import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

FORKING = Path(__file__).with_name("forking.py")
CALL = re.compile(r"(\w+)\(")
# No disk has a part in these, and the last never returns.
NEVER_FAIL = {"exit_group", "ioctl", "lseek", "mmap"}


@dataclass(frozen=True)
class Traced:
    """A piece of work that ended: its status (negative: the signal), what it printed, and its system calls."""

    status: int
    out: str
    err: str
    log: str

    def calls(self, without=None):
        """Yield its calls as strace counts them: the name, and the how many-eth of that name.

        With ``without``, those are left out that are about something in a folder.
        """
        seen = Counter()
        for line in self.log.splitlines():
            if found := CALL.match(line):
                seen[found[1]] += 1
                if found[1] not in NEVER_FAIL and (without is None or str(without) not in line):
                    yield found[1], seen[found[1]]


class Tracer:
    """Runs the work of ``forking.py`` under strace."""

    def __init__(self, process, logs):
        self._process = process
        self._log = logs / "calls"

    def warm_up(self, folder, work, *arguments):
        self._ask(folder=str(folder), work=work, arguments=arguments)

    def run(self, folder, work, *arguments, inject=None):
        """Run something; ``inject`` is what strace is to do at which call, as ``fsync:error=EIO:when=1``."""
        options = ["-y", "-e", "trace=%file,%desc"]
        if inject:
            options += ["-e", f"inject={inject}"]
        status = self._ask(folder=str(folder), work=work, arguments=arguments, log=str(self._log), options=options)
        if isinstance(status, str):
            pytest.skip(f"strace cannot trace here: {status.strip()}")
        read = [Path(f"{self._log}{end}").read_text() for end in (".out", ".err", "")]
        return Traced(status, *read)

    def _ask(self, **job):
        print(json.dumps(job), file=self._process.stdin, flush=True)
        return json.loads(self._process.stdout.readline())


@pytest.fixture(scope="module")
def tracer(tmp_path_factory):
    if shutil.which("strace") is None:
        pytest.skip("strace is not here: install the package of that name")
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONHASHSEED": "0"}
    with subprocess.Popen(
        [sys.executable, FORKING],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment,
    ) as process:
        yield Tracer(process, tmp_path_factory.mktemp("logs"))
        process.stdin.close()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder to stand in; what chanfix keeps goes there too."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path


@pytest.fixture
def uri_of(folder):
    """Return the URI of libvirt's test driver with one domain of that text."""
    pytest.importorskip("libvirt", reason="libvirt-python is missing: pip install 'chanfix[libvirt]'")

    def uri_of(text):
        (folder / "node.xml").write_text(f"<node>{text}</node>")
        return f"test://{folder}/node.xml"

    return uri_of
