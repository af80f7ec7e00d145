"""``chanfix lsp`` in a real editor: Neovim, set up as docs/editors.md says, without a terminal."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
PAGE = (HERE.parents[1] / "docs" / "editors.md").read_text()
# In seconds. Each step in the editor has a shorter one.
DEADLINE = 180

GOOD = """\
<domain type='kvm'>
  <name>web</name>
  <devices>
    <channel type='unix'>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
  </devices>
</domain>
"""
BLANK = GOOD.replace("guest_agent.0", "guest_agent.0 ")
PTY = GOOD.replace("'unix'", "'pty'")
BOTH = BLANK.replace("'unix'", "'pty'")


@pytest.fixture(scope="session")
def executable():
    """Neovim, with its version."""
    pytest.importorskip("pygls", reason="pygls is missing: pip install 'chanfix[lsp]'")
    path = shutil.which("nvim")
    if path is None:
        pytest.skip("Neovim is missing: install neovim")
    said = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=DEADLINE, check=True).stdout
    version = tuple(map(int, re.match(r"NVIM v(\d+)\.(\d+)", said).groups()))
    if version < (0, 7):
        pytest.skip(f"Neovim {'.'.join(map(str, version))} cannot do what the page says; 0.7 can")
    return path, version


@pytest.fixture
def neovim(executable, tmp_path):
    """Open a file in Neovim, take steps in it, which are Lua, and return what they return."""
    path, version = executable
    newer, older = re.findall(r"^```lua\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    settings = tmp_path / "init.lua"
    settings.write_text(newer if version >= (0, 11) else older)
    # What the page calls chanfix is the one under test.
    program = tmp_path / "bin" / "chanfix"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m chanfix "$@"\n')
    program.chmod(0o755)

    def take(file, steps):
        answer = tmp_path / "answer.json"
        environment = {
            "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": os.pathsep.join(sys.path),
            "CHANFIX_STEPS": f"local editor = ...\n{steps}",
            "CHANFIX_ANSWER": str(answer),
        }
        done = subprocess.run(
            [path, "--headless", "-n", "-i", "NONE", "-u", settings, file, "-c", f"luafile {HERE / 'neovim.lua'}"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=os.environ | environment,
            timeout=DEADLINE,
        )
        assert answer.is_file(), done.stderr
        said = json.loads(answer.read_text())
        assert "error" not in said, said["error"]
        return said["answer"]

    return take


def test_fault_is_shown_explained_fixed_and_saved(neovim, tmp_path):
    file = tmp_path / "vm.xml"
    file.write_text(PTY)
    seen = neovim(
        file,
        """
        local seen = { shown = editor.diagnostics("agent-not-unix") }
        editor.go_to("pty")
        seen.hover = editor.hover()
        seen.titles = editor.act("Make the channel a Unix socket")
        seen.text = editor.text()
        seen.after = editor.diagnostics()
        vim.cmd("write")
        return seen
        """,
    )
    [shown] = seen["shown"]
    assert (shown["text"], shown["line"], shown["severity"]) == ("pty", 4, 1)
    assert shown["message"] == "the agent channel is of type 'pty'; libvirt talks to an agent on 'unix' only"
    assert "agent-not-unix" in seen["hover"]
    assert "Why it matters" in seen["hover"]
    suppress = "Suppress agent-not-unix with a comment"
    assert seen["titles"] == ["Make the channel a Unix socket (unsafe)", suppress]
    assert seen["text"] == GOOD
    assert seen["after"] == []
    assert file.read_text() == GOOD


def test_all_safe_fixes_are_made_at_once_and_undone_at_once(neovim, tmp_path):
    file = tmp_path / "vm.xml"
    file.write_text(BOTH)
    seen = neovim(
        file,
        """
        local seen = { before = #editor.diagnostics("agent-name-whitespace") }
        seen.titles = editor.act("Make all safe fixes", { "source.fixAll.chanfix" })
        seen.fixed = editor.text()
        editor.diagnostics("agent-not-unix")
        editor.type("u")
        seen.undone = editor.text()
        editor.diagnostics("agent-name-whitespace")
        return seen
        """,
    )
    assert seen["titles"] == ["Make all safe fixes"]
    assert (seen["fixed"], seen["undone"]) == (PTY, BOTH)
    assert file.read_text() == BOTH


def test_finding_is_suppressed_with_a_comment(neovim, tmp_path):
    file = tmp_path / "vm.xml"
    file.write_text(PTY)
    seen = neovim(
        file,
        """
        editor.diagnostics("agent-not-unix")
        editor.go_to("pty")
        editor.act("Suppress agent-not-unix")
        return { text = editor.text(), after = editor.diagnostics() }
        """,
    )
    line = "    <channel type='pty'>\n"
    assert line in PTY
    comment = "    <!-- chanfix: ignore[agent-not-unix] TODO: why -->\n"
    assert seen == {"text": PTY.replace(line, comment + line), "after": []}


def test_keys_bring_a_diagnostic_and_take_it_away(neovim, tmp_path):
    file = tmp_path / "vm.xml"
    file.write_text(GOOD)
    seen = neovim(
        file,
        """
        editor.go_to("unix")
        editor.type("ciwpty<Esc>")
        local seen = { typed = editor.diagnostics("agent-not-unix") }
        editor.type("ciwunix<Esc>")
        editor.diagnostics()
        seen.text = editor.text()
        return seen
        """,
    )
    assert [shown["text"] for shown in seen["typed"]] == ["pty"]
    assert seen["text"] == GOOD


def test_word_is_completed(neovim, tmp_path):
    file = tmp_path / "vm.xml"
    file.write_text("<domain type='kvm'>\n  <devices>\n    <watchdog model='i6' ac\n")
    seen = neovim(
        file,
        """
        editor.diagnostics("not-well-formed")
        editor.go_to(" ac")
        local names = {}
        local position = vim.lsp.util.make_position_params(0, "utf-16")
        position.position = { line = 2, character = 27 }
        for _, one in pairs(vim.lsp.buf_request_sync(0, "textDocument/completion", position, 20000)) do
          for _, item in ipairs(one.result.items or one.result) do
            table.insert(names, item.label)
          end
        end
        return names
        """,
    )
    assert seen == ["action"]


def test_domain_in_a_markdown_page_is_linted_and_fixed(neovim, tmp_path):
    before, after = "# Größe\n\n😀 The guest:\n\n```xml\n", "```\n\nThat is all.\n"
    file = tmp_path / "guide.md"
    file.write_text(before + BLANK + after)
    seen = neovim(
        file,
        """
        local seen = { kind = vim.bo.filetype, shown = editor.diagnostics("agent-name-whitespace") }
        editor.go_to("org.qemu")
        seen.hover = editor.hover()
        editor.act("Make all safe fixes", { "source.fixAll" })
        editor.diagnostics()
        vim.cmd("write")
        return seen
        """,
    )
    assert seen["kind"] == "markdown"
    [shown] = seen["shown"]
    assert (shown["text"], shown["line"]) == ("org.qemu.guest_agent.0 ", 10)
    assert "agent-name-whitespace" in seen["hover"]
    assert file.read_text() == before + GOOD + after


def test_page_of_a_rule_comes_by_a_command(neovim, tmp_path):
    file = tmp_path / "vm.xml"
    file.write_text(GOOD)
    seen = neovim(
        file,
        """
        editor.diagnostics()
        local asked = { command = "chanfix.lsp.explain", arguments = { "agent-missing" } }
        local pages = {}
        for _, one in pairs(vim.lsp.buf_request_sync(0, "workspace/executeCommand", asked, 20000)) do
          table.insert(pages, one.result)
        end
        return pages
        """,
    )
    [page] = seen
    assert page.startswith("# agent-missing\n")


def test_columns_are_right_behind_wide_characters(neovim, tmp_path):
    file = tmp_path / "vm.xml"
    file.write_text(PTY.replace("    <channel", "    <!-- 😀 é --><channel"))
    seen = neovim(
        file,
        """
        local seen = { shown = editor.diagnostics("agent-not-unix") }
        editor.go_to("pty")
        editor.act("Make the channel a Unix socket")
        seen.text = editor.text()
        return seen
        """,
    )
    assert seen["shown"][0]["text"] == "pty"
    assert seen["text"] == GOOD.replace("    <channel", "    <!-- 😀 é --><channel")


def test_page_without_a_domain_is_silent_until_it_holds_one(neovim, tmp_path):
    file = tmp_path / "notes.md"
    file.write_text("# Notes\n\n")
    seen = neovim(
        file,
        f"""
        local seen = {{ before = editor.diagnostics() }}
        vim.api.nvim_buf_set_lines(0, -1, -1, true, vim.split([[{PTY}]], "\\n"))
        seen.after = editor.diagnostics("agent-not-unix")
        return seen
        """,
    )
    assert (seen["before"], len(seen["after"])) == ([], 1)
