"""The hooks for pre-commit, run by pre-commit itself, which builds chanfix from the repository that they are in."""

import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from chanfix.lint.search.folders import find_inputs
from chanfix.template.endings import ENDINGS, NOT_SEARCHED

yaml = pytest.importorskip("yaml", reason="PyYAML is missing: pip install pyyaml")

CHECKOUT = Path(__file__).resolve().parents[2]
PUBLISHED = (".pre-commit-hooks.yaml", "LICENSE", "README.md", "chanfix", "pyproject.toml", "schemas", "templates")
AUTHOR = ("-c", "user.name=author", "-c", "user.email=author@example.org")


@pytest.fixture(scope="session")
def pre_commit(tool):
    return tool("pre-commit", "pre-commit")


@pytest.fixture(scope="session")
def commit(run):
    """Make a folder a git repository with all its files in one commit, and return the commit."""

    def make(folder):
        for command in (["init", "--quiet"], ["add", "."], [*AUTHOR, "commit", "--quiet", "--message", "all"]):
            status, said = run("git", *command, cwd=folder)
            assert status == 0, said
        return run("git", "rev-parse", "HEAD", cwd=folder)[1].strip()

    return make


@pytest.fixture(scope="session")
def hooks(pre_commit, commit, tmp_path_factory):
    """A repository of chanfix as it stands here, and its commit."""
    folder = tmp_path_factory.mktemp("hooks") / "chanfix"
    for name in PUBLISHED:
        copy = shutil.copytree if (CHECKOUT / name).is_dir() else shutil.copy
        folder.mkdir(exist_ok=True)
        copy(CHECKOUT / name, folder / name)
    return folder, commit(folder)


@pytest.fixture(scope="session")
def environments(tmp_path_factory):
    """Where pre-commit keeps what it built: once for all tests."""
    return tmp_path_factory.mktemp("pre-commit")


@pytest.fixture
def try_snippet(run, commit, snippets, pre_commit, hooks, environments, tmp_path):
    """Write files and one of the page's snippets into a new repository and run its hook on all files."""

    def run_hook(number, texts):
        config = yaml.safe_load(snippets("pre-commit.md", "yaml")[number])
        config["repos"][0] |= {"repo": str(hooks[0]), "rev": hooks[1]}
        (tmp_path / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
        for name, text in texts.items():
            (tmp_path / name).write_text(text)
        commit(tmp_path)
        return run(pre_commit, "run", "--all-files", cwd=tmp_path, PRE_COMMIT_HOME=environments)

    return run_hook


def test_lint_hook_fails_on_a_file_with_a_finding(run, commit, snippets, pre_commit, hooks, texts, tmp_path):
    (tmp_path / "good.xml").write_text(texts["good"])
    (tmp_path / "bad.xml").write_text(texts["pty"])
    commit(tmp_path)
    [command] = snippets("pre-commit.md", "sh")
    name, *words = command.split()
    assert name == "pre-commit"
    words = [str(hooks[0]) if word == "../chanfix" else word for word in words]
    status, output = run(pre_commit, *words, cwd=tmp_path)
    assert status == 1
    assert re.findall(r"^([\w.]+):\d+:\d+: (\S+)", output, re.MULTILINE) == [("bad.xml", "error[agent-not-unix]")]


def test_lint_hook_passes_on_good_files_and_on_what_holds_no_domain(try_snippet, texts):
    files = {"good.xml": texts["good"], "pom.xml": "<!DOCTYPE project>\n<project/>", "feed.xml": "<rss", "a.j2": "{{ x"}
    status, output = try_snippet(0, files)
    assert (status, output.strip().endswith("Passed")) == (0, True), output


def test_lint_hook_passes_over_what_the_configuration_excludes(try_snippet, texts):
    status, output = try_snippet(0, {"old.xml": texts["pty"], "chanfix.toml": "exclude = ['old.xml']\n"})
    assert status == 0, output


def test_lint_hook_takes_a_file_that_is_called_like_an_option_for_a_file(try_snippet, texts, tmp_path):
    status, output = try_snippet(0, {"--fix.xml": texts["pty"], "--write-baseline=x.xml": texts["good"]})
    assert (status, "--fix.xml:4:20: error[agent-not-unix]" in output) == (1, True), output
    assert not (tmp_path / "x.xml").exists()


def test_fix_hook_mends_what_is_safe_and_fails_for_it(try_snippet, texts, tmp_path):
    status, output = try_snippet(1, {"blank.xml": texts["blank"], "--pty.xml": texts["pty"]})
    assert status == 1
    assert "files were modified by this hook" in output
    assert (tmp_path / "blank.xml").read_text() == texts["good"]
    assert (tmp_path / "--pty.xml").read_text() == texts["pty"]


def test_system_hook_runs_the_chanfix_that_is_installed(try_snippet, texts, tmp_path, monkeypatch):
    programs = tmp_path / "programs"
    programs.mkdir()
    # It prints its options first, and runs without the one that takes a libvirt.
    (programs / "chanfix").write_text(f'''#!/bin/bash
echo "chanfix of the machine: $*"
exec "{sys.executable}" -m chanfix "${{@/--ask-libvirt/--verbose}}"
''')
    (programs / "chanfix").chmod(0o755)
    monkeypatch.setenv("PATH", str(programs), prepend=os.pathsep)
    status, output = try_snippet(2, {"good.xml": texts["good"], "bad.xml": texts["pty"]})
    assert status == 1
    assert "chanfix of the machine: lint --as-found --ask-libvirt -- " in output
    assert "bad.xml:4:20: error[agent-not-unix]" in output


@pytest.mark.parametrize(
    "hook", yaml.safe_load((CHECKOUT / ".pre-commit-hooks.yaml").read_text()), ids=lambda hook: hook["id"]
)
def test_hooks_are_given_the_files_that_a_search_would_take(hook, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    last = [ending.ending for ending in ENDINGS if ending.ending != ".xml.*"]
    ends = ["", *last, *(f".{word}" for word in NOT_SEARCHED), *(".dist", ".txt", "~", ".1~", ".d.b", ".j2.orig")]
    names = [
        f"{number}{name}" for number, name in enumerate([*last, ".TXT", ".XML", "xml", *(f".xml{end}" for end in ends)])
    ]
    for name in names:
        Path(name).write_text("<domain")
    found = {Path(one.path).name for one in find_inputs(["."])}
    assert {name for name in names if re.search(hook["files"], name)} == found
