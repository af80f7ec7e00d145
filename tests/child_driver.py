"""libvirt's QEMU driver in a process of its own, for documents on which it may crash."""

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

NOBODY = 65534
CHILD = Path(__file__).parent / "driver_child.py"


class ChildDriver:
    """The driver, asked by lines; it is started again when a document has ended it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        (root / "etc").mkdir()
        (root / "etc" / "qemu.conf").write_text('stdio_handler = "file"\n')
        if os.geteuid() == 0:
            for path in (root, *root.rglob("*")):
                os.chown(path, NOBODY, NOBODY)
        self._child: subprocess.Popen | None = None

    def refusal(self, data: bytes) -> str | None:
        """Return what the driver says against defining a document that is XML, None where it defines it."""
        if self._child is None:
            self._child = self._start()
        with suppress(BrokenPipeError):
            print(json.dumps(data.decode("latin-1")), file=self._child.stdin, flush=True)
        answer = self._child.stdout.readline()
        if answer:
            return json.loads(answer)
        self.close()
        return "libvirt crashed"

    def close(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
            self._child = None

    def _start(self) -> subprocess.Popen:
        folders = ("HOME", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")
        return subprocess.Popen(
            [sys.executable, str(CHILD), f"qemu:///embed?root={self._root}"],
            cwd=self._root,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"} | dict.fromkeys(folders, str(self._root)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
