"""What docs/editors.md tells editors: their settings can be read, and start the server that there is."""

import json
import re
import tomllib
from pathlib import Path

import jsonschema
import pytest

from chanfix import __version__
from chanfix.lsp.settings import Settings, read_settings

CHECKOUT = Path(__file__).resolve().parents[2]
PAGE = (CHECKOUT / "docs" / "editors.md").read_text()


def block(kind):
    [text] = re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    return text


def test_settings_for_vs_code_are_those_of_the_extension():
    messages = pytest.importorskip("chanfix.lsp.messages", reason="pygls is missing: pip install 'chanfix[lsp]'")
    settings = json.loads(block("json"))
    assert list(settings.pop("[xml]")["editor.codeActionsOnSave"]) == [messages.FIX_ALL]
    manifest = json.loads((CHECKOUT / "editors" / "vscode" / "package.json").read_text())
    schemas = manifest["contributes"]["configuration"]["properties"]
    for name, value in settings.items():
        jsonschema.validate(value, schemas[name])
    options = {name.removeprefix("chanfix."): value for name, value in settings.items()}
    assert read_settings(options) == (Settings(True, ("bookworm", "rhel-9"), "strict"), [])


def test_package_for_vs_code_has_the_name_that_scripts_vscode_gives_it():
    assert f"editors/vscode/chanfix-{__version__}.vsix" in PAGE


def test_settings_for_helix_start_the_server_for_each_language():
    settings = tomllib.loads(block("toml"))
    server = settings["language-server"]["chanfix"]
    assert [server["command"], *server["args"]] == ["chanfix", "lsp"]
    assert [language["name"] for language in settings["language"]] == ["xml", "jinja", "markdown"]
    assert all("chanfix" in language["language-servers"] for language in settings["language"])


def test_settings_for_emacs_start_the_server():
    assert '("chanfix" "lsp")' in block("elisp")
