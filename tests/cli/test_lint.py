"""``chanfix lint`` and ``chanfix explain`` as the shell sees them."""

import io
import json
import os
import shlex
import subprocess
import sys

import pytest
from installed import SCHEMA, SCHEMA_DIR

from chanfix.cli import main
from chanfix.errors import InternalError
from chanfix.xml.scan import scan

NOBODY = 65534
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
BAD = GOOD.replace("guest_agent.0'", "guest_agent.0 '")
UNSAFE = GOOD.replace("'unix'", "'pty'")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def standard_input(monkeypatch):
    def give(text):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    return give


def write(folder, **texts):
    for name, text in texts.items():
        (folder / f"{name}.xml").write_text(text)


def test_clean_files_are_status_zero(folder, capfd):
    write(folder, good=GOOD)
    assert main(["lint"]) == 0
    assert capfd.readouterr().out == "no findings in 1 file\n"


def test_an_empty_path_is_the_current_folder_and_an_empty_configuration_the_nearest(folder, capfd):
    write(folder, bad=BAD)
    (folder / "chanfix.toml").write_text("ignore = ['agent-name-whitespace']")
    assert main(["lint", "", "--config", ""]) == 0
    assert capfd.readouterr().out == "no findings in 1 file\n"


def test_findings_are_status_one_with_place_source_and_rule(folder, capfd):
    write(folder, bad=BAD)
    assert main(["lint", "bad.xml"]) == 1
    out = capfd.readouterr().out
    assert out.startswith("bad.xml:5:35: error[agent-name-whitespace] ")
    assert "    5 |       <target type='virtio' name='org.qemu.guest_agent.0 '/>\n" in out


def test_fix_mends_what_is_safe_and_lists_it(folder, capfd):
    write(folder, bad=BAD)
    assert main(["lint", "--fix", "--show-fixes"]) == 0
    assert (folder / "bad.xml").read_text() == GOOD
    assert "bad.xml:5: " in capfd.readouterr().out


def test_unsafe_fixes_are_asked_for(folder, capfd):
    write(folder, unsafe=UNSAFE)
    assert main(["lint", "--fix"]) == 1
    assert (folder / "unsafe.xml").read_text() == UNSAFE
    assert "--unsafe-fixes" in capfd.readouterr().out
    assert main(["lint", "--fix", "--unsafe-fixes"]) == 0
    assert (folder / "unsafe.xml").read_text() == GOOD


def test_diff_without_fix_shows_the_smallest_change_and_writes_nothing(folder, capfd):
    write(folder, bad=BAD)
    assert main(["lint", "--diff"]) == 1
    assert (folder / "bad.xml").read_text() == BAD
    changed = [line for line in capfd.readouterr().out.splitlines() if line[:1] in "+-" and line[1:2] == " "]
    assert changed == [
        "-      <target type='virtio' name='org.qemu.guest_agent.0 '/>",
        "+      <target type='virtio' name='org.qemu.guest_agent.0'/>",
    ]


def test_diff_with_fix_shows_and_writes(folder):
    write(folder, bad=BAD)
    assert main(["lint", "--fix", "--diff"]) == 0
    assert (folder / "bad.xml").read_text() == GOOD


def test_suppressed_findings_are_not_mended(folder):
    text = BAD.replace("    <channel", "    <!-- chanfix: ignore[agent-name-whitespace] on purpose -->\n    <channel")
    write(folder, bad=text)
    assert main(["lint", "--fix"]) == 0
    assert (folder / "bad.xml").read_text() == text


def test_standard_input_is_linted_under_the_name_it_is_given(standard_input, capfd):
    standard_input(BAD)
    assert main(["lint", "-", "--stdin-filename", "vm.xml"]) == 1
    assert capfd.readouterr().out.startswith("vm.xml:5:35: ")


@pytest.mark.parametrize("text", [BAD, GOOD])
def test_fixed_standard_input_goes_to_standard_output_and_the_report_to_standard_error(standard_input, capfd, text):
    standard_input(text)
    assert main(["lint", "--fix", "-"]) == 0
    out, err = capfd.readouterr()
    assert out == GOOD
    assert err.startswith("no findings")


