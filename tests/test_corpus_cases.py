"""The documents of tests/corpus: those in ok are silent, of the others it is written what is found and how it is fixed.

    ok/*
    bad/RULE/CASE.xml   CASE.expect has the findings in the format concise, CASE.fixed.xml the text with all fixes made
    layout/CASE.xml     the same: what bytes, and habits of writing, do to places and fixes

A folder may have a chanfix.toml. ``pytest --update`` writes again what is expected: read the difference.
"""

import json
import os
import re
import shutil
from functools import cache
from pathlib import Path

import pytest
from installed import SCHEMA, SCHEMA_DIR

from chanfix.cli import main
from chanfix.errors import HostError
from chanfix.lint.rules import ASKED, RULES
from chanfix.oracle.driver import Driver

CORPUS = Path(__file__).parent / "corpus"
LAYOUT = CORPUS / "layout"
OF_RULES = sorted((CORPUS / "bad").iterdir())

every_folder = pytest.mark.parametrize("folder", [*OF_RULES, LAYOUT], ids=lambda folder: folder.name)


def cases(folder):
    return [path for path in sorted(folder.glob("*.xml*")) if ".fixed." not in path.name]


def beside(case, ending):
    """Return the file of a case with another ending, as CASE.expect."""
    return case.with_name(case.name.partition(".")[0] + ending)


def lint(folder, *options):
    """Lint the cases of a folder together, as somebody does who stands in it."""
    if not (folder / "chanfix.toml").exists():
        options = ("--no-config", *options)
    if folder.name == "domain-schema":
        if SCHEMA is None:
            pytest.skip("libvirt's schemas are not installed (Debian package libvirt0)")
        options = ("--schema-dir", SCHEMA_DIR, *options)
    if folder.name in ASKED:
        skip_without_libvirt()
        options = ("--ask-libvirt", *options)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return main(["lint", "--output-format", "concise", *options, *(case.name for case in cases(folder))])


@cache
def skip_without_libvirt():
    driver = Driver(os.environ["PATH"])
    try:
        assert driver.about
    except HostError as error:
        pytest.skip(f"{error.message}: {error.hint}")
    finally:
        driver.close()


def test_every_rule_has_cases():
    assert {folder.name for folder in OF_RULES if cases(folder)} == {rule.name for rule in RULES}


def test_every_fixed_text_has_its_case():
    for folder in OF_RULES:
        names = {path.name.partition(".")[0] for path in cases(folder)}
        assert {path.name.partition(".")[0] for path in folder.glob("*.fixed.*")} <= names


def test_what_is_right_is_silent(capfd):
    assert main(["lint", "--no-config", "--output-format", "concise", str(CORPUS / "ok")]) == 0
    assert capfd.readouterr().out == ""


def test_what_is_right_is_taken_by_the_installed_libvirt(capfd):
    skip_without_libvirt()
    folders = [str(CORPUS / "ok"), str(CORPUS.parent.parent / "examples")]
    assert main(["lint", "--no-config", "--select", "libvirt", "--ask-libvirt", "--fail-on", "error", *folders]) == 0, (
        capfd.readouterr()
    )


@every_folder
def test_findings_are_those_that_are_written_down(folder, capfd, golden):
    lint(folder)
    lines = capfd.readouterr().out.splitlines(keepends=True)
    for case in cases(folder):
        found = "".join(line for line in lines if line.startswith(f"{case.name}:"))
        golden(beside(case, ".expect"), found, without_others)


def without_others(text):
    """Leave out of a finding what else is allowed there, and which libvirt was asked: that depends on the machine."""
    text = re.sub(r"libvirt \d+\.\d+\.\d+", "libvirt", text)
    return re.sub(r"(expected <\w+>), <\w+>.*", r"\1", text)


@pytest.mark.parametrize("case", [case for folder in OF_RULES for case in cases(folder)], ids=lambda case: case.stem)
def test_each_case_of_a_rule_has_a_finding_of_it(case):
    assert f"[{case.parent.name}]" in beside(case, ".expect").read_text()


@every_folder
def test_fixes_are_those_that_are_written_down(folder, tmp_path, golden):
    work = tmp_path / folder.name
    shutil.copytree(folder, work)
    lint(work, "--fix", "--unsafe-fixes")
    for case in cases(folder):
        fixed, after = beside(case, ".fixed.xml"), (work / case.name).read_bytes()
        if after != case.read_bytes():
            golden(fixed, after)
        else:
            assert not fixed.exists()


def test_each_finding_is_a_line_of_the_format_concise_and_a_result_of_sarif(capfd):
    assert main(["lint", "--no-config", "--output-format", "concise", str(CORPUS / "bad")]) == 1
    lines = capfd.readouterr().out.splitlines()
    assert [line for line in lines if not re.fullmatch(r"\S+:\d+:\d+: (error|warning|info)\[[a-z-]+\] .+", line)] == []
    assert main(["lint", "--no-config", "--output-format", "sarif", str(CORPUS / "bad")]) == 1
    [run] = json.loads(capfd.readouterr().out)["runs"]
    assert len(run["results"]) == len(lines) > len(OF_RULES)
