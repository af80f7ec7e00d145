"""``python -m fuzz [TARGET] [SECONDS]`` runs a target, or each in turn; ``python -m fuzz TARGET FILE...`` replays."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from fuzz.targets import CHECKOUT, DOCUMENTS, SEEDS, TARGETS, try_one

_KEPT = CHECKOUT / ".cache" / "fuzz"
_SECONDS = 600
_DONE = re.compile(r"^Done (\d+) runs in (\d+) second", re.MULTILINE)
# Of one input: seconds, bytes, and MiB of memory of the process.
_LIMITS = ("-timeout=20", "-max_len=16384", "-rss_limit_mb=1024")


def main(arguments: list[str]) -> int:
    """Run what is asked for; 1 when an input broke a target, 2 for what is not there."""
    names = list(TARGETS)
    if arguments and not arguments[0].isdigit():
        names = [arguments.pop(0)]
    if unknown := set(names) - TARGETS.keys():
        print(f"no target is called '{unknown.pop()}'; there are {', '.join(TARGETS)}", file=sys.stderr)
        return 2
    if arguments and not arguments[0].isdigit():
        try:
            inputs = [Path(file).read_bytes() for file in arguments]
        except OSError as error:
            print(f"{error.filename} cannot be read: {error.strerror}", file=sys.stderr)
            return 2
        for data in inputs:
            try_one(names[0])(data)
        return 0
    seconds = int(arguments[0]) if arguments else _SECONDS
    # One after the other, whatever comes of the first.
    return max([_fuzz(name, seconds) for name in names])


def _fuzz(name: str, seconds: int) -> int:
    folder = _KEPT / name
    for part in ("corpus", "found"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    known = set((folder / "found").iterdir())
    options = [
        *_LIMITS,
        f"-max_total_time={seconds}",
        f"-dict={CHECKOUT / 'fuzz' / 'words.dict'}",
        f"-artifact_prefix={folder / 'found'}/",
    ]
    log = folder / "log"
    print(f"{name}: {seconds} s, log in {log}", flush=True)
    with log.open("wb") as output:
        subprocess.run(
            [sys.executable, "-m", "fuzz.session", name, *options, folder / "corpus", *_seeds(name)],
            cwd=CHECKOUT,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    done = _DONE.search(log.read_text(errors="replace"))
    found = sorted(set((folder / "found").iterdir()) - known)
    for file in found:
        print(f"{name}: FOUND; replay it with: python -m fuzz {name} {file}")
    if done is None and not found:
        print(f"{name}: did not run to its end; its log says why")
    elif done is not None:
        print(f"{name}: {done[1]} inputs in {done[2]} s")
    return int(done is None or bool(found))


def _seeds(name: str) -> list[Path]:
    """Return the folders that a run starts from, that of real documents among them when CHANFIX_CORPUS tells of it."""
    folders = [SEEDS / name]
    if TARGETS[name]:
        folders += [DOCUMENTS, Path(os.environ.get("CHANFIX_CORPUS", DOCUMENTS), "real")]
    return [folder for folder in folders if folder.is_dir()]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