@pytest.mark.parametrize(
    ("options", "status"),
    [
        (["--fail-on", "error"], 0),
        (["--fail-on", "info"], 1),
        (["--exit-zero"], 0),
        (["--ignore", "path-exposed"], 0),
        (["--select", "agent-*"], 0),
        (["--select", "path-exposed"], 1),
    ],
)
def test_status_is_a_matter_of_severity_and_selection(folder, options, status):
    exposed = "<source mode='bind' path='/tmp/x.sock'/><target"
    write(folder, exposed=GOOD.replace("<target", exposed).replace("org.qemu.guest_agent.0", "com.example.0"))
    assert main(["lint", *options]) == status


def test_one_socket_in_two_domains_is_found_wherever_they_stand(folder, capfd):
    source = "<source mode='bind' path='/srv/agent.sock'/><target"
    one = GOOD.replace("<target", source)
    write(folder, one=one, two=one.replace("web", "db"))
    assert main(["lint", "--output-format", "concise"]) == 1
    lines = [line for line in capfd.readouterr().out.splitlines() if "path-shared" in line]
    assert [line.partition(":")[0] for line in lines] == ["one.xml", "two.xml"]
    assert main(["lint", "one.xml", "--fail-on", "warning"]) == 0


def test_output_is_the_same_for_any_number_of_processes(folder, capfd):
    write(folder, **{f"vm{number:03}": BAD.replace("web", f"web{number}") for number in range(70)})
    outputs = []
    for jobs in ("1", "2"):
        assert main(["lint", "--jobs", jobs]) == 1
        outputs.append(capfd.readouterr().out)
    assert outputs[0] == outputs[1]
    assert outputs[0].count("error[agent-name-whitespace]") == 70


def test_named_files_without_a_domain_are_silent_when_taken_as_found(folder, capfd):
    write(folder, pom="<!DOCTYPE project><project/>", bad=BAD)
    assert main(["lint", "--output-format", "concise", "pom.xml"]) == 1
    assert "doctype" in capfd.readouterr().out
    assert main(["lint", "--output-format", "concise", "--as-found", "pom.xml", "bad.xml"]) == 1
    assert [line.partition(":")[0] for line in capfd.readouterr().out.splitlines()] == ["bad.xml"]


def test_statistics_count_by_rule(folder, capfd):
    write(folder, bad=BAD, worse=BAD)
    assert main(["lint", "--statistics"]) == 1
    first, last = capfd.readouterr().out.splitlines()
    assert first.split()[:3] == ["2", "error", "agent-name-whitespace"]
    assert last.split() == ["2", "findings", "in", "2", "files;", "0", "skipped,", "0", "could", "not", "be", "linted"]


def test_the_report_can_go_to_a_file(folder, capfd):
    write(folder, bad=BAD)
    assert main(["lint", "--output-format", "json", "--output", "report.json"]) == 1
    assert capfd.readouterr().out == ""
    [file] = json.loads((folder / "report.json").read_text())["files"]
    assert file["path"] == "bad.xml"


def test_a_baseline_hides_what_was_there_and_nothing_new(folder):
    write(folder, bad=BAD)
    assert main(["lint", "--write-baseline", "known.json"]) == 0
    (folder / "bad.xml").write_text("<!-- moved -->\n\n" + BAD)
    assert main(["lint", "--baseline", "known.json"]) == 0
    write(folder, new=BAD)
    assert main(["lint", "--baseline", "known.json"]) == 1


