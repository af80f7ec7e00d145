"""The commands on scripts, documents and the like: lint in folders, check, add and its kin, baselines, formats."""

import json

import pytest
from surroundings import DOMAIN, SURROUNDINGS

from chanfix.cli import main

CLEAN = DOMAIN.replace("pty", "unix")
SCRIPT = f"#!/bin/sh\ncat > a.xml <<'EOF'\n{DOMAIN}\nEOF\n"
PAGE = f"# Title\n\n```xml\n{CLEAN}\n```\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def call(folder, capsys):
    def run(*arguments):
        try:
            status = main(list(arguments))
        except SystemExit as end:
            status = end.code
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


def test_folder_is_searched_for_files_that_hold_a_domain(folder, call):
    (folder / "up.sh").write_text(SCRIPT)
    (folder / "a.md").write_text("The `<channel>` element.\n")
    (folder / "Vagrantfile").write_text("x = 1\n")
    (folder / "notes.txt").write_text(SCRIPT)
    assert call("lint", "--show-files")[1] == "up.sh\n"
    status, said, _ = call("lint", "--output-format", "concise")
    assert status == 1
    assert said.startswith("up.sh:10:20: error[agent-not-unix] ")


def test_switch_turns_it_off(folder, call):
    (folder / "up.sh").write_text(SCRIPT)
    assert call("lint", "--no-embedded", "--show-files")[1] == ""
    (folder / "chanfix.toml").write_text("embedded = false\n")
    assert call("lint", "--show-files")[1] == ""
    assert call("lint")[0] == 0


def test_included_file_is_looked_into(folder, call):
    (folder / "notes.txt").write_text(SCRIPT)
    assert call("lint", "--include", "*.txt")[0] == 1


def test_named_file_without_a_domain_is_skipped(folder, call):
    (folder / "a.py").write_text("print('<domain>')\n")
    status, said, _ = call("lint", "a.py")
    assert (status, said) == (0, "no findings in 0 files; 1 file skipped\n") or "skipped" in said


def test_fix_writes_the_word_in_the_script(folder, call):
    (folder / "up.sh").write_text(SCRIPT)
    (folder / "a.py").write_text(SURROUNDINGS["python, one line"].around(DOMAIN))
    before = (folder / "a.py").read_text()
    status, *_ = call("lint", "--fix", "--unsafe-fixes")
    assert status == 1
    assert (folder / "up.sh").read_text() == SCRIPT.replace("pty", "unix")
    assert (folder / "a.py").read_text() == before


@pytest.mark.parametrize("form", ["text", "concise", "json", "sarif", "github", "gitlab", "junit"])
def test_every_format_names_the_place_in_the_script(folder, call, form):
    (folder / "up.sh").write_text(SCRIPT)
    _, said, _ = call("lint", "--output-format", form)
    assert "up.sh" in said
    assert any(
        place in said for place in (":10:20", '"line": 10', "line=10", '"startLine": 10', '"begin": 10', "10:20")
    )


def test_fix_in_a_report_has_the_bytes_of_the_script(folder, call):
    (folder / "up.sh").write_text(SCRIPT)
    (folder / "a.json").write_text(SURROUNDINGS["json"].around(DOMAIN))
    report = json.loads(call("lint", "--output-format", "json")[1])
    fixes = {file["path"]: file["findings"][0]["fix"] for file in report["files"]}
    [edit] = fixes["up.sh"]["edits"]
    assert SCRIPT[edit["place"]["start"]["byte"] : edit["place"]["end"]["byte"]] == "pty"
    assert fixes["a.json"]["edits"] == []


def test_baseline_outlives_edits_elsewhere_in_the_file(folder, call):
    (folder / "up.sh").write_text(SCRIPT)
    assert call("lint", "--write-baseline", "known.json")[0] == 0
    (folder / "up.sh").write_text(SCRIPT.replace("#!/bin/sh\n", "#!/bin/sh\n# new\n\nset -eu\n"))
    assert call("lint", "--baseline", "known.json")[0] == 0
    (folder / "up.sh").write_text(SCRIPT + SCRIPT.replace("cat", "tee").replace("pty", "tcp"))
    assert call("lint", "--baseline", "known.json")[0] == 1
    assert call("lint", "--baseline", "known.json", "--fix", "--unsafe-fixes")[0] == 0
    assert (folder / "up.sh").read_text() == SCRIPT + SCRIPT.replace("cat", "tee").replace("pty", "unix")


