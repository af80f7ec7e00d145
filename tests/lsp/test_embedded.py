"""XML in scripts, documents and data files, in an editor."""

from pathlib import Path

import pytest

from chanfix.lsp.analysis import analyse

DOMAIN = """\
<domain type='kvm'>
  <name>web</name>
  <devices>
    <channel type='unix'>
      <target type='virtio' name='org.qemu.guest_agent.0' state='connected'/>
    </channel>
  </devices>
</domain>
"""
TEXTS = {
    "a.md": f"```xml\n{DOMAIN}```\n",
    "a.sh": f"cat <<EOF\n{DOMAIN}EOF\n",
    "a.py": f'X = """{DOMAIN}"""\n',
    "a.yml": "x: |\n  " + DOMAIN.replace("\n", "\n  ") + "\n",
    "a.nix": f"x = ''\n{DOMAIN}'';\n",
    "run": f"#!/bin/sh\ncat <<EOF\n{DOMAIN}EOF\n",
}


@pytest.mark.parametrize("name", TEXTS)
def test_finding_has_its_place_and_its_fix_in_the_outer_text(name, tmp_path):
    text = TEXTS[name]
    analysis = analyse(text, tmp_path / name, None)
    [finding] = analysis.findings
    [change] = finding.changes
    lines = text.split("\n")
    assert finding.rule == "live-channel-state"
    assert lines[finding.place.start.line - 1][finding.place.start.column - 1 :].startswith("connected'")
    assert lines[change.start.line - 1][change.start.column - 1 : change.end.column - 1] == " state='connected'"
    assert analysis.fixed() == text.replace(" state='connected'", "")


def test_text_without_a_domain_is_silent(tmp_path):
    analysis = analyse("# The `<channel>` element\n", tmp_path / "a.md", None)
    assert (analysis.findings, analysis.error, analysis.fixed()) == ((), None, None)


def test_configuration_turns_it_off(tmp_path):
    (tmp_path / "chanfix.toml").write_text("embedded = false\n")
    assert analyse(TEXTS["a.md"], tmp_path / "a.md", None).findings == ()


def test_text_without_a_path_is_xml():
    assert [finding.rule for finding in analyse(DOMAIN, None, None).findings] == ["live-channel-state"]
    assert analyse(TEXTS["a.sh"], Path("/a.unknown"), None).findings != ()