def test_the_configuration_above_is_read_and_can_be_left_out(folder, monkeypatch):
    write(folder, bad=BAD)
    (folder / "chanfix.toml").write_text("ignore = ['agent-name-whitespace']\n")
    (folder / "sub").mkdir()
    monkeypatch.chdir(folder / "sub")
    assert main(["lint", ".."]) == 0
    assert main(["lint", "--no-config", ".."]) == 1


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["lint", "nothing.xml"], 3, "no such file"),
        (["lint", "--select", "agent-not-unx"], 2, "did you mean 'agent-not-unix'?"),
        (["lint", "--config", "broken.toml"], 2, "broken.toml"),
        (["lint", "--baseline", "other.json"], 2, "version 99"),
        (["lint", "-", "x.xml"], 2, "'-' cannot be together"),
        (["-c", "test:///default", "lint", "--fix"], 2, "do not work on a connection"),
        (["lint", "--unsafe-fixes"], 2, "--fix or --diff"),
        (["lint", "--exclude", "["], 2, "--exclude '[' is no pattern"),
        (["lint", "--exclude", ""], 2, "--exclude '' is no pattern"),
        (["lint", "--include", "#x"], 2, "--include '#x' is no pattern"),
        (["lint", "--show-files", "--fix"], 2, "--show-files does nothing but that"),
        (["lint", "--show-files", "-"], 2, "--show-files is for files and folders"),
        (["-c", "test:///default", "lint", "--show-files"], 2, "--show-files is for files and folders"),
        (["lint", "--select", ""], 2, "--select names no rule"),
        (["lint", "--ignore", " , "], 2, "--ignore names no rule"),
        (["lint", "--show-fixes"], 2, "add --fix"),
        (["lint", "--statistics", "--output-format", "json"], 2, "is a table for people"),
        (["lint", "--all"], 2, "of a connection"),
        (["lint", "--output-format", "sraif"], 2, "did you mean 'sarif'?"),
        (["lint", "--output-format", "sarif="], 2, "'--output-format sarif=' names no file"),
        (["lint", "--output-format", "text", "--output-format", "json"], 2, "text and json would both go to one place"),
        (["lint", "--output-format", "sarif=a", "--output-format", "json=./a"], 2, "sarif and json would both go to"),
        (
            ["lint", "--output-format", "text", "--output-format", "json=-"],
            2,
            "text and json would both go to one place",
        ),
        (
            ["lint", "--output-format", "text", "--output-format", "json=a", "--output", "a"],
            2,
            "text and json would both",
        ),
        (["lint", "--output-format", "json=a", "--output", "b"], 2, "--output has no report left to write"),
        (["lint", "--write-baseline", "known.json", "nothing.xml"], 3, "nothing.xml: no such file"),
        (["explain", "mode-mising"], 2, "did you mean 'mode-missing'?"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(folder, capfd, arguments, status, words):
    (folder / "broken.toml").write_text("select = [")
    (folder / "other.json").write_text('{"version": 99, "findings": {}}')
    assert main(arguments) == status
    out, err = capfd.readouterr()
    assert words in out + err
    assert "Traceback" not in err


def test_what_is_no_domain_is_skipped_and_left_alone(folder, capfd):
    wildfly = "<domain xmlns='urn:jboss:domain:7.0'>\n</domain>\n"
    write(folder, domain=wildfly, network="<network><domain name='lab'/></network>")
    assert main(["lint", "--fix", "-v", "--ignore", "domain-schema"]) == 0
    out, err = capfd.readouterr()
    assert "no findings" in out
    assert err.splitlines() == [
        *(f"{name}.xml: skipped: holds no libvirt domain" for name in ("domain", "network")),
        "  note: nothing to lint in the current folder: looked at 2 files",
    ]
    assert (folder / "domain.xml").read_text() == wildfly


def test_a_domain_inside_a_snapshot_is_linted_and_never_edited(folder):
    text = f"<domainsnapshot>\n{BAD}</domainsnapshot>\n"
    write(folder, snapshot=text)
    assert main(["lint", "--fix"]) == 1
    assert (folder / "snapshot.xml").read_text() == text


def test_a_file_that_is_no_xml_is_a_finding_with_its_place(folder, capfd):
    (folder / "notes.xml").write_text("<domain>\n  ...and so on\n")
    assert main(["lint", "--output-format", "concise"]) == 1
    assert "error[not-well-formed]" in capfd.readouterr().out


def test_explain_lists_the_rules_and_shows_a_page(capfd):
    assert main(["explain"]) == 0
    assert main(["explain", "mode-missing"]) == 0
    out = capfd.readouterr().out
    assert main(["explain", "virtio-serial"]) == 0
    assert "mode-missing" not in capfd.readouterr().out
    assert "agent-not-unix " in out
    for heading in ("# mode-missing", "## Why it matters", "## Example", "## Fix", "## References"):
        assert heading in out


def test_explain_finds_in_a_file_what_an_error_text_means(folder, capfd):
    channel = "<channel type='unix'><target type='virtio' name='a'/></channel>"
    write(folder, twice=GOOD.replace("</devices>", f"{channel}\n{channel}\n</devices>"), good=GOOD)
    text = "internal error: QEMU unexpectedly closed the monitor: A port already exists by name a"
    assert main(["explain", text]) == 0
    assert "duplicate-port-name" in capfd.readouterr().out
    assert main(["explain", text, "twice.xml"]) == 1
    assert "twice.xml:8:50: error[duplicate-port-name]" in capfd.readouterr().out
    assert main(["explain", text, "good.xml"]) == 0
    assert capfd.readouterr().out == "no findings in 1 file\n"


def test_explain_names_the_cause_of_what_the_host_decides(capfd):
    assert main(["explain", "error: Network not found: no network with matching name 'lab'"]) == 0
    assert "virsh net-list --all" in capfd.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["out of cheese"], 2, "no rule knows this error"),
        (["mode-missing", "web.xml"], 2, "FILE belongs to the text of an error"),
        (["A port already exists by name a", "none.xml"], 3, "no such file"),
    ],
)
def test_what_explain_cannot_do_is_said_in_one_sentence(folder, capfd, arguments, status, words):
    assert main(["explain", *arguments]) == status
    assert words in capfd.readouterr().err