def test_check_has_a_line_for_each_domain(folder, call):
    (folder / "a.md").write_text(PAGE + PAGE.replace("unix", "pty"))
    status, said, _ = call("check", "./a.md")
    assert status == 1
    assert [line.partition(": ")[0] for line in said.splitlines()] == ["./a.md:11", "./a.md:27"]


def test_add_repairs_and_inserts(folder, call):
    (folder / "up.sh").write_text(SCRIPT)
    assert call("add", "./up.sh")[0] == 0
    assert (folder / "up.sh").read_text() == SCRIPT.replace("pty", "unix")
    channel = CLEAN[CLEAN.index("    <channel") : CLEAN.index("  </devices>")]
    (folder / "a.md").write_text(PAGE.replace(channel, ""))
    assert call("add", "./a.md")[0] == 0
    assert (folder / "a.md").read_text() == PAGE


def test_detach_and_attach_give_back_the_bytes(folder, call):
    (folder / "a.md").write_text(PAGE)
    assert call("detach-libvirt", "./a.md")[0] == 0
    assert (folder / "a.md").read_text() == PAGE.replace("guest_agent.0", "guest_agent.1")
    assert call("attach-libvirt", "./a.md")[0] == 0
    assert (folder / "a.md").read_text() == PAGE


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("a.md", PAGE + PAGE, "2 domains stand in the file"),
        ("a.md", "no domain\n", "no libvirt domain stands in the file"),
        ("a.json", SURROUNDINGS["json"].around(DOMAIN), "the file writes this XML with escapes or marks"),
        ("a.sh", SURROUNDINGS["shell, comment"].around(DOMAIN), "the file writes this XML with escapes or marks"),
    ],
)
def test_add_leaves_what_it_cannot_write(folder, call, file, text, message):
    (folder / file).write_text(text)
    status, _, said = call("add", f"./{file}")
    assert status == 3
    assert message in said
    assert (folder / file).read_text() == text


def test_new_text_that_a_shell_would_fill_in_is_not_written(folder, call):
    script = f"cat <<EOF\n{CLEAN}\nEOF\n"
    (folder / "up.sh").write_text(script)
    status, _, said = call("add", "--path", "/srv/$HOME.sock", "./up.sh")
    assert (status, (folder / "up.sh").read_text()) == (3, script)
    assert "the file writes this XML with escapes" in said


BARE = "<domain type='kvm'>\n  <name>web</name>\n  <devices/>\n</domain>"
ADDED = """\
  <devices>
    <channel type='unix'>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
  </devices>"""


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("devices", ["  <devices/>", "  <devices>\n  </devices>"])
@pytest.mark.parametrize(
    ("file", "before", "by", "after"),
    [
        ("a.yml", "- xml: |\n      ", "      ", "\n"),
        ("a.nix", "x = ''\n    ", "    ", "'';\n"),
        ("a.md", "1. Do:\n\n   ```xml\n   ", "   ", "\n   ```\n"),
        ("a.sh", "cat <<-EOF\n\t", "\t", "\n\tEOF\n"),
        ("a.sh", "# chanfix: ignore[path-shared] x\ncat <<EOF\n", "", "\nEOF\n"),
        ("a.tf", "x = <<-EOF\n  # chanfix: ignore[path-shared] x\n  ", "  ", "\n  EOF\n"),
    ],
)
def test_channel_is_indented_as_the_xml_around_it(file, before, by, after, devices, newline, tmp_path):
    text = before + BARE.replace("  <devices/>", devices).replace("\n", "\n" + by) + after
    expected = before + BARE.replace("  <devices/>", ADDED).replace("\n", "\n" + by) + after
    path = tmp_path / file
    path.write_bytes(text.replace("\n", newline).encode())
    assert main(["add", str(path)]) == 0
    assert path.read_bytes().decode() == expected.replace("\n", newline)
