"""How many functions of ours are called to lint one document more: a count that no machine and no load changes.

``python -m benchmarks.calls`` counts and compares with calls.json, and fails where more than a tenth came on top;
``--update`` writes what was counted. Only calls of chanfix' own functions count, so that Python and lxml may be of any
version.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from types import FrameType

import chanfix
from benchmarks.documents import domain_of, one_domain
from chanfix.cli import main as chanfix_main

_FILE = Path(__file__).with_name("calls.json")
_PACKAGE = str(Path(chanfix.__file__).parent) + os.sep
_MARGIN = 1.1
_MORE = 20

_CONSOLE = "    <console type='pty'/>\n"
_FAULTY = "<source path='/tmp/web'/><target type='virtio' name='org.qemu.guest_agent.0'/>"
_DOCUMENTS = {
    "no channel": domain_of(_CONSOLE, agent="").replace(b"<channel", b"<serial").replace(b"</channel", b"</serial"),
    "agent channel": domain_of(_CONSOLE),
    "agent channel with faults": domain_of(_CONSOLE, agent=_FAULTY),
    "a thousand devices": one_domain(1000),
}


def counted() -> dict[str, int]:
    """Return how many calls each document takes, beside what a run takes anyway."""
    counts = {}
    for name, data in _DOCUMENTS.items():
        with tempfile.TemporaryDirectory() as folder:
            for number in range(_MORE + 1):
                Path(folder, f"{number}.xml").write_bytes(data.replace(b"web", b"web%d" % number))
            # libvirt's schemas are not the same everywhere.
            command = ["lint", "--no-config", "--ignore", "domain-schema", "--jobs", "1"]
            one, all_ = [*command, f"{folder}/0.xml"], [*command, folder]
            _lint(all_)  # with everything imported
            more = _calls(lambda all_=all_: _lint(all_)) - _calls(lambda one=one: _lint(one))
            counts[name] = round(more / _MORE)
    return counts


def _lint(command: list[str]) -> None:
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere):
        chanfix_main(command)


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


def main(arguments: list[str]) -> int:
    counts = counted()
    if "--update" in arguments:
        _FILE.write_text(json.dumps(counts, indent=2) + "\n")
        return 0
    known = json.loads(_FILE.read_bytes())
    too_many = {name: count for name, count in counts.items() if count > _MARGIN * known.get(name, 0)}
    for name, count in too_many.items():
        print(
            f"linting a document with {name} takes {count} calls of chanfix' functions, not {known.get(name, 0)}: "
            "make it cheaper, or take the new count with 'python -m benchmarks.calls --update' and say why",
            file=sys.stderr,
        )
    return int(bool(too_many))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