@pytest.mark.parametrize(
    ("formats", "output", "on_stdout", "files"),
    [
        (["concise", "json=a.json"], None, "bad.xml:", {"a.json": "{"}),
        (["json=a.json", "checkstyle=b.xml"], None, "", {"a.json": "{", "b.xml": "<?xml"}),
        (["concise", "json=a.json"], "c.txt", "", {"a.json": "{", "c.txt": "bad.xml:"}),
        (["sarif", "concise=c.txt"], None, "{", {"c.txt": "bad.xml:"}),
        (["sarif=-", "concise=c.txt"], None, "{", {"c.txt": "bad.xml:"}),
        (["sarif"], "-", "{", {}),
    ],
)
def test_one_run_writes_several_reports(folder, capfd, formats, output, on_stdout, files):
    write(folder, bad=BAD)
    options = [word for each in formats for word in ("--output-format", each)] + (
        ["--output", output] if output else []
    )
    assert main(["lint", *options]) == 1
    out = capfd.readouterr().out
    assert out.startswith(on_stdout)
    assert bool(out) == bool(on_stdout)
    assert {name: (folder / name).read_text().startswith(text) for name, text in files.items()} == dict.fromkeys(
        files, True
    )


def test_the_stored_domains_of_a_connection_are_linted(tmp_path, capfd):
    pytest.importorskip("libvirt", reason="libvirt-python is not installed: pip install 'chanfix[libvirt]'")
    node = tmp_path / "node.xml"
    devices = "<channel type='pty'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>"
    os_and_more = "<memory>65536</memory><os><type>hvm</type></os>"
    node.write_text(
        f"<node><domain type='test'><name>web</name>{os_and_more}<devices>{devices}</devices></domain></node>"
    )
    assert main(["-c", f"test://{node}", "lint", "--output-format", "concise"]) == 1
    assert "web:" in (out := capfd.readouterr().out)
    assert "error[agent-not-unix]" in out
    assert main(["-c", f"test://{node}", "lint", "nobody"]) == 3


def test_an_input_over_a_limit_is_an_error_with_its_place(folder, capfd):
    write(folder, deep="<domain>" + "<a>" * 300 + "</a>" * 300 + "</domain>")
    assert main(["lint"]) == 3
    assert "elements are nested deeper than 256 (line 1, column 7" in capfd.readouterr().out


