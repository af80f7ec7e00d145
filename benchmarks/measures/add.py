"""Adding the agent channel to a file, beside virt-xml: how long, and how many lines change."""

from __future__ import annotations

import difflib
import subprocess
from pathlib import Path

from benchmarks import tools
from benchmarks.result import Result, Row
from benchmarks.timing import in_turns, run

__all__ = ["measure"]

_TIMES = 21
_FILE = Path(__file__).resolve().parent.parent.parent / "examples" / "guest.xml"


def measure(folder: Path) -> Result:
    # Without the comment at its top, at which virt-xml gives up.
    before = b"<domain" + _FILE.read_bytes().partition(b"<domain")[2]
    virt_xml = [
        *(tools.need("virt-xml", "virtinst"), "--connect", "test:///default", "--add-device"),
        *("--channel", "unix,target.type=virtio,target.name=org.qemu.guest_agent.0"),
    ]
    # virt-xml changes no file: both read standard input and write to standard output.
    ours_made = _output([tools.chanfix, "add", "-"], before)
    theirs_made = _output(virt_xml, before)
    ours, theirs = in_turns(
        _TIMES, lambda: run([tools.chanfix, "add", "-"], stdin=before), lambda: run(virt_xml, stdin=before)
    )
    ratio = theirs.wall / ours.wall
    lines = [_changed(before, made) for made in (ours_made, theirs_made)]
    return Result(
        (
            Row(
                "`chanfix add` to examples/guest.xml",
                str(ours),
                f"virt-xml --connect test:///default --add-device: {theirs}",
                f"{ratio:.1f} times faster",
                "at least 3 times faster",
                ratio >= 3,
            ),
            Row(
                "lines of the file that change",
                str(lines[0]),
                f"virt-xml: {lines[1]}",
                f"{lines[0]} to {lines[1]}",
                "fewer",
                lines[0] < lines[1],
            ),
        )
    )


def _output(command: list[str], data: bytes) -> bytes:
    return subprocess.run(command, input=data, capture_output=True, check=True, timeout=120).stdout


def _changed(before: bytes, after: bytes) -> int:
    diff = difflib.unified_diff(before.decode().splitlines(), after.decode().splitlines(), n=0, lineterm="")
    return sum(line[:1] in "+-" and line[:3] not in ("+++", "---") for line in diff)
