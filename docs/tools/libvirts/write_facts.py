"""Writes schemas/libvirts/RELEASE.json from what a Debian said, plain and with more packages."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[3] / "schemas" / "libvirts"
TARGETS = {"bullseye": "debian-11", "bookworm": "debian-12", "trixie": "debian-13", "sid": "debian-sid"}
WIDTH = 118


def merged(codename: str, plain: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """Return the facts of a release: what a plain installation has, and what more packages add to it."""
    assert (plain["libvirt"], plain["qemu"]) == (more["libvirt"], more["qemu"]), "the two roots are of different days"
    return {
        "release": TARGETS[codename],
        "codename": codename,
        "libvirt": plain["libvirt"],
        "qemu": plain["qemu"],
        "packages": {"plain": plain["packages"], "more": added(plain["packages"], more["packages"])},
        "architectures": {arch: of_architecture(plain, more, arch) for arch in plain["architectures"]},
        "firmware": more["firmware"],
        "firmware_files": {
            "plain": plain["firmware_files"],
            "more": added(plain["firmware_files"], more["firmware_files"]),
        },
        "programs": {"plain": plain["programs"], "more": added(plain["programs"], more["programs"])},
        "agent": plain["agent"],
    }


def of_architecture(plain: dict[str, Any], more: dict[str, Any], arch: str) -> dict[str, Any]:
    """Return the facts of an architecture."""
    one, other = plain["architectures"][arch], more["architectures"][arch]
    capabilities = one["domain_capabilities"]
    return {
        **{name: one[name] for name in ("emulator", "machines", "cpu_models")},
        "devices": {"plain": one["devices"], "more": added(one["devices"], other["devices"])},
        "displays": {"plain": one["displays"], "more": added(one["displays"], other["displays"])},
        "domain_capabilities": {
            machine: {
                "plain": capabilities[machine],
                "more": {
                    place: values
                    for place, known in other["domain_capabilities"][machine].items()
                    if (values := added(capabilities[machine].get(place, []), known))
                },
            }
            for machine in capabilities
        },
    }


def added(plain: Any, more: Any) -> Any:
    """Return what the second has and the first has not: entries of a list, or of a dictionary."""
    if isinstance(more, dict):
        return {name: value for name, value in more.items() if name not in plain}
    return [value for value in more if value not in plain]


def text_of(value: Any, indent: str = "") -> str:
    """Write JSON: plain lists fill their lines, small objects have one, so that a change is a few lines in a diff."""
    whole = json.dumps(value)
    if len(indent) + len(whole) < WIDTH and (indent.count(" ") > 2 or not isinstance(value, dict)):
        return whole
    inner = f"{indent}  "
    if isinstance(value, dict):
        parts = [f"{json.dumps(key)}: {text_of(part, inner)}" for key, part in value.items()]
        return "{\n" + ",\n".join(f"{inner}{part}" for part in parts) + f"\n{indent}}}"
    if all(isinstance(part, str) for part in value):
        return "[\n" + "".join(f"{inner}{line}\n" for line in filled(value, WIDTH - len(inner))) + f"{indent}]"
    return "[\n" + ",\n".join(f"{inner}{text_of(part, inner)}" for part in value) + f"\n{indent}]"


def filled(words: list[str], width: int) -> Iterator[str]:
    """Yield lines of a list, as full as can be."""
    line = ""
    for number, word in enumerate(words, 1):
        part = json.dumps(word) + ("," if number < len(words) else "")
        if line and len(line) + 1 + len(part) > width:
            yield line
            line = part
        else:
            line = f"{line} {part}".lstrip()
    yield line


def main(codename: str, *paths: str) -> None:
    """Write the file of a release from the facts of its two flavours and the errors of its libvirt."""
    plain, more, errors = (json.loads(Path(path).read_text()) for path in paths)
    facts = merged(codename, plain, more)
    facts["agent"]["errors"] = errors
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{facts['release']}.json").write_text(text_of(facts) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