UNKNOWN = GOOD.replace("<target type", "<target typ='x' type")


@pytest.mark.parametrize("how", ["option", "environment", "configuration"])
def test_libvirts_schema_is_asked_where_somebody_names_it(folder, capfd, monkeypatch, how):
    if SCHEMA is None:
        pytest.skip("libvirt's schemas are not installed (Debian package libvirt0)")
    write(folder, unknown=UNKNOWN)
    monkeypatch.setenv("CHANFIX_SCHEMA_DIR", SCHEMA_DIR if how == "environment" else "")
    (folder / "chanfix.toml").write_text(f"schema-dir = '{SCHEMA_DIR}'" if how == "configuration" else "")
    option = ["--schema-dir", SCHEMA_DIR] if how == "option" else []
    assert main(["lint", "--select", "domain-schema", "--output-format", "concise", *option]) == 1
    assert "unknown.xml:5:15: error[domain-schema] attribute 'typ' is not allowed on <target>" in capfd.readouterr().out


def test_what_is_installed_does_not_change_what_is_found(folder, capfd):
    write(folder, unknown=UNKNOWN)
    main(["lint", "--output-format", "concise"])
    assert "domain-schema" not in capfd.readouterr().out


def test_a_schema_that_cannot_be_read_is_said_of_the_files_that_ask_it(folder, capfd, monkeypatch):
    (folder / "domain.rng").write_text("<grammar")
    monkeypatch.setenv("CHANFIX_SCHEMA_DIR", str(folder))
    monkeypatch.setattr("chanfix.domain.libvirt_schema.find_schema", lambda _: str(folder / "domain.rng"))
    write(folder, good=GOOD, cut=GOOD[:-20])
    assert main(["lint", "--output-format", "concise"]) == 3
    out = capfd.readouterr().out
    assert "good.xml: not linted: the grammar" in out
    assert "error[not-well-formed]" in out


def test_a_template_that_chanfix_itself_fails_on_is_said_and_the_others_are_linted(folder, capfd, monkeypatch):
    def failing(data):
        if b"<name>web" in data:
            return scan(data)
        raise InternalError("the end tag at byte 7 closes nothing")

    (folder / "a.xml.j2").write_text(GOOD.replace("'kvm'", "'{{ kind }}'").replace("web", "db"))
    write(folder, bad=BAD)
    monkeypatch.setattr("chanfix.xml.document.scan", failing)
    assert main(["lint", "--output-format", "concise"]) == 3
    out = capfd.readouterr().out
    assert "a.xml.j2: not linted: the end tag at byte 7 closes nothing" in out
    assert "bad.xml:5:35: error[agent-name-whitespace]" in out


def test_show_files_lists_what_a_run_would_look_at_and_lints_nothing(folder, capfd):
    write(folder, bad=BAD)
    (folder / "vms").mkdir()
    (folder / "vms" / "web.conf").write_text(BAD)
    (folder / "vms" / "\x1b[2J.xml").write_text(BAD)
    (folder / "notes.txt").touch()
    assert main(["lint", "--show-files"]) == 0
    assert capfd.readouterr() == ("bad.xml\nvms/\\x1b[2J.xml\n", "")
    (folder / "chanfix.toml").write_text("include = ['/vms/*.conf']")
    assert main(["lint", "--show-files", "-v", "--exclude", "bad.xml"]) == 0
    out, err = capfd.readouterr()
    assert out == "vms/\\x1b[2J.xml\nvms/web.conf\n"
    assert err.splitlines() == [
        "chanfix.toml: skipped: its ending is not one of domain XML",
        "notes.txt: skipped: its ending is not one of domain XML",
        "bad.xml: skipped: excluded by 'bad.xml'",
    ]


