"""An editor's language server: from the last key to the diagnostics, with all rules on."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import tools
from benchmarks.documents import one_domain
from benchmarks.result import Result, Row
from benchmarks.timing import Cost

__all__ = ["measure"]

_KEYS = 25
# Lines of a document -> the most seconds that its diagnostics may take.
_LIMITS = {300: 0.1, 10_000: 0.2}
_LINES_AROUND, _LINES_OF_DEVICE = 14, 5


def measure(folder: Path) -> Result:
    (folder / "chanfix.toml").write_text("profile = 'strict'\n")
    return Result(tuple(_row(lines, _cost(folder, lines), limit) for lines, limit in _LIMITS.items()))


def _row(lines: int, cost: Cost, limit: float) -> Row:
    return Row(
        f"language server: last key to diagnostics, {lines:,} lines, all rules",
        str(cost),
        "",
        f"{cost.wall / limit:.2f} of it",
        f"at most {limit * 1000:.0f} ms",
        cost.wall <= limit,
    )


def _cost(folder: Path, lines: int) -> Cost:
    text = one_domain((lines - _LINES_AROUND) // _LINES_OF_DEVICE).decode()
    document = {"uri": (folder / f"{lines}.xml").as_uri(), "languageId": "xml", "version": 0, "text": text}
    with _Server() as server:
        server.notify("textDocument/didOpen", textDocument=document)
        server.wait_for(0)
        before = server.cpu()
        walls = []
        for version in range(1, _KEYS + 1):
            change = {"text": text.replace("<name>web", f"<name>web{version}")}
            started = time.perf_counter()
            server.notify(
                "textDocument/didChange", textDocument=document | {"version": version}, contentChanges=[change]
            )
            server.wait_for(version)
            walls.append(time.perf_counter() - started)
        return Cost(median(walls), (server.cpu() - before) / _KEYS)


class _Server:
    """A server in a process of its own, and messages over its pipes."""

    def __enter__(self) -> _Server:
        self._process = subprocess.Popen([tools.chanfix, "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._writing, self._reading = self._process.stdin, self._process.stdout
        self._send(id=0, method="initialize", params={"processId": None, "rootUri": None, "capabilities": {}})
        self._receive()
        self.notify("initialized")
        return self

    def __exit__(self, *error: object) -> None:
        self._writing.close()
        self._process.wait()
        self._reading.close()

    def notify(self, method: str, **params: object) -> None:
        self._send(method=method, params=params)

    def wait_for(self, version: int) -> None:
        """Wait for the diagnostics of a version of the text."""
        while self._receive().get("params", {}).get("version") != version:
            pass

    def cpu(self) -> float:
        """Return the seconds of processors that the server has had."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _send(self, **message: object) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._writing.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._writing.flush()

    def _receive(self) -> dict[str, Any]:
        length = 0
        while line := self._reading.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if not length:
            raise RuntimeError("the language server has ended")
        message: dict[str, Any] = json.loads(self._reading.read(length))
        return message
