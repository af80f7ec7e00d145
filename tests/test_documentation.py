"""The README and the pages of docs/: the examples print what is shown, and nothing that there is goes unsaid.

A block ```` ```console ```` is run, command by command, in a fresh folder with those files of examples/ that the page
names; a block with ``title="NAME"`` is a file in that folder from there on. What is not to be run is a block of another
kind, as ``sh``.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest

from chanfix.cli import main
from chanfix.cli.app import app
from chanfix.lint.known.config import load
from chanfix.lint.known.setting import KEYS

CHECKOUT = Path(__file__).resolve().parent.parent
DOCS = CHECKOUT / "docs"
PAGES = [CHECKOUT / "README.md", *sorted(DOCS.rglob("*.md"))]
BLOCK = re.compile(r'^```(\w+)(?: title="([\w./-]+)")?\n(.*?)^```$', re.DOTALL | re.MULTILINE)
COMMANDS = app.list_commands(click.Context(app))

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(CHECKOUT).as_posix())


def steps(text):
    """Yield what a page does, in its order: ``(name, text)`` of a file, or a command and the lines that it shows."""
    for kind, name, content in BLOCK.findall(text):
        if name:
            yield "file", name, content
        elif kind == "console":
            for part in re.split(r"^\$ ", content, flags=re.MULTILINE)[1:]:
                command, _, output = part.partition("\n")
                yield "command", command, output


def matches(shown, printed):
    """Compare line by line; ``...`` in a shown line stands for anything."""
    pattern = "".join(".*".join(re.escape(piece) for piece in line.split("...")) + "\n" for line in shown.splitlines())
    return re.fullmatch(pattern, printed) is not None


def examples():
    return [page for page in PAGES if any(kind == "command" for kind, _, _ in steps(page.read_text()))]


@pytest.mark.parametrize("page", examples(), ids=lambda page: page.relative_to(CHECKOUT).as_posix())
def test_the_examples_print_what_the_page_shows(page, tmp_path, tmp_path_factory):
    text = page.read_text()
    if "test://" in text:
        pytest.importorskip("libvirt", reason="libvirt-python is not installed: pip install 'chanfix[libvirt]'")
    if "$ chanfix lsp" in text:
        pytest.importorskip("pygls", reason="pygls is not installed: pip install 'chanfix[lsp]'")
    if "--vars" in text:
        pytest.importorskip("yaml", reason="PyYAML is not installed: pip install 'chanfix[vars]'")
    for program, package in {"virt-install": "virtinst", "xsltproc": "xsltproc"}.items():
        if f"$ {program} " in text and not shutil.which(program):
            pytest.skip(f"{program} is not installed: apt-get install {package}")
    # It is a program of the system's own Python, which our packages are not for.
    programs = tmp_path_factory.mktemp("programs")
    virt_install = 'exec env -u PYTHONPATH PATH=/usr/bin:/bin /usr/bin/virt-install "$@"'
    (programs / "virt-install").write_text(f"#!/bin/sh\n{virt_install}\n")
    (programs / "virt-install").chmod(0o755)
    for example in (CHECKOUT / "examples").iterdir():
        if example.name in text:
            shutil.copy(example, tmp_path)
    environment = {
        "PATH": f"{programs}:{Path(sys.executable).parent}:/usr/bin:/bin",
        "HOME": str(tmp_path),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    status = 0
    for kind, first, second in steps(text):
        if kind == "file":
            (tmp_path / first).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / first).write_text(second)
            continue
        run = subprocess.run(
            ["bash", "-c", f"(exit {status})\n{first}"],  # for a page that shows $?
            cwd=tmp_path,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
            check=False,
        )
        status = run.returncode
        assert matches(second, run.stdout), f"{first}\n{run.stdout}"


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_out_of_the_site_lead_somewhere(name):
    links = re.findall(r"\]\((?!https?:)([^)#]+)", (CHECKOUT / name).read_text())
    assert [link for link in links if not (CHECKOUT / link).exists()] == []


@every_page
def test_nothing_in_the_text_is_taken_for_a_tag(page):
    text = re.sub(r"^```.*?^```$|^~~~.*?^~~~$", "", page.read_text(), flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"<!--.*?-->|(`+)(?!`).*?(?<!`)\1(?!`)|\\<|<https?://", "", text, flags=re.DOTALL)
    assert re.findall(r"<[a-zA-Z/!?][^\n]*", text) == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_page_with_an_example_of_it(name):
    runs = [first for kind, first, _ in steps((DOCS / "commands" / f"{name}.md").read_text()) if kind == "command"]
    assert any(re.search(rf"\bchanfix\b.* {name}\b", command) for command in runs)


@pytest.mark.parametrize("checker", ["man --warnings --local-file", "mandoc -T lint -W error", "groff -ww -z -man"])
def test_manual_page_is_one_without_faults(checker):
    program, *options = checker.split()
    if not shutil.which(program):
        pytest.skip(f"{program} is not installed")
    environment = os.environ | {"LC_ALL": "C.UTF-8", "MANPAGER": "cat"}
    command = [program, *options, CHECKOUT / "man" / "chanfix.1"]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert run.stderr == ""


@pytest.mark.parametrize("name", [None, *COMMANDS])
def test_examples_in_the_help_are_commands_that_there_are(name):
    context = click.Context(app, info_name="chanfix")
    epilog = (app.get_command(context, name) if name else app).epilog
    examples = re.findall(r"^  (chanfix .*?)(?:  .*)?$", epilog, re.MULTILINE)
    assert examples
    for example in examples:
        words = shlex.split(re.split(r" && | [<>] ", example)[0])[1:]
        behind = 1 + min(words.index(command) for command in COMMANDS if command in words)
        # Help is shown after everything else was understood. Behind its first argument chanfix hook takes no option.
        assert main([*words[:behind], "--help", *words[behind:]]) == 0, example


def test_page_on_the_configuration_has_every_key_and_a_file_that_works(tmp_path):
    text = (DOCS / "configuration.md").read_text()
    assert re.findall(r"^## `([\w-]+)`$", text, re.MULTILINE) == list(KEYS)
    [content] = [second for kind, first, second in steps(text) if (kind, first) == ("file", "chanfix.toml")]
    assert set(tomllib.loads(content)) == set(KEYS)
    (tmp_path / "chanfix.toml").write_text(content)
    assert load(str(tmp_path)).file == str(tmp_path / "chanfix.toml")


def test_wrong_examples_are_suppressed_and_no_other_is_wrong(capfd, monkeypatch):
    monkeypatch.chdir(CHECKOUT)
    assert main(["lint", "--output-format", "concise", "docs", "README.md"]) == 0
    assert capfd.readouterr().out == ""