def test_include_adds_to_what_a_search_takes(folder, capfd):
    (folder / "web.conf").write_text(BAD)
    assert main(["lint", "--include", "*.conf", "--output-format", "concise"]) == 1
    assert capfd.readouterr().out.startswith("web.conf:5:35: error[agent-name-whitespace]")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "nothing to lint in the current folder: looked at 3 files; -v names what was skipped and why"),
        (["vms"], "nothing to lint in vms: looked at 1 file; -v names what was skipped and why"),
        (["--show-files", "vms"], "nothing to lint in vms: looked at 1 file; -v names what was skipped and why"),
        (["vms", "a", "b", "c", "d"], "nothing to lint in vms, a, b and 2 more: looked at 1 file; -v names"),
        (["--exclude", "vms"], "nothing to lint in the current folder: looked at 2 files; -v names"),
        (["-v", "vms"], "vms/d.j2: skipped: holds no libvirt domain"),
    ],
)
def test_search_that_finds_nothing_says_so(folder, capfd, arguments, words):
    write(folder, pom="<project/>")
    (folder / "notes.txt").touch()
    for name in ("vms", "a", "b", "c", "d"):
        (folder / name).mkdir()
    (folder / "vms" / "d.j2").write_text("{{ x }}")
    assert main(["lint", *arguments]) == 0
    assert words in capfd.readouterr().err
    assert main(["lint", "-q", *arguments]) == 0
    assert "nothing to lint" not in capfd.readouterr().err


def test_named_files_without_a_domain_are_no_search_that_found_nothing(folder, capfd):
    write(folder, pom="<project/>")
    assert main(["lint", "pom.xml"]) == 0
    assert capfd.readouterr().err == ""


def test_of_many_skipped_files_some_are_named_and_the_others_counted(folder, capfd):
    for number in range(1000):
        (folder / f"{number:03}.txt").touch()
    assert main(["lint", "-v"]) == 0
    lines = capfd.readouterr().err.splitlines()
    assert (len(lines), lines[-2]) == (22, "980 more skipped: its ending is not one of domain XML")


def test_without_libvirts_schema_asking_for_the_rule_is_an_error(folder, capfd):
    assert main(["lint", "--select", "domain-schema"]) == 2
    assert "--schema-dir" in capfd.readouterr().err


@pytest.mark.parametrize("how", ["option", "environment"])
def test_a_folder_without_schemas_is_an_error_with_a_way_out(folder, capfd, monkeypatch, how):
    monkeypatch.setenv("CHANFIX_SCHEMA_DIR", str(folder) if how == "environment" else "")
    assert main(["lint", *(["--schema-dir", str(folder)] if how == "option" else [])]) == 2
    assert f"there is no domain.rng in '{folder}'" in capfd.readouterr().err


@pytest.mark.parametrize("option", ["--output", "--write-baseline"])
def test_a_device_is_written_to_and_never_replaced(folder, option):
    write(folder, good=GOOD)
    pipe = folder / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    assert main(["lint", "good.xml", option, "pipe"]) == 0
    assert os.read(reader, 100)
    os.close(reader)
    assert pipe.is_fifo()


def test_what_a_baseline_accepted_is_not_mended_when_its_line_changes(folder):
    line = "<channel type='unix'><source mode='bind' path='/tmp/x.sock'/>"
    text = GOOD.replace("    <channel type='unix'>\n      ", "    " + line).replace(
        "agent.0'", "agent.0' state='connected'"
    )
    write(folder, vm=text)
    assert main(["lint", "--write-baseline", "known.json", "--ignore", "live-channel-state"]) == 0
    assert main(["lint", "--baseline", "known.json", "--fix"]) == 0
    assert (folder / "vm.xml").read_text() == text.replace(" state='connected'", "")


def test_a_finding_that_the_fix_of_another_file_ends_is_not_reported(folder, capfd):
    source = "<source mode='bind' path='/srv/agent.sock'/><target"
    one = GOOD.replace("<target", source)
    write(folder, one=one, two=one.replace("web", "db").replace("org.qemu.guest_agent.0", "com.example.0"))
    assert main(["lint", "--fail-on", "error"]) == 1
    assert main(["lint", "--fail-on", "error", "--fix"]) == 0
    assert "path-shared" not in capfd.readouterr().out.splitlines()[-1]


