"""libvirt's QEMU driver, for what the pages of the rules say that it does."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from chanfix.domain.versions import Version

NOBODY = 65534


class Driver:
    """virsh on a QEMU driver with a folder of its own: no daemon, and nothing that this process could disturb."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.socket_folder = root / "lib" / "qemu" / "channel" / "target"
        self._uri = f"qemu:///embed?root={root}"
        # As root, libvirt asks for a user of its own, which not every machine has.
        self._user = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
        (root / "etc").mkdir()
        (root / "etc" / "qemu.conf").write_text('stdio_handler = "file"\n')  # else a start waits for virtlogd
        if self._user:
            for path in (root, root / "etc"):
                os.chown(path, NOBODY, NOBODY)

    @property
    def version(self) -> Version:
        """The version of the installed libvirt."""
        match = re.search(r"libvirt (\d+\.\d+\.\d+)", self.ask({"version": ["version"]})["version"])
        assert match
        return Version.parse(match[1])

    def ask(self, scripts: Mapping[str, Sequence[str]]) -> dict[str, str]:
        """Run all scripts in one process and return what virsh says to each, errors and all."""
        lines = [line for name, script in scripts.items() for line in (f"echo '=== {name}'", *script)]
        run = subprocess.run(
            ["virsh", "-k0", "-c", self._uri, "; ".join(lines)],
            cwd=self.root,
            env={"PATH": os.environ["PATH"], "HOME": str(self.root), "XDG_RUNTIME_DIR": str(self.root), "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            **self._user,
        )
        if "failed to connect to the hypervisor" in run.stdout:
            pytest.skip(f"libvirt's QEMU driver cannot be opened here: {run.stdout.strip()}")
        parts = (part.partition("\n") for part in run.stdout.split("=== ")[1:])
        return {name: rest for name, _, rest in parts}

    def log(self, name: str) -> str:
        """Return what QEMU printed for a domain; nothing when it was never started."""
        path = self.root / "log" / "qemu" / f"{name}.log"
        return path.read_text() if path.exists() else ""

    def file(self, name: str, devices: str, machine: str = "q35") -> Path:
        """Write a small domain to a file."""
        path = self.root / f"{name}.xml"
        path.write_text(
            f"<domain type='qemu'><name>{name}</name><memory unit='MiB'>64</memory>"
            f"<os><type arch='x86_64' machine='{machine}'>hvm</type></os>"
            f"<devices><emulator>{shutil.which('qemu-system-x86_64')}</emulator>{devices}</devices></domain>"
        )
        return path


@pytest.fixture(scope="session")
def driver():
    """A ``Driver``, or a skip that says what to install."""
    for program, package in (("virsh", "libvirt's client and QEMU driver"), ("qemu-system-x86_64", "QEMU")):
        if not shutil.which(program):
            pytest.skip(f"{program} is not here: install {package}")
    # In /var/tmp: QEMU may run as another user, and the path of a socket has 107 bytes at most.
    with tempfile.TemporaryDirectory(prefix="cf-", dir="/var/tmp") as folder:
        root = Path(folder)
        root.chmod(0o755)
        yield Driver(root)
