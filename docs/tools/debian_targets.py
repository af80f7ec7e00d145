"""The targets of Debian, made from what the laboratory has seen: ``schemas/libvirts`` (``scripts/libvirts facts``)."""

import json
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

# What a domain may ask for, of which some build of QEMU has nothing. libvirt's names.
_ASKED = {
    "graphics": ("devices.graphics.type", ("vnc", "spice", "sdl", "egl-headless")),
    "video": ("devices.video.modelType", ("vga", "cirrus", "vmvga", "qxl", "virtio", "bochs", "ramfb")),
}
# Beside qemu-system-x86_64, in the same package.
_KVM = "/usr/bin/kvm"


def debian_target(path: Path) -> str:
    """Return the text of the target for a file of facts."""
    seen = json.loads(path.read_text())
    number, codename = path.stem.removeprefix("debian-"), seen["codename"]
    is_stable = number.isdecimal()
    target = {
        "name": path.stem,
        "title": f"Debian {number if is_stable else 'unstable'} ({codename})",
        "aliases": [codename] if is_stable else [codename, "debian-unstable"],
        "facts": {name: {"value": value, "how": "run", "source": source} for name, value, source in _facts(seen)},
    }
    return json.dumps(target, indent=2) + "\n"


def _facts(seen: dict[str, Any]) -> Iterator[tuple[str, Any, str]]:
    """Yield the name, the value and the source of each fact."""
    packages = seen["packages"]["plain"] | seen["packages"]["more"]
    qemu = f"qemu-system-x86 {packages['qemu-system-x86']}"
    machines = {arch: each["machines"] for arch, each in seen["architectures"].items()}
    firmware = [f"{name} {version}" for name, version in packages.items() if name.startswith(("ovmf", "qemu-efi"))]
    agent = seen["agent"]
    yield "libvirt", seen["libvirt"], f"libvirt0 {packages['libvirt0']}"
    yield "qemu", seen["qemu"], qemu
    yield "emulators", _emulators(seen["architectures"]), f"files of {qemu} and its kin"
    yield "firmware", [*seen["firmware_files"]["plain"], *seen["firmware_files"]["more"]], ", ".join(firmware)
    yield (
        "machines",
        {arch: _names(each) for arch, each in machines.items()},
        f"-machine help of {qemu}",
    )
    yield "machine-suffixes", [], f"-machine help of {qemu}"
    yield from _devices(seen["architectures"]["x86_64"]["domain_capabilities"]["q35"], packages, qemu)
    blocked = sorted({command for commands in agent["policy"].values() for command in commands})
    version = f"qemu-guest-agent {packages['qemu-guest-agent']}"
    yield "agent", {"version": agent["version"], "blocks": blocked}, version


def _emulators(arches: dict[str, Any]) -> dict[str, list[str]]:
    paths = {arch: [each["emulator"]] for arch, each in arches.items()}
    paths["x86_64"].append(_KVM)
    # libvirt takes the one program for both byte orders.
    return paths | {"ppc64le": paths["ppc64"]}


def _names(machines: list[dict[str, Any]]) -> list[str]:
    names = (machine[key] for machine in machines for key in ("name", "alias") if key in machine)
    return list(dict.fromkeys(names))


def _devices(capabilities: dict[str, Any], packages: dict[str, str], qemu: str) -> Iterator[tuple[str, Any, str]]:
    """Yield what was not built in, what comes in a package of its own, and the backends of TPM devices."""
    lacks, brought = {}, {}
    package = next((name for name in packages if name.endswith("-spice")), None)
    for kind, (capability, asked) in _ASKED.items():
        plain, more = (capabilities[flavour].get(capability, []) for flavour in ("plain", "more"))
        lacks[kind] = [name for name in asked if name not in (*plain, *more)]
        brought[kind] = {name: package for name in asked if package and name in more}
    source = f"virsh domcapabilities with {qemu}"
    yield "without", lacks, source
    if package:
        yield "packages", brought, f"{source}, and with {package} {packages[package]}"
    both = (capabilities[flavour].get("devices.tpm.backendModel", []) for flavour in ("plain", "more"))
    if backends := sorted(chain(*both)):
        yield "tpm", backends, f"{source} and swtpm {packages['swtpm']}"