@pytest.mark.parametrize("options", [["--diff"], ["--fix", "--show-fixes", "--diff"]])
def test_a_report_for_machines_has_standard_output_to_itself(folder, capfd, options):
    write(folder, bad=BAD)
    main(["lint", "--output-format", "sarif", *options])
    out, err = capfd.readouterr()
    assert json.loads(out)["version"] == "2.1.0"
    assert "+      <target" in err


def test_a_text_that_cannot_be_mended_is_passed_on_as_it_is(standard_input, capfd, monkeypatch):
    def fail(run, number, safety):
        raise InternalError("the fixes do not come to rest")

    monkeypatch.setattr("chanfix.lint.run.Run.fix", fail)
    standard_input(BAD)
    assert main(["lint", "--fix", "-"]) == 3
    assert capfd.readouterr().out == BAD


def test_quiet_leaves_errors_only(folder, capfd):
    write(folder, bad=BAD)
    assert main(["lint", "-q", ".", "missing.xml"]) == 3
    out, err = capfd.readouterr()
    assert (out, err.splitlines()[0]) == ("", "chanfix: missing.xml: no such file")


def test_a_template_is_rendered_with_values_and_linted(folder, capfd):
    (folder / "vm.xml.j2").write_text(GOOD.replace("'unix'", "'{{ kind }}'"))
    (folder / "values.json").write_text('{"kind": "pty"}')
    assert main(["lint", "--vars", "values.json"]) == 1
    assert "vm.xml.j2:4:20: error[agent-not-unix]" in capfd.readouterr().out
    (folder / "values.json").write_text('{"kind": "unix"}')
    assert main(["lint", "--vars", "values.json"]) == 0


def test_a_template_on_standard_input_is_rendered_too(folder, standard_input, capfd):
    (folder / "values.json").write_text('{"kind": "pty"}')
    standard_input(GOOD.replace("'unix'", "'{{ kind }}'"))
    assert main(["lint", "--vars", "values.json", "--stdin-filename", "vm.xml.j2", "-"]) == 1
    assert "vm.xml.j2:4:20: error[agent-not-unix]" in capfd.readouterr().out


def test_a_name_without_a_value_is_an_error_with_its_place(folder, capfd):
    (folder / "vm.xml.j2").write_text(GOOD.replace("'unix'", "'{{ kind }}'"))
    (folder / "values.json").write_text("{}")
    assert main(["lint", "--vars", "values.json"]) == 3
    assert "'kind' is undefined (line 4, column 23)" in capfd.readouterr().out


def test_values_that_cannot_be_read_are_wrong_usage(folder, capfd):
    (folder / "values.json").write_text("[]")
    assert main(["lint", "--vars", "values.json"]) == 2
    assert capfd.readouterr().err.startswith("chanfix: values.json: it is no mapping of names to values\n")


@pytest.mark.parametrize("option", ["--fix", "--diff", "--connect=test:///default"])
def test_what_is_rendered_is_neither_mended_nor_on_a_connection(option, folder, capfd):
    (folder / "values.json").write_text("{}")
    assert main(["lint", "--vars", "values.json", option]) == 2
    assert "chanfix: --vars " in capfd.readouterr().err


def test_entries_of_a_baseline_that_hide_nothing_are_told_of(folder, capfd):
    write(folder, bad=BAD)
    assert main(["lint", "--write-baseline", "known.json"]) == 0
    write(folder, bad=GOOD)
    assert main(["lint", "--baseline", "known.json"]) == 0
    assert capfd.readouterr().err == (
        "  note: 1 entry of the baseline hides nothing any more; -v shows which; "
        "chanfix lint --write-baseline FILE writes a new one\n"
    )
    assert main(["lint", "--baseline", "known.json", "-v"]) == 0
    assert "bad.xml: 1 in the baseline of 'agent-name-whitespace'" in capfd.readouterr().err
    assert main(["lint", "--baseline", "known.json", "-q"]) == 0
    assert capfd.readouterr().err == ""


