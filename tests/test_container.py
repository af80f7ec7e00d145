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
    assert list(stages()) == ["release", "build", "lint", "libvirt"]
    assert "libvirt" not in stages()["lint"]


def test_both_targets_run_as_an_ordinary_user():
    for name in ("lint", "libvirt"):
        users = re.findall(r"^USER (.*)", stages()[name], re.MULTILINE)
        assert users[-1] == f"{process.NOBODY}:{process.NOBODY}"


def test_packages_are_those_of_the_debian_package():
    depends = re.search(r"^Depends:(.*\n(?: .*\n)*)", (CHECKOUT / "debian/control").read_text(), re.MULTILINE)[1]
    assert set(re.findall(r"python3-\w+", depends)) <= set(stages()["lint"].split())


def test_target_with_a_libvirt_has_what_an_error_says_is_missing():
    said = f"{process._INSTALL_BINDING} {process._INSTALL_DRIVER.partition('(Debian')[0]}"
    packages = set(re.findall(r"\b(?:libvirt|python3|qemu)-[\w-]+", said))
    assert packages == {"libvirt-daemon-driver-qemu", "python3-libvirt", "qemu-system-x86"}
    assert packages <= set(stages()["libvirt"].split())
