"""The recipes for other services: the part of each that is chanfix's runs as the service would run it."""

import json
import re
import shlex
import shutil
import sys
from pathlib import Path

import pytest

from chanfix.lint.search.folders import find_inputs

yaml = pytest.importorskip("yaml", reason="PyYAML is missing: pip install pyyaml")

PAGE = "other-ci.md"
BESIDE = Path(sys.executable).with_name("chanfix")


@pytest.fixture
def programs(tmp_path_factory):
    """A folder with chanfix and two stand-ins: a Python that installs nothing, and a reviewdog that keeps its input."""
    folder = tmp_path_factory.mktemp("programs")
    install = f'mkdir -p $3/bin; ln -s {shutil.which("true")} $3/bin/pip; ln -s "{BESIDE}" $3/bin/chanfix'
    for name, text in {
        "chanfix": f'exec "{BESIDE}" "$@"',
        "reviewdog": 'echo "$@" >arguments; cat >input.json',
        "python3": f'case "$*" in "-m pip install "*) ;; "-m venv "*) {install} ;; *) exit 99 ;; esac',
    }.items():
        (folder / name).write_text(f"#!/bin/sh\n{text}\n")
        (folder / name).chmod(0o755)
    return folder


@pytest.fixture
def shell(run, programs, tmp_path):
    """Run lines of a recipe in a folder with one right and one wrong domain, and return the status and the log."""

    def start(text):
        return run(
            "bash", "-eo", "pipefail", "-c", text, cwd=tmp_path, PATH=f"{programs}:/usr/bin:/bin", CHANFIX="wheel"
        )

    return start


@pytest.fixture(autouse=True)
def documents(texts, tmp_path):
    (tmp_path / "good.xml").write_text(texts["good"])
    (tmp_path / "bad.xml").write_text(texts["blank"])
    (tmp_path / "pom.xml").write_text("<project/>")


def test_reviewdog_is_given_findings_with_suggestions(shell, snippets, tmp_path):
    [command] = snippets(PAGE, "sh")
    assert shell(command)[0] == 0
    assert "-f=rdjson" in (tmp_path / "arguments").read_text().split()
    [diagnostic] = json.loads((tmp_path / "input.json").read_text())["diagnostics"]
    assert diagnostic["code"]["value"] == "agent-name-whitespace"
    assert diagnostic["location"]["path"] == "bad.xml"
    assert [suggestion["text"] for suggestion in diagnostic["suggestions"]] == ["org.qemu.guest_agent.0"]


@pytest.fixture
def descriptor(snippets):
    """The one linter of the descriptor that MegaLinter's configuration names."""
    config, descriptor, *_ = map(yaml.safe_load, snippets(PAGE, "yaml"))
    [plugin] = config["PLUGINS"]
    assert re.fullmatch(r"file://mega-linter-plugin-[\w-]+/[\w-]+\.megalinter-descriptor\.yml", plugin)
    assert {"descriptor_id", "descriptor_type", "linters"} <= set(descriptor)
    [linter] = descriptor["linters"]
    assert {"linter_name", "linter_url", "examples"} <= set(linter)
    return descriptor, linter


def test_megalinter_runs_it_on_all_files_at_once(run, descriptor, tmp_path):
    """The order of the words is that of MegaLinter's ``Linter.build_lint_command``."""
    _, linter = descriptor
    sarif = tmp_path / "report.sarif"
    options = [word.replace("{{SARIF_OUTPUT_FILE}}", str(sarif)) for word in linter["cli_sarif_args"]]
    words = [*linter["cli_lint_extra_args"], *options, *linter["cli_lint_extra_args_after"]]
    assert linter["cli_lint_mode"] == "list_of_files"
    status, log = run(BESIDE, *words, "good.xml", "bad.xml", "pom.xml", cwd=tmp_path)
    assert (status, "bad.xml:5:35: error[agent-name-whitespace]" in log) == (1, True), log
    assert [result["ruleId"] for result in json.loads(sarif.read_text())["runs"][0]["results"]] == [
        "agent-name-whitespace"
    ]


@pytest.mark.parametrize("option", ["--version", "-h"])
def test_megalinter_asks_for_version_and_help(run, option, tmp_path):
    """It asks with these options unless a descriptor names others."""
    assert run(BESIDE, option, cwd=tmp_path)[0] == 0


def test_megalinter_is_told_of_files_that_a_search_takes(descriptor, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for ending in descriptor[0]["file_extensions"]:
        Path(f"a{ending}").write_text("<domain/>")
    found = {Path(one.path).name for one in find_inputs(["."])}
    assert {f"a{ending}" for ending in descriptor[0]["file_extensions"]} <= found


def test_jenkins_finds_the_report_where_its_step_looks(shell, snippets, tmp_path):
    [pipeline] = snippets(PAGE, "groovy")
    [script] = re.findall(r"sh '''\n(.*?)'''", pipeline, re.DOTALL)
    [pattern] = re.findall(r"sarif\(pattern: '([^']+)'", pipeline)
    status, log = shell(script)
    assert (status, "bad.xml:5:35: error[agent-name-whitespace]" in log) == (0, True), log
    assert json.loads((tmp_path / pattern).read_text())["version"] == "2.1.0"


def test_woodpecker_fails_for_a_finding(shell, snippets):
    workflows = [yaml.safe_load(text) for text in snippets(PAGE, "yaml") if "commands:" in text]
    assert len(workflows) == 2
    for workflow in workflows:
        [step] = workflow["steps"]
        commands = [command.replace(" --ask-libvirt", "") for command in step["commands"]]
        status, log = shell("\n".join(commands))
        assert (status, "bad.xml:5:35: error[agent-name-whitespace]" in log) == (1, True), log


def test_commands_of_the_image_are_commands_that_there_are(snippets, run, tmp_path):
    runs = [
        words
        for text in snippets("container.md", "sh")
        for line in text.splitlines()
        if (words := shlex.split(line.rpartition("| ")[2]))[1] == "run"
    ]
    assert len(runs) == 7
    for words in runs:
        [image] = [number for number, word in enumerate(words) if word.startswith("chanfix:")]
        status, said = run(BESIDE, *words[image + 1 :], "--help", cwd=tmp_path)
        assert status == 0, said
