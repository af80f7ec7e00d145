"""Prints what libvirt and QEMU of a Debian can do, as JSON; runs in that Debian, by its own Python 3.9 or later."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import embedded
import guest_agent

# libvirt's architecture -> the name in QEMU's program, and the machine types whose capabilities are asked for.
ARCHITECTURES = {
    "x86_64": ("x86_64", ("q35", "pc")),
    "i686": ("i386", ("q35", "pc")),
    "aarch64": ("aarch64", ("virt",)),
    "armv7l": ("arm", ("virt",)),
    "ppc64": ("ppc64", ("pseries",)),
    "riscv64": ("riscv64", ("virt",)),
    "s390x": ("s390x", ("s390-ccw-virtio",)),
}
FIRMWARE = Path("/usr/share/qemu/firmware")
# Programs that libvirt runs, by their names and by their paths.
PROGRAMS = ("swtpm", "swtpm_setup", "passt", "/usr/lib/qemu/virtiofsd", "/usr/libexec/virtiofsd")


def facts() -> dict[str, Any]:
    """Return everything that is asked of this Debian."""
    return {
        **machines(*ARCHITECTURES),
        "firmware": firmware(),
        "firmware_files": sorted(str(path) for path in Path("/usr/share").glob("*/*.fd")),
        "programs": programs(),
        "agent": guest_agent.agent(),
        "packages": packages(),
    }


def machines(*architectures: str) -> dict[str, Any]:
    """Return the versions, and what this libvirt and QEMU can do for the architectures that are installed."""
    connection = embedded.connect()
    found = {}
    for arch in architectures:
        name, asked = ARCHITECTURES[arch]
        program = shutil.which(f"qemu-system-{name}")
        if program:
            capable = {machine: capabilities(connection, program, arch, machine) for machine in asked}
            found[arch] = {**QMP(program).facts(), "domain_capabilities": capable}
    return {**embedded.versions(connection), "architectures": found}


class QMP:
    """A QEMU without a machine, asked over its own protocol."""

    def __init__(self, program: str) -> None:
        self._program = program

    def facts(self) -> dict[str, Any]:
        """Return the machine types, CPU models and devices that it has, and its displays."""
        machines, types, cpus = self._ask(
            {"execute": "query-machines"},
            {"execute": "qom-list-types", "arguments": {"implements": "device", "abstract": False}},
            {"execute": "query-cpu-definitions"},
        )
        return {
            "emulator": self._program,
            "machines": sorted((self._machine(machine) for machine in machines), key=lambda one: one["name"]),
            "cpu_models": sorted(cpu["name"] for cpu in cpus),
            "devices": sorted(device["name"] for device in types),
            "displays": self._displays(),
        }

    @staticmethod
    def _machine(machine: dict[str, Any]) -> dict[str, Any]:
        kept = {"name": machine["name"], "deprecated": machine["deprecated"]}
        if "alias" in machine:
            kept["alias"] = machine["alias"]
        if machine.get("is-default"):
            kept["default"] = True
        return kept

    def _ask(self, *commands: dict[str, Any]) -> list[Any]:
        options = ("-S", "-M", "none", "-nodefaults", "-display", "none", "-qmp", "stdio")
        lines = [{"execute": "qmp_capabilities"}, *commands, {"execute": "quit"}]
        said = self._run(*options, text="".join(json.dumps(line) + "\n" for line in lines))
        answers = [answer["return"] for answer in map(json.loads, said.splitlines()) if "return" in answer]
        assert len(answers) >= len(commands) + 1, said[-500:]
        return answers[1 : len(commands) + 1]

    def _displays(self) -> list[str]:
        lines = self._run("-display", "help").splitlines()
        return sorted(line for line in lines if line and " " not in line)

    def _run(self, *options: str, text: str = "") -> str:
        # It warns of each of its own modules that is in a package which is not installed.
        done = subprocess.run([self._program, *options], input=text, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout


def capabilities(connection: Any, program: str, arch: str, machine: str) -> dict[str, list[str]]:
    """Return the values that libvirt's domain capabilities list, by the place: ``devices.video.modelType``.

    What depends on the processor of this machine is left out. A part that is not supported has no values.
    """
    root = ElementTree.fromstring(connection.getDomainCapabilities(program, arch, machine, "qemu"))
    found: dict[str, list[str]] = {}
    for group in ("os", "memoryBacking", "devices", "features"):
        for part in root.iterfind(group):
            collect(part, group, found)
    return found


def collect(element: ElementTree.Element, place: str, found: dict[str, list[str]]) -> None:
    """Enter the values below an element."""
    if element.get("supported") == "no":
        found[place] = []
        return
    for child in element:
        name = f"{place}.{child.get('name') if child.tag == 'enum' else child.tag}"
        if child.tag == "enum":
            found[name] = [value.text or "" for value in child]
        elif child.tag == "value":
            found.setdefault(place, []).append(child.text or "")
        elif child.get("supported"):
            collect(child, name, found)
            found.setdefault(name, ["yes"] if child.get("supported") == "yes" else [])


def firmware() -> list[dict[str, Any]]:
    """Return the firmware that QEMU's own descriptors name, in the order in which libvirt reads them."""
    found = []
    for path in sorted(FIRMWARE.glob("*.json")):
        text = json.loads(path.read_text())
        mapping = text["mapping"]
        code = mapping.get("executable") or {"filename": mapping.get("filename"), "format": "raw"}
        found.append(
            {
                "descriptor": str(path),
                "device": mapping["device"],
                "code": code,
                "variables": mapping.get("nvram-template"),
                "machines": {target["architecture"]: target["machines"] for target in text["targets"]},
                "features": text["features"],
            }
        )
    return found


def programs() -> dict[str, str]:
    """Return the paths of the programs that are installed, by their names."""
    return {os.path.basename(path): path for path in map(shutil.which, PROGRAMS) if path}


def packages() -> dict[str, str]:
    """Return the versions of the packages that matter here."""
    patterns = ("libvirt*", "qemu-*", "ovmf*", "swtpm*", "python3-libvirt")
    command = ["dpkg-query", "-W", "-f=${db:Status-Status} ${Package} ${Version}\n", *patterns]
    lines = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout.splitlines()
    installed = (line.split()[1:] for line in lines if line.startswith("installed "))
    return dict(sorted(map(tuple, installed)))


if __name__ == "__main__":
    # With names of architectures, these alone.
    json.dump(machines(*sys.argv[1:]) if sys.argv[1:] else facts(), sys.stdout)
    sys.stdout.flush()
    embedded.end()
