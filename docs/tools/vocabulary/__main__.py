"""Writes ``schemas/vocabulary.json`` from the facts beside this program; with --check says if it is stale, and exits 1.

``--read VERSION FOLDER`` reads the facts of a release out of the folder of its schemas first. ``--ask FOLDER
[ROOT...]`` asks libvirt's driver on this machine, or those below some roots, what it does with values that it does
not know, on the documents of a folder.
"""

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from making import Known, make, version_key
from release import read_release

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent.parent.parent
VOCABULARY = PROJECT / "schemas" / "vocabulary.json"
RELEASES = HERE / "releases"
SINCE = HERE / "since.json"
OTHERWISE = HERE / "otherwise.json"
# Installed libvirts, if somebody has made them: their schemas are compared with the facts.
LABORATORY = PROJECT / ".cache" / "libvirts"
_SCHEMAS = "usr/share/libvirt/schemas"


def main(arguments: list[str]) -> int:
    """Do what the arguments ask for, and return the exit status."""
    match arguments:
        case ["--read", version, folder]:
            if not re.fullmatch(r"\d+\.\d+\.\d+", version):
                sys.exit(f"'{version}' is no version; expected one as 12.8.0")
            if not Path(folder, "domain.rng").is_file():
                sys.exit(f"there is no domain.rng in '{folder}'")
            path = RELEASES / f"{version}.json"
            path.write_text(release_text(read_release(f"{folder}/domain.rng")))
        case ["--ask", folder, *roots]:
            from asking import ask

            documents = sorted(Path(folder).rglob("*.xml"))
            if not documents:
                sys.exit(f"there are no documents (*.xml) in '{folder}'")
            places = make(releases(), Known({}, {}), is_by_place=True)
            answers = ask(documents, places, roots or ["/"])
            OTHERWISE.write_text(table_text(answers))
        case ["--check"]:
            stale = [] if VOCABULARY.read_text() == vocabulary_text() else [VOCABULARY]
            stale += stale_releases()
            for path in stale:
                print(f"{path.relative_to(PROJECT)} is stale: run scripts/vocabulary", file=sys.stderr)
            return int(bool(stale))
        case []:
            pass
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    VOCABULARY.write_text(vocabulary_text())
    return 0


def vocabulary_text() -> str:
    """Return the vocabulary that the facts make."""
    vocabulary = make(releases(), Known(json.loads(SINCE.read_text()), json.loads(OTHERWISE.read_text())))
    head = f'  "releases": {json.dumps(vocabulary["releases"])},\n'
    tables = ",\n".join(f'  "{name}": {table_text(vocabulary[name], "  ")}' for name in ("values", "contexts"))
    return f"{{\n{head}{tables}\n}}\n"


def releases() -> dict[str, Any]:
    """Return the contexts of each release, the oldest first."""
    paths = sorted(RELEASES.glob("*.json"), key=lambda path: version_key(path.stem))
    return {path.stem: json.loads(path.read_text()) for path in paths}


def stale_releases() -> list[Path]:
    """Return the facts that are not those of the laboratory's schemas, for releases that are there."""
    stale = []
    for root in sorted(LABORATORY.iterdir()) if LABORATORY.is_dir() else []:
        schema = root / _SCHEMAS / "domain.rng"
        path = RELEASES / f"{version_in(root)}.json"
        if schema.is_file() and path.is_file() and path.read_text() != release_text(read_release(str(schema))):
            stale.append(path)
    return stale


def version_in(root: Path) -> str:
    """Return the version of libvirt below a root, as the name of its library has it: libvirt.so.0.11003.0 is 11.3.0."""
    names = [path.name for path in root.glob("usr/lib/*/libvirt.so.0.*")]
    found = [re.fullmatch(r"libvirt\.so\.0\.(\d+)\.(\d+)", name) for name in names]
    return next((f"{int(one[1]) // 1000}.{int(one[1]) % 1000}.{one[2]}" for one in found if one), "")


def release_text(contexts: list[dict[str, Any]]) -> str:
    """Write the contexts of a release, each on a line."""
    return "[\n" + ",\n".join(json.dumps(context) for context in contexts) + "\n]\n"


def table_text(table: Mapping[str, Any], indent: str = "") -> str:
    """Write a table, each of its entries on a line."""
    if not table:
        return "{}"
    lines = ",\n".join(f"{indent}  {json.dumps(key)}: {json.dumps(entry)}" for key, entry in table.items())
    return f"{{\n{lines}\n{indent}}}" + ("" if indent else "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
