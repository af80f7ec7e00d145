"""What docs/editors.md tells editors: their settings can be read, and start the server that there is."""

import json
import re
import tomllib
from pathlib import Path

import pytest

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "editors.md").read_text()


def block(kind):
    [text] = re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    return text


def test_settings_for_vs_code_start_the_server_and_ask_for_an_action_that_there_is():
    messages = pytest.importorskip("chanfix.lsp.messages", reason="pygls is missing: pip install 'chanfix[lsp]'")
    settings = json.loads(block("json"))
    assert [settings["glspc.server.command"], *settings["glspc.server.commandArguments"]] == ["chanfix", "lsp"]
    assert list(settings["[xml]"]["editor.codeActionsOnSave"]) == [messages.FIX_ALL]


def test_settings_for_helix_start_the_server_for_each_language():
    settings = tomllib.loads(block("toml"))
    server = settings["language-server"]["chanfix"]
    assert [server["command"], *server["args"]] == ["chanfix", "lsp"]
    assert [language["language-servers"] for language in settings["language"]] == [["chanfix"], ["chanfix"]]


def test_settings_for_emacs_start_the_server():
    assert '("chanfix" "lsp")' in block("elisp")
