"""Links to the pages of rules: everywhere when the documentation has an address, nowhere while it has none."""

import json
import os
import pty
import re
import tomllib
from pathlib import Path

import pytest

from chanfix import links
from chanfix.cli import main
from chanfix.lint.rules import RULES
from chanfix.reporters import REPORTERS

CHECKOUT = Path(__file__).resolve().parent.parent
BASE = "https://chanfix.example/docs"
PAGE = f"{BASE}/rules/agent-not-unix.html"
OSC_8 = re.compile(r"\x1b\]8;;(.*?)\x1b\\(.*?)\x1b\]8;;\x1b\\")
COLORS = re.compile(r"\x1b\[[\d;]*m")

PTY = """\
<domain type='kvm'>
  <name>web</name>
  <devices>
    <channel type='pty'>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
  </devices>
</domain>
"""


@pytest.fixture
def address(monkeypatch):
    monkeypatch.setattr(links, "DOCUMENTATION", BASE)


@pytest.fixture
def no_address(monkeypatch):
    monkeypatch.setattr(links, "DOCUMENTATION", "")


@pytest.fixture
def lint(tmp_path, monkeypatch, capfd):
    """Lint a bad domain, and return what is written in a format."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pty.xml").write_text(PTY)

    def run(name, *options):
        assert main(["lint", "--output-format", name, *options, "pty.xml"]) == 1
        return capfd.readouterr().out

    return run


@pytest.fixture
def on_terminal(lint, tmp_path, monkeypatch):
    """Lint a bad domain with standard output on a terminal, and return what that is sent."""

    def run(*options, command=("lint",), term="xterm-256color", **environment):
        for name in ("NO_COLOR", "GITHUB_ACTIONS", "TF_BUILD"):
            monkeypatch.delenv(name, raising=False)
        for name, value in (environment | {"TERM": term}).items():
            monkeypatch.setenv(name, value)
        ours, theirs = pty.openpty()
        with open(theirs, "w") as stream, monkeypatch.context() as patch:
            patch.setattr("sys.stdout", stream)
            assert main([*command, *options, "pty.xml"]) == 1
        sent = os.read(ours, 65536).decode().replace("\r\n", "\n")
        os.close(ours)
        return sent

    return run


def test_one_address_is_that_of_the_project_and_of_the_site():
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    assert project.get("urls", {}).get("Documentation", "") == links.DOCUMENTATION
    [*site] = re.findall(r"^site_url: (.*)$", (CHECKOUT / "mkdocs.yml").read_text(), re.MULTILINE)
    assert site == ([links.DOCUMENTATION] if links.DOCUMENTATION else [])


@pytest.mark.parametrize("base", [BASE, f"{BASE}/"])
def test_page_of_a_rule_is_where_the_site_has_it(base, monkeypatch):
    monkeypatch.setattr(links, "DOCUMENTATION", base)
    pages = {links.page_of_rule(rule.name).removeprefix(f"{BASE}/") for rule in RULES}
    # The site is built with a file for each page.
    assert "use_directory_urls: false" in (CHECKOUT / "mkdocs.yml").read_text()
    assert pages <= {f"rules/{path.stem}.html" for path in (CHECKOUT / "docs" / "rules").glob("*.md")}


def test_sarif_links_to_the_page_and_the_documentation(lint, address):
    [run] = json.loads(lint("sarif"))["runs"]
    driver = run["tool"]["driver"]
    assert driver["informationUri"] == f"{BASE}/"
    assert [rule["helpUri"] for rule in driver["rules"]] == [PAGE]


def test_json_links_to_the_page(lint, address):
    [file] = json.loads(lint("json"))["files"]
    assert [finding["url"] for finding in file["findings"]] == [PAGE]


def test_frozen_json_has_no_new_key(lint, address):
    assert BASE not in lint("json-v1")


def test_json_links_to_the_page_of_a_fixed_finding(lint, address, tmp_path, capfd):
    assert main(["lint", "--output-format", "json", "--fix", "--unsafe-fixes", "pty.xml"]) == 0
    [file] = json.loads(capfd.readouterr().out)["files"]
    assert [finding["url"] for finding in file["fixed"]] == [PAGE]


@pytest.mark.parametrize("name", ["gitlab", "codeclimate"])
def test_content_of_an_issue_links_to_the_page(lint, address, name):
    [issue] = json.loads(lint(name))
    assert issue["content"] == {"body": f"[agent-not-unix]({PAGE})"}


def test_rdjson_links_to_the_page_and_the_documentation(lint, address):
    result = json.loads(lint("rdjson"))
    assert result["source"] == {"name": "chanfix", "url": f"{BASE}/"}
    assert [one["code"] for one in result["diagnostics"]] == [{"value": "agent-not-unix", "url": PAGE}]


def test_language_server_links_to_the_page(address):
    pytest.importorskip("pygls", reason="pygls is missing: pip install 'chanfix[lsp]'")
    from chanfix.lsp.analysis import analyse
    from chanfix.lsp.messages import Messages

    [diagnostic] = Messages("file:///pty.xml", analyse(PTY, None, None), "utf-16").diagnostics()
    assert diagnostic.code_description.href == PAGE


@pytest.mark.parametrize("name", ["text", "concise", "github", "azure", "junit", "checkstyle"])
def test_what_has_no_place_for_a_link_is_the_same_with_an_address(lint, name, monkeypatch):
    monkeypatch.setattr(links, "DOCUMENTATION", "")
    without = lint(name)
    monkeypatch.setattr(links, "DOCUMENTATION", BASE)
    assert lint(name) == without


@pytest.mark.parametrize("name", REPORTERS)
def test_without_an_address_no_key_is_there_and_none_is_empty(lint, no_address, name):
    written = lint(name)
    for key in ("helpUri", "informationUri", '"url"', '"content"', "\x1b]8"):
        assert key not in written


def test_without_an_address_the_language_server_has_no_link(no_address):
    pytest.importorskip("pygls", reason="pygls is missing: pip install 'chanfix[lsp]'")
    from chanfix.lsp.analysis import analyse
    from chanfix.lsp.messages import Messages

    [diagnostic] = Messages("file:///pty.xml", analyse(PTY, None, None), "utf-16").diagnostics()
    assert diagnostic.code_description is None


def test_terminal_shows_the_name_of_the_rule_as_a_link(on_terminal, lint, address):
    sent = on_terminal()
    assert OSC_8.findall(sent) == [(PAGE, "agent-not-unix")]
    assert COLORS.sub("", OSC_8.sub(r"\2", sent)) == lint("text")


@pytest.mark.parametrize("term", ["dumb", "linux", ""])
def test_terminal_that_takes_no_links_gets_none(on_terminal, address, term):
    assert "\x1b]8" not in on_terminal(term=term)


@pytest.mark.parametrize(("options", "environment"), [(["--color", "never"], {}), ([], {"NO_COLOR": "1"})])
def test_terminal_without_colors_gets_no_links(on_terminal, address, options, environment):
    assert "\x1b" not in on_terminal(*options, **environment)


def test_terminal_gets_no_links_without_an_address(on_terminal, no_address):
    assert "\x1b]8" not in on_terminal()


@pytest.mark.parametrize("options", [[], ["--color", "always"]])
def test_neither_a_pipe_nor_a_file_gets_links(lint, address, options, tmp_path):
    assert "\x1b]8" not in lint("text", *options)
    assert "\x1b]8" not in lint("text", *options, "--output", "report.txt")
    assert "\x1b" not in (tmp_path / "report.txt").read_text()


def test_file_gets_no_links_while_the_terminal_does(on_terminal, address, tmp_path):
    assert OSC_8.search(on_terminal("--output-format", "text", "--output-format", "concise=report.txt"))
    assert "\x1b" not in (tmp_path / "report.txt").read_text()


def test_explain_links_what_it_finds_on_a_terminal(on_terminal, address, tmp_path):
    (tmp_path / "pty.xml").write_text(PTY.replace("guest_agent.0", "guest_agent.0 "))
    sent = on_terminal(command=["explain", "argument unsupported: QEMU guest agent is not configured"])
    assert OSC_8.findall(sent) == [(f"{BASE}/rules/agent-name-whitespace.html", "agent-name-whitespace")]
