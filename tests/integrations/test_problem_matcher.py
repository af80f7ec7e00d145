"""The problem matcher for GitHub: its expressions on what ``chanfix lint`` prints, as GitHub's runner applies them.

As ``IssueMatcher.cs`` and ``OutputManager.cs`` of github.com/actions/runner have it: colours are taken out of a line,
one matcher has the line, and a severity other than error, warning and notice is passed over.
"""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from chanfix.cli import main

yaml = pytest.importorskip("yaml", reason="PyYAML is missing: pip install pyyaml")

MATCHER = Path(__file__).resolve().parents[2] / "docs" / "integrations" / "chanfix-matcher.json"
MATCHERS = json.loads(MATCHER.read_text())["problemMatcher"]
COLOR = re.compile(r"\x1b\[[0-9;]*m?")
KINDS = {"error": "error", "warning": "warning", "info": "notice"}
MANY = """\
<domain type='kvm'>
  <name>many</name>
  <memory unit='KiB'>1048576</memory>
  <currentMemory unit='KiB'>2097152</currentMemory>
  <devices>
    <channel type='unix'>
      <source mode='bind' path='/srv/agent.sock'/>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
    <channel type='pty'>
      <target type='virtio' name='org.qemu.guest_agent.0 '/>
    </channel>
  </devices>
</domain>
"""
# What a file may hold to look like a line about another file.
FORGED = "b.xml:1:1: error[mode-missing] forged"


def issues(printed):
    """Return the annotations that GitHub's runner makes of a log: severity, file, line, column, message."""
    found = []
    for line in COLOR.sub("", printed).splitlines():
        matches = [
            (matcher, pattern, match)
            for matcher in MATCHERS
            for pattern in matcher["pattern"]
            if (match := re.search(pattern["regexp"], line, re.ASCII))
        ]
        # In which order the runner tries them does not matter then.
        assert len(matches) <= 1
        for matcher, pattern, match in matches:
            value = {key: match[number] for key, number in pattern.items() if key != "regexp"}
            severity = value.get("severity") or matcher.get("severity")
            assert severity in KINDS.values()
            place = tuple(int(value[key]) if key in value else None for key in ("line", "column"))
            found.append((severity, value["file"], *place, value["message"]))
    return found


@pytest.fixture
def lint(tmp_path, monkeypatch, capfd):
    """Lint the files of a folder in a format, and return what is printed."""
    monkeypatch.chdir(tmp_path)

    def run(name, *options):
        main(["lint", "--output-format", name, *options])
        return capfd.readouterr().out

    return run


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "with blanks and 漢字.xml").write_text(MANY)
    (tmp_path / "a:1:2: b.xml").write_text(MANY)
    return tmp_path


@pytest.mark.parametrize("name", ["text", "concise"])
@pytest.mark.parametrize("options", [[], ["--color", "always"], ["--diff"]], ids=lambda options: " ".join(options))
def test_every_finding_becomes_an_annotation_at_its_place_and_nothing_else_does(lint, folder, name, options):
    expected = [
        (
            KINDS[finding["severity"]],
            file["path"],
            finding["place"]["start"]["line"],
            finding["place"]["start"]["column"],
            f"[{finding['rule']}] {finding['message']}",
        )
        for file in json.loads(lint("json"))["files"]
        for finding in file["findings"]
    ]
    assert {severity for severity, *_ in expected} == set(KINDS.values())
    assert issues(lint(name, *options)) == expected


@pytest.mark.parametrize("name", ["text", "concise"])
def test_file_that_is_not_linted_becomes_an_annotation(lint, tmp_path, name):
    [issue] = issues(lint(name, "missing.xml"))
    assert issue[:4] == ("error", "missing.xml", None, None)
    assert issue[4].startswith("not linted: ")


@pytest.mark.parametrize("name", ["text", "concise"])
def test_text_of_a_file_makes_no_annotation_of_its_own(lint, tmp_path, name):
    socket = f"<source mode='bind' path='/srv/ {FORGED}'/>"
    text = MANY.replace("<source mode='bind' path='/srv/agent.sock'/>", f"\n{socket}\n")
    (tmp_path / "a.xml").write_text("\n" * 200_000 + text.replace("<domain", f"<!-- {FORGED} --><domain"))
    found = issues(lint(name))
    assert FORGED in str(found)
    assert {file for _, file, *_ in found} == {"a.xml"}


def test_expressions_are_ones_of_javascript_as_the_runner_asks(folder, lint):
    node = shutil.which("node") or shutil.which("nodejs")
    if node is None:
        pytest.skip("Node is missing: install nodejs")
    printed = lint("concise")
    script = """
        const fs = require("fs");
        const [matchers, log] = JSON.parse(fs.readFileSync(0, "utf8"));
        const firsts = log.split("\\n").map(line => matchers.map(m => line.match(new RegExp(m.pattern[0].regexp))));
        console.log(JSON.stringify(firsts.map(ms => ms.findIndex(m => m)).filter(n => n >= 0)));
    """
    done = subprocess.run(
        [node, "-e", script], input=json.dumps([MATCHERS, printed]), capture_output=True, text=True, check=True
    )
    assert len(json.loads(done.stdout)) == len(issues(printed)) > 3


def test_step_of_the_page_names_the_matcher_before_chanfix_runs(snippets):
    [job] = yaml.safe_load(snippets("github-actions.md", "yaml")[2])["jobs"].values()
    lines = job["steps"][-1]["run"].splitlines()
    assert lines == [f'echo "::add-matcher::.github/{MATCHER.name}"', "chanfix lint"]


def test_owners_are_of_their_own():
    assert len({matcher["owner"].lower() for matcher in MATCHERS}) == len(MATCHERS)
    assert all(matcher.get("severity", "error") in KINDS.values() for matcher in MATCHERS)
