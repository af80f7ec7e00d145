"""The Debian package says what the Python package says. scripts/deb builds it, installs it and tries it."""

import re
import tomllib
from pathlib import Path

import pytest

import chanfix

CHECKOUT = Path(__file__).resolve().parent.parent
DEBIAN = CHECKOUT / "debian"


def python_requirements():
    """The run-time dependencies of pyproject.toml as Debian writes them."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    return {re.sub(r"^(\S+) >= (\S+)$", r"python3-\1 (>= \2)", line) for line in project["dependencies"]}


def field(name):
    """One field of debian/control, as a set of its entries."""
    [value] = re.findall(rf"^{name}:((?:.*\n)(?: .*\n)*)", (DEBIAN / "control").read_text(), re.MULTILINE)
    return {entry.strip() for entry in value.split(",")}


def test_version_is_that_of_the_python_package():
    first = (DEBIAN / "changelog").read_text().splitlines()[0]
    assert re.match(r"(\S+) \((\S+)\) ", first).groups() == ("chanfix", chanfix.__version__)


@pytest.mark.parametrize("name", ["Build-Depends", "Depends"])
def test_dependencies_are_those_of_the_python_package(name):
    assert python_requirements() <= field(name)


def test_licence_is_that_of_the_python_package():
    words = [line.removeprefix(" ").removeprefix(".") for line in (DEBIAN / "copyright").read_text().splitlines()]
    licence = (CHECKOUT / "LICENSE").read_text().splitlines()
    assert words[-len(licence[4:]) :] == licence[4:]
    assert licence[2].removeprefix("Copyright (c) ") in (DEBIAN / "copyright").read_text()
