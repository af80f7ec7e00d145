"""The RPM says what the Debian package and the Python package say. scripts/rpm builds it, compares it and tries it."""

import re
import tomllib
from pathlib import Path

import chanfix

CHECKOUT = Path(__file__).resolve().parent.parent
SPEC = (CHECKOUT / "packaging/chanfix.spec").read_text()
CONTROL = (CHECKOUT / "debian/control").read_text()
PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]


def tags(name):
    """Return the values of a tag of the spec."""
    return re.findall(rf"^{name}: +(.*)$", SPEC, re.MULTILINE)


def test_version_and_licence_are_those_of_the_python_package():
    assert tags("Version") == [chanfix.__version__]
    assert tags("License") == [PROJECT["license"]]
    assert f"- {chanfix.__version__}-1\n" in SPEC.partition("%changelog")[2]


def test_what_it_runs_with_is_there_when_it_is_built():
    wanted = {re.sub(r"^(\S+) >= (\S+)$", r"python3dist(\1) >= \2", line) for line in PROJECT["dependencies"]}
    assert wanted <= set(tags("BuildRequires"))


def test_words_are_those_of_the_debian_package():
    [(summary, text)] = re.findall(r"^Description: (.*)\n((?: .*\n)+)", CONTROL, re.MULTILINE)
    assert [line[:1].lower() + line[1:] for line in tags("Summary")] == [summary]
    paragraphs = re.sub(r"^ \.?", "", text, flags=re.MULTILINE)
    assert SPEC.partition("%description\n")[2].partition("\n%prep")[0] == paragraphs
