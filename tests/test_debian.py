"""The Debian package says what the Python package says. scripts/deb builds it, installs it and tries it."""

import ast
import re
import sys
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


def imported(path):
    """Yield the names of packages that a file imports whatever is installed."""
    for statement in ast.parse(path.read_text()).body:
        if isinstance(statement, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom) and not statement.level:
            yield statement.module.partition(".")[0]


def test_what_tests_import_is_there_when_the_package_is_built():
    tests = CHECKOUT / "tests"
    left_out = re.findall(r"--ignore=(\S+)", (CHECKOUT / "packaging/suite").read_text())
    files = [path for path in tests.rglob("*.py") if not any(path.is_relative_to(CHECKOUT / one) for one in left_out)]
    own = {path.stem for path in [*tests.rglob("*.py"), *CHECKOUT.glob("*/__init__.py")]} | {
        path.name for path in [*CHECKOUT.iterdir(), *tests.rglob("*")] if path.is_dir()
    }
    names = {name for path in files for name in imported(path)} - own - sys.stdlib_module_names
    packages = {re.match(r"[\w-]+", entry)[0] for entry in field("Build-Depends")}
    assert "pytest" in names
    assert {f"python3-{name.replace('_', '-')}" for name in names} <= packages


def test_licence_is_that_of_the_python_package():
    words = [line.removeprefix(" ").removeprefix(".") for line in (DEBIAN / "copyright").read_text().splitlines()]
    licence = (CHECKOUT / "LICENSE").read_text().splitlines()
    assert words[-len(licence[4:]) :] == licence[4:]
    assert licence[2].removeprefix("Copyright (c) ") in (DEBIAN / "copyright").read_text()