def test_a_current_folder_that_is_gone_is_one_clear_error(folder, capfd, monkeypatch):
    (folder / "sub").mkdir()
    monkeypatch.chdir(folder / "sub")
    (folder / "sub").rmdir()
    assert main(["lint"]) == 3
    assert capfd.readouterr().err == ("chanfix: the current folder is not there any more\n  hint: cd to one that is\n")


COMMANDS = "<!--\n  ::error::x ##[error]y\n-->\n"


@pytest.mark.parametrize("runner", [True, False])
def test_no_line_of_a_diff_is_a_command_for_the_runner_of_github(runner, folder, capfd, monkeypatch):
    if runner:
        monkeypatch.setenv("GITHUB_ACTIONS", "true")
    else:
        monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    text = BAD.replace("    <channel", COMMANDS + "    <channel")
    write(folder, bad=text)
    assert main(["lint", "--diff"]) == 1
    out = capfd.readouterr().out
    assert ("   \\x3a:error::x \\x23#[error]y\n" if runner else "   ::error::x ##[error]y\n") in out


def test_workflow_commands_of_the_report_stay_commands_on_that_runner(folder, capfd, monkeypatch):
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    write(folder, bad=BAD)
    assert main(["lint", "--output-format", "github"]) == 1
    assert capfd.readouterr().out.startswith("::error file=bad.xml,")


def test_a_finding_in_a_wide_encoding_says_why_it_is_not_fixed(folder, capfd):
    (folder / "bad.xml").write_bytes(f"<?xml version='1.0' encoding='utf-16'?>\n{BAD}".encode("utf-16"))
    assert main(["lint"]) == 1
    assert "  note: not fixed: its encoding is one that chanfix reads and does not write" in capfd.readouterr().out


@pytest.fixture
def main_as_nobody():
    """Run a command as an ordinary user, real and effective, once it has everything imported that it needs."""

    def run(arguments):
        main(arguments)
        if os.geteuid() != 0:
            return main(arguments)
        os.setresuid(NOBODY, NOBODY, 0)
        try:
            return main(arguments)
        finally:
            os.setresuid(0, 0, 0)

    return run


def test_a_file_that_cannot_be_read_is_said_and_the_others_are_linted(
    shared_folder, main_as_nobody, capfd, monkeypatch
):
    monkeypatch.chdir(shared_folder)
    write(shared_folder, secret=GOOD, bad=BAD)
    (shared_folder / "secret.xml").chmod(0)
    assert main_as_nobody(["lint", "--output-format", "concise", "secret.xml", "bad.xml"]) == 3
    said = capfd.readouterr().out.splitlines()[-2:]
    assert said[0] == "secret.xml: not linted: cannot be read: Permission denied"
    assert said[1].startswith("bad.xml:5:35: error[agent-name-whitespace] ")


@pytest.mark.parametrize(
    "options", [[], ["-q"], ["--write-baseline", "known.json"]], ids=["report", "quiet", "baseline"]
)
def test_a_mistyped_name_gets_the_nearest_one(options, folder, capfd):
    write(folder, guest=GOOD)
    assert main(["lint", "gest.xml", *options]) == 3
    out, err = capfd.readouterr()
    assert "  hint: did you mean 'guest.xml'?\n" in out + err


@pytest.mark.survival(
    "Standard streams and processes", "`lint --jobs` with few file descriptors", "one process does all the work"
)
@pytest.mark.parametrize("most", [8, 10, 20])
def test_with_few_descriptors_one_process_does_all_and_says_so_when_asked(folder, most):
    write(folder, bad=BAD, **{f"good{number}": GOOD for number in range(100)})
    command = (
        f"{shlex.quote(sys.executable)} -m chanfix lint -v --jobs 2 --output-format concise --ignore domain-schema"
    )
    run = subprocess.run(
        ["sh", "-c", f"ulimit -n {most} && {command}"],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout.count("\n")) == (1, 1)
    assert run.stderr == "  all in one process, for no other can be started: Too many open files\n"
