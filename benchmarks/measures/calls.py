"""How many functions of ours are called to lint one more document: a figure that no machine and no load changes.

It has no limit: a function that makes the code clearer may be worth its call. Only calls of chanfix' own functions
count, so that it is the same with any version of Python and lxml.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from types import FrameType

import chanfix
from benchmarks.documents import domain_of, one_domain
from benchmarks.result import Result, Row
from chanfix.cli import main

__all__ = ["measure"]

_PACKAGE = str(Path(chanfix.__file__).parent) + os.sep
_MORE = 20

_CONSOLE = "    <console type='pty'/>\n"
_FAULTY = "<source path='/tmp/web'/><target type='virtio' name='org.qemu.guest_agent.0'/>"
_DOCUMENTS = {
    "no channel": domain_of(_CONSOLE, agent="").replace(b"<channel", b"<serial").replace(b"</channel", b"</serial"),
    "agent channel": domain_of(_CONSOLE),
    "agent channel with faults": domain_of(_CONSOLE, agent=_FAULTY),
    "a thousand devices": one_domain(1000),
}


def measure(folder: Path) -> Result:
    return Result(tuple(_row(name, _counted(folder / name, data)) for name, data in _DOCUMENTS.items()))


def _row(name: str, count: int) -> Row:
    return Row(f"lint, one more document: {name}", f"{count} calls of its own functions", "", "", "a figure only", True)


def _counted(folder: Path, data: bytes) -> int:
    """Return the calls for one document more, without those that any run takes."""
    folder.mkdir()
    for number in range(_MORE + 1):
        Path(folder, f"{number}.xml").write_bytes(data.replace(b"web", b"web%d" % number))
    # libvirt's schemas are not the same everywhere.
    command = ["lint", "--no-config", "--ignore", "domain-schema", "--jobs", "1"]
    _lint([*command, str(folder)])  # so that everything is imported
    more = _calls(lambda: _lint([*command, str(folder)])) - _calls(lambda: _lint([*command, f"{folder}/0.xml"]))
    return round(more / _MORE)


def _lint(command: list[str]) -> None:
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere):
        main(command)


def _calls(function: Callable[[], None]) -> int:
    count = 0

    def profile(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        # A comprehension is a call in some versions of Python and none in others.
        code = frame.f_code
        count += event == "call" and code.co_filename.startswith(_PACKAGE) and not code.co_name.startswith("<")

    sys.setprofile(profile)
    try:
        function()
    finally:
        sys.setprofile(None)
    return count
