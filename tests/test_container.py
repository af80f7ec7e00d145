"""Containerfile: what its targets have. ``scripts/try-container`` runs its steps in a bare Debian."""

import re
from pathlib import Path

from chanfix.oracle import process

CHECKOUT = Path(__file__).resolve().parent.parent
TEXT = (CHECKOUT / "Containerfile").read_text()


def stages():
    """Return the steps of each target by its name."""
    return dict(re.findall(r"^FROM \S+ AS (\w+)\n((?:(?!FROM).*\n)*)", TEXT, re.MULTILINE))


def test_there_is_a_target_without_a_libvirt_and_one_with_it():
    assert list(stages()) == ["lint", "libvirt"]
    assert "libvirt" not in stages()["lint"]


def test_target_with_a_libvirt_has_what_an_error_says_is_missing():
    said = f"{process._INSTALL_BINDING} {process._INSTALL_DRIVER.partition('(Debian')[0]}"
    packages = set(re.findall(r"\b(?:libvirt|python3|qemu)-[\w-]+", said))
    assert packages == {"libvirt-daemon-driver-qemu", "python3-libvirt", "qemu-system-x86"}
    assert packages <= set(stages()["libvirt"].split())
