"""The commands that are measured, and which versions they are of."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from lxml import etree

from chanfix import __version__

__all__ = ["chanfix", "linted", "machine", "need", "schema", "versions"]

# As users run it: the installed command, and bytecode that is there already.
chanfix = str(Path(sys.executable).parent / "chanfix")


def linted(*arguments: str | Path) -> list[str]:
    """Return the command that lints, in one process unless it says otherwise, whatever configuration is around."""
    return [chanfix, "lint", "--no-config", "--jobs", "1", *map(str, arguments)]


def schema() -> Path:
    """Return libvirt's schema of domains."""
    found = Path("/usr/share/libvirt/schemas/domain.rng")
    if not found.is_file():
        raise SystemExit("libvirt's schemas are not installed: install libvirt0 (Debian package)")
    return found


def need(command: str, package: str) -> str:
    """Return where a peer is, or say which package has it."""
    found = shutil.which(command)
    if found is None:
        raise SystemExit(f"{command} is missing: install {package} (Debian package)")
    return found


def machine() -> str:
    """Say what this was measured on."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    model = models[0] if models else platform.machine()
    cores = sum(line.startswith("processor") for line in lines) or 1
    return f"{model}, {cores} cores, {platform.system()} {platform.release()}"


def versions() -> dict[str, str]:
    """Return the version of everything that takes part."""
    return {
        "chanfix": __version__,
        "Python": platform.python_version(),
        "lxml": version("lxml"),
        "libxml2 (of lxml)": ".".join(map(str, etree.LIBXML_VERSION)),
        "click": version("click"),
        "libvirt": _said(["virsh", "--version"]),
        "virt-xml": _said(["virt-xml", "--version"]),
        "xmllint": _said(["xmllint", "--version"]).partition("version ")[2].split(" ")[0].rstrip(":"),
    }


def _said(command: list[str]) -> str:
    try:
        run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return "not installed"
    return (run.stdout or run.stderr).strip().splitlines()[0]
