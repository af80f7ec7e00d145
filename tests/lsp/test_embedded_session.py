"""XML in scripts and documents in a session of an editor: places and edits in its own columns, hover and all fixes."""

import pytest

CHANNEL = "<channel type='pty'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>"
LINE = "<!-- caf\u00e9 \U0001d54f --> " + CHANNEL
DOMAIN = f"<domain type='kvm'>\n<name>w\u00e9b \U0001d54f</name>\n<devices>\n{LINE}\n</devices>\n</domain>"
TEXTS = {
    "a.md": f"# \U0001d54f\n\n```xml\n{DOMAIN}\n```\n",
    "a.sh": f"#!/bin/sh\n# \U0001d54f\ncat <<EOF\n{DOMAIN}\nEOF\n",
    "a.py": f'x = "\U0001d54f"; X = """{DOMAIN}"""\n',
    "a.yml": "\U0001d54f: |\n  " + DOMAIN.replace("\n", "\n  ") + "\n",
    "a.nix": f"{{ x = ''\n{DOMAIN}''; }}\n",
    "a.go": f"var x = `{DOMAIN}`\n",
    "a.tf": f"x = <<EOF\n{DOMAIN}\nEOF\n",
    "windows.md": f"```xml\n{DOMAIN}\n```\n".replace("\n", "\r\n"),
    "marked.sh": f"\ufeffcat <<EOF\n{DOMAIN}\nEOF\n",
    "one_line.json": '{"\U0001d54f": "' + DOMAIN.replace("\n", "\\n") + '"}\n',
    "one_line.py": 'x = ("\U0001d54f", "' + DOMAIN.replace("\n", "\\n") + '")\n',
}


def range_of(text, word):
    at = text.removeprefix("\ufeff").index(word)
    before = text.removeprefix("\ufeff")[:at]
    line = before[before.rfind("\n") + 1 :]
    character = len(line.encode("utf-16-le")) // 2
    start = {"line": before.count("\n"), "character": character}
    return {"start": start, "end": {**start, "character": character + len(word)}}


@pytest.mark.parametrize("name", TEXTS)
def test_finding_and_fix_are_in_the_columns_of_the_editor(client, tmp_path, apply, name):
    uri, text = (tmp_path / name).as_uri(), TEXTS[name]
    [diagnostic] = client.open(uri, text)
    place = range_of(text, "pty")
    assert (diagnostic["code"], diagnostic["range"]) == ("agent-not-unix", place)
    fixes = client.actions(uri, place["start"])
    if name.startswith("one_line"):
        assert fixes == []
    else:
        [fix] = fixes
        assert apply(text.removeprefix("\ufeff"), fix, uri) == text.removeprefix("\ufeff").replace("'pty'", "'unix'")
