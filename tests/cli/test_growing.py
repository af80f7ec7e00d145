"""The options of ``chanfix lint`` by which a repository grows into it, as the shell sees them."""

import io
import json
import os
import sys
import tomllib
from contextlib import contextmanager

import jsonschema
import pytest
from installed import SCHEMA, SCHEMA_DIR

from chanfix import resources
from chanfix.cli import main
from chanfix.escape import for_terminal
from chanfix.lint.known.config import chosen_rules, load
from chanfix.lint.known.setting import KEYS

DOMAIN = """\
<domain type='kvm' id='3'>
  <name>web</name>
  <devices>
    <channel type='pty'>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
  </devices>
</domain>
"""
COMMENTED = """\
<domain type='kvm' id='3'> <!-- chanfix: ignore[live-domain-id] TODO: why -->
  <name>web</name>
  <devices>
    <!-- chanfix: ignore[agent-not-unix] TODO: why -->
    <channel type='pty'>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
  </devices>
</domain>
"""
UNREAD = "<domain type='kvm'><devices></domain>\n"
NOBODY = 65534


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CHANFIX_SCHEMA_DIR", raising=False)
    (tmp_path / "vm.xml").write_text(DOMAIN)
    return tmp_path


@pytest.fixture
def as_nobody():
    """Be an ordinary user for a while, once everything is imported that is needed."""

    @contextmanager
    def run():
        main(["lint", "--add-ignore", "--diff"])
        is_root = os.geteuid() == 0
        if is_root:
            os.setresuid(NOBODY, NOBODY, 0)
        try:
            yield
        finally:
            if is_root:
                os.setresuid(0, 0, 0)

    return run


@pytest.fixture
def standard_input(monkeypatch):
    def give(text):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    return give


def rules_found(capfd, *options):
    main(["lint", "--output-format", "json", *options])
    out, _ = capfd.readouterr()
    return [finding["rule"] for file in json.loads(out)["files"] for finding in file["findings"]]


def test_comments_are_written_and_suppress(folder, capfd):
    assert main(["lint", "--add-ignore"]) == 0
    assert (folder / "vm.xml").read_text() == COMMENTED
    out, err = capfd.readouterr()
    assert out == "no findings in 1 file; 2 suppressed\n"
    assert err == "  note: 2 comments for 2 findings in 1 file: each has a reason to fill in\n"
    assert main(["lint", "--fail-on", "info"]) == 0


def test_diff_shows_the_comments_and_writes_nothing(folder, capfd):
    assert main(["lint", "--add-ignore", "--diff"]) == 0
    assert (folder / "vm.xml").read_text() == DOMAIN
    out, err = capfd.readouterr()
    new = [line[1:] for line in out.splitlines() if line.startswith("+") and not line.startswith("+++")]
    assert new == [line for line in COMMENTED.splitlines() if "<!--" in line]
    assert "not written; leave out --diff to write them" in err


@pytest.mark.parametrize(
    "options", [["--select", "agent"], ["--ignore", "live-*"], ["--min-severity", "error"]], ids=lambda each: each[0]
)
def test_options_choose_the_findings_that_get_a_comment(folder, options):
    main(["lint", "--add-ignore", *options])
    text = (folder / "vm.xml").read_text()
    assert "ignore[agent-not-unix]" in text
    assert "live-domain-id" not in text


def test_what_is_left_counts_for_the_status(folder, capfd):
    (folder / "bad.xml").write_text(UNREAD)
    assert main(["lint", "--add-ignore"]) == 1
    out = capfd.readouterr().out
    assert "bad.xml:1:31: error[not-well-formed]" in out
    assert "note: not suppressed: no comment counts for a text that cannot be read as XML" in out
    assert (folder / "bad.xml").read_text() == UNREAD


def test_standard_input_goes_to_standard_output_with_its_comments(standard_input, capfd):
    standard_input(DOMAIN)
    assert main(["lint", "--add-ignore", "-"]) == 0
    out, err = capfd.readouterr()
    assert out == COMMENTED
    assert "2 suppressed" in err


def test_standard_input_without_findings_is_passed_on(standard_input, capfd):
    standard_input(COMMENTED)
    assert main(["lint", "--add-ignore", "-"]) == 0
    assert capfd.readouterr().out == COMMENTED


def test_report_for_machines_has_standard_output_to_itself(capfd):
    main(["lint", "--add-ignore", "--diff", "--output-format", "json"])
    out, err = capfd.readouterr()
    assert json.loads(out)["counts"]["suppressed"] == 2
    assert "+    <!-- chanfix" in err


def test_link_stays_a_link_and_its_target_gets_the_comments(folder):
    (folder / "old").mkdir()
    (folder / "vm.xml").rename(folder / "old" / "vm.xml")
    (folder / "vm.xml").symlink_to("old/vm.xml")
    assert main(["lint", "--add-ignore", "vm.xml"]) == 0
    assert (folder / "vm.xml").is_symlink()
    assert (folder / "old" / "vm.xml").read_text() == COMMENTED


def test_file_that_cannot_be_written_is_an_error_and_the_others_get_their_comments(
    shared_folder, as_nobody, capfd, monkeypatch
):
    monkeypatch.chdir(shared_folder)
    for name, mode in (("vm.xml", 0o444), ("other.xml", 0o666)):
        (shared_folder / name).write_text(DOMAIN)
        (shared_folder / name).chmod(mode)
    if os.geteuid() == 0:
        for path in (shared_folder, *shared_folder.iterdir()):
            os.chown(path, NOBODY, -1)
    with as_nobody():
        assert main(["lint", "--add-ignore", "vm.xml", "other.xml"]) == 3
    out = capfd.readouterr().out
    assert "vm.xml: not linted: is write-protected; nothing was written" in out
    assert (shared_folder / "vm.xml").read_text() == DOMAIN
    assert (shared_folder / "other.xml").read_text() == COMMENTED


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--add-ignore", "--fix"], "--add-ignore is for what no fix should change"),
        (["--add-ignore", "--diff", "--unsafe-fixes"], "--add-ignore is for what no fix should change"),
        (["--add-ignore", "--write-baseline", "b.json"], "--add-ignore does nothing but that"),
        (["--add-ignore", "--show-files"], "--add-ignore does nothing but that"),
        (["--add-ignore", "--show-settings"], "--add-ignore does nothing but that"),
        (["--add-ignore", "--vars", "v.json"], "no comment can be written into that"),
        (["--add-ignore", "-c", "test:///default"], "libvirt drops comments"),
        (["--add-ignore", "--no-ignores"], "--no-ignores shows what comments hide, and changes nothing"),
        (["--no-ignores", "--fix"], "--no-ignores shows what comments hide, and changes nothing"),
        (["--no-ignores", "--diff"], "--no-ignores shows what comments hide, and changes nothing"),
        (["--show-settings", "--fix"], "--show-settings does nothing but that"),
        (["--show-settings", "--statistics"], "--show-settings does nothing but that"),
        (["--show-settings", "-"], "--show-settings is for files"),
        (["--show-settings", "a.xml", "b.xml"], "--show-settings is for one file at a time"),
        (["--show-settings", "--output-format", "sarif"], "--show-settings is text or JSON"),
        (["--show-settings", "--target", "debian-99"], "there is no target 'debian-99'"),
        (["--show-settings", "--target", "debian-12", "--libvirt-version", "7.0"], "has libvirt 9.0.0, and not 7.0.0"),
        (["--config", "chanfix.toml", "--no-config"], "--config names a file, and --no-config reads none"),
        (["--fixable", "agent-not-unx"], "no rule is called 'agent-not-unx'"),
        (["--unfixable", ","], "--unfixable names no rule"),
        (["--extend-select", "liev"], "no rule is called 'liev'"),
        (["--extend-select", "domain-schema"], "'domain-schema' asks libvirt's own schema, and none is named"),
        (["--extend-select", "libvirt-refuses"], "'libvirt-refuses' is what an installed libvirt says"),
        (["--min-severity", "bad"], "Invalid value for '--min-severity'"),
    ],
)
def test_options_that_contradict_each_other_are_wrong_usage(folder, capfd, options, words):
    assert main(["lint", *options]) == 2
    assert words in capfd.readouterr().err
    assert (folder / "vm.xml").read_text() == DOMAIN


@pytest.mark.parametrize(
    "options",
    [
        ["--write-baseline", "vm.xml"],
        ["--write-baseline", "link.json"],
        ["--output", "vm.xml", "vm.xml"],
        ["--output-format", "text", "--output-format", "sarif=./vm.xml"],
        ["--fix", "--output-format", "junit=link.json"],
        ["--add-ignore", "--output", "vm.xml"],
        ["--write-baseline", "page.md", "page.md"],
    ],
)
def test_report_does_not_replace_what_is_linted(folder, capfd, options):
    (folder / "page.md").write_text(f"```xml\n{DOMAIN}```\n")
    (folder / "link.json").symlink_to("vm.xml")
    before = {path: path.read_bytes() for path in folder.iterdir()}
    assert main(["lint", *options]) == 2
    assert "is a file that is linted, and would be replaced" in capfd.readouterr().err
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize(
    "written", ["--output-format=junit=a.xml", "--output-format=json=a.json", "--write-baseline=b"]
)
def test_report_of_an_earlier_run_is_replaced(folder, capfd, written):
    # One line, which a report quotes as a whole.
    (folder / "vm.xml").write_text(DOMAIN.replace("\n", ""))
    statuses = {main(["lint", "--exit-zero", written]) for _ in range(3)}
    assert statuses == {0}
    assert len(list(folder.iterdir())) == 2


def test_hyphen_is_standard_output_beside_another_file(folder, capfd):
    options = ["--output", "a.json", "--output-format", "json", "--output-format", "concise=-"]
    assert main(["lint", *options]) == 1
    assert capfd.readouterr().out.startswith("vm.xml:1:")
    assert json.loads((folder / "a.json").read_text())["files"]


def test_comments_can_be_passed_over_for_one_run(folder, capfd):
    (folder / "vm.xml").write_text(COMMENTED)
    assert rules_found(capfd) == []
    assert rules_found(capfd, "--no-ignores") == ["live-domain-id", "agent-not-unix"]


def test_baseline_and_ignores_of_files_count_without_comments(folder, capfd):
    assert main(["lint", "--select", "agent-not-unix", "--write-baseline", "known.json"]) == 0
    (folder / "chanfix.toml").write_text("per-file-ignores = {'*.xml' = ['live']}\nbaseline = 'known.json'")
    assert rules_found(capfd, "--no-ignores") == []


def test_least_severity_leaves_out_what_is_below(folder, capfd):
    assert rules_found(capfd, "--min-severity", "warning") == ["agent-not-unix"]
    assert main(["lint", "--min-severity", "warning", "--ignore", "agent", "--fail-on", "info"]) == 0
    assert main(["lint", "--ignore", "agent", "--fail-on", "info"]) == 1
    capfd.readouterr()
    (folder / "chanfix.toml").write_text("min-severity = 'error'\nseverity = {agent-not-unix = 'info', live = 'error'}")
    assert rules_found(capfd) == ["live-domain-id"]
    assert set(rules_found(capfd, "--min-severity", "info")) == {"live-domain-id", "agent-not-unix"}


def test_what_is_below_the_least_severity_is_not_fixed(folder):
    assert main(["lint", "--fix", "--unsafe-fixes", "--min-severity", "error"]) == 0
    text = (folder / "vm.xml").read_text()
    assert "id='3'" in text
    assert "type='unix'" in text


def test_suppression_of_what_is_below_the_least_severity_is_of_use(folder, capfd):
    (folder / "vm.xml").write_text(COMMENTED)
    assert rules_found(capfd, "--min-severity", "warning") == []


def test_entries_of_a_baseline_about_what_is_below_are_not_stale(folder, capfd):
    assert main(["lint", "--write-baseline", "known.json"]) == 0
    main(["lint", "--baseline", "known.json", "--min-severity", "warning"])
    assert "hides nothing" not in capfd.readouterr().err


@pytest.mark.parametrize(
    ("options", "config"),
    [
        (["--unfixable", "live"], ""),
        (["--fixable", "agent,path"], ""),
        ([], "unfixable = ['live-*']"),
        ([], "fixable = ['agent']"),
        (["--unfixable", "path"], "fixable = ['agent', 'path']"),
        (["--fixable", "agent"], "unfixable = ['agent']"),
    ],
)
def test_rules_that_are_not_fixable_are_reported_and_not_fixed(folder, capfd, options, config):
    (folder / "chanfix.toml").write_text(config)
    assert main(["lint", "--fix", "--unsafe-fixes", "--fail-on", "info", *options]) == 1
    assert (folder / "vm.xml").read_text() == DOMAIN.replace("pty", "unix")
    out = capfd.readouterr().out
    assert "info[live-domain-id]" in out
    assert "(shown only)" in out
    assert "fixable with" not in out.splitlines()[-1]


def test_rules_are_added_to_what_is_selected(folder, capfd):
    assert rules_found(capfd, "--select", "agent-not-unix", "--extend-select", "live") == [
        "live-domain-id",
        "agent-not-unix",
    ]
    (folder / "chanfix.toml").write_text("select = ['agent-not-unix']\nextend-select = ['live']\nignore = ['live']")
    assert rules_found(capfd) == ["agent-not-unix"]
    assert rules_found(capfd, "--extend-select", "live") == ["live-domain-id", "agent-not-unix"]
    assert rules_found(capfd, "--extend-select", "live", "--ignore", "live-domain-id") == ["agent-not-unix"]


@pytest.mark.parametrize("option", [True, False])
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["empty"], "nothing to lint in empty: looked at 1 file"),
        (["--show-files", "empty/sub"], "nothing to lint in empty/sub: looked at 0 files"),
        (["--exclude", "vm.xml"], "nothing to lint in the current folder: looked at"),
        (["empty/pom.xml"], "nothing to lint: no domain is in what was named"),
        (["--write-baseline", "b.json", "empty"], "nothing to lint in empty: looked at 1 file"),
    ],
)
def test_nothing_to_lint_can_be_an_error(folder, capfd, arguments, words, option):
    (folder / "empty" / "sub").mkdir(parents=True)
    (folder / "empty" / "pom.xml").write_text("<project/>")
    if not option:
        (folder / "chanfix.toml").write_text("error-on-no-files = true")
    arguments = ["--error-on-no-files", *arguments] if option else arguments
    assert main(["lint", *arguments]) == 3
    err = capfd.readouterr().err
    assert f"chanfix: {words}" in err
    assert err.count("nothing to lint") == 1
    assert main(["lint", *arguments, "--no-config"]) == (3 if option else 0)


def test_files_of_a_commit_may_all_be_of_something_else(folder, capfd):
    (folder / "pom.xml").write_text("<project/>")
    (folder / "chanfix.toml").write_text("error-on-no-files = true")
    assert main(["lint", "--as-found", "pom.xml"]) == 0
    assert main(["lint", "--as-found", "--error-on-no-files", "pom.xml"]) == 3
    assert "nothing to lint: no domain is in what was named" in capfd.readouterr().err


def test_connection_without_domains_is_an_error_for_the_option_alone(folder, capfd):
    pytest.importorskip("libvirt", reason="libvirt-python is not installed: pip install 'chanfix[libvirt]'")
    (folder / "node.xml").write_text("<node/>")
    (folder / "chanfix.toml").write_text("error-on-no-files = true")
    assert main(["-c", f"test://{folder}/node.xml", "lint"]) == 0
    assert main(["-c", f"test://{folder}/node.xml", "lint", "--error-on-no-files"]) == 3
    assert "nothing to lint: no domain is stored there" in capfd.readouterr().err


def test_nothing_on_standard_input_can_be_an_error(standard_input, capfd):
    standard_input("<project/>")
    assert main(["lint", "--error-on-no-files", "-"]) == 3
    assert "nothing to lint" in capfd.readouterr().err


def test_something_to_lint_is_no_error(capfd):
    assert main(["lint", "--error-on-no-files", "--exit-zero"]) == 0
    assert capfd.readouterr().err == ""


def settings(capfd, *options):
    assert main(["lint", "--show-settings", "--output-format", "json", *options]) == 0
    shown = json.loads(capfd.readouterr().out)
    schema = json.loads(resources.read("schemas/settings-v1.schema.json"))
    jsonschema.Draft202012Validator(schema).validate(shown)
    return shown


def test_settings_are_those_of_the_defaults_the_file_and_the_options(folder, capfd):
    (folder / "chanfix.toml").write_text("ignore = ['live']\nfail-on = 'error'\ntarget = 'debian-12'")
    (folder / "vms").mkdir()
    os.chdir(folder / "vms")
    shown = settings(capfd, "--ignore", "path", "--min-severity", "warning", "--libvirt-version", "9.0.0")
    assert shown["config"] == "../chanfix.toml"
    held = {key: (one["value"], one["from"]) for key, one in shown["settings"].items()}
    assert list(held) == list(KEYS)
    assert held["ignore"] == (["live", "path"], ["../chanfix.toml", "--ignore"])
    assert held["fail-on"] == ("error", ["../chanfix.toml"])
    assert held["min-severity"] == ("warning", ["--min-severity"])
    assert held["profile"] == ("portable", ["default"])
    assert held["baseline"] == (None, ["default"])
    # A version on the command line sets the file's target aside.
    assert (held["libvirt-version"], held["target"]) == (("9.0.0", ["--libvirt-version"]), (None, ["default"]))
    assert not [rule for rule in shown["rules"] if rule["name"].startswith(("live-", "path-hard"))]


def test_selection_on_the_command_line_sets_aside_that_of_the_file(folder, capfd):
    (folder / "chanfix.toml").write_text("select = ['live']\nextend-select = ['path']\nignore = ['agent-missing']")
    held = settings(capfd, "--select", "agent-missing,agent-not-unix")
    assert held["settings"]["select"] == {"value": ["agent-missing", "agent-not-unix"], "from": ["--select"]}
    assert held["settings"]["ignore"]["value"] == held["settings"]["extend-select"]["value"] == []
    assert [rule["name"] for rule in held["rules"]] == ["agent-missing", "agent-not-unix"]
    assert settings(capfd, "--profile", "channel")["settings"]["select"]["value"] is None


def test_settings_of_a_file_have_the_rules_that_run_on_it(folder, capfd):
    (folder / "chanfix.toml").write_text(
        "select = ['live-domain-id', 'agent-not-unix']\nper-file-ignores = {'vm.xml' = ['live']}\n"
        "severity = {agent-not-unix = 'info'}\nunfixable = ['agent']"
    )
    assert [rule["name"] for rule in settings(capfd)["rules"]] == ["agent-not-unix", "live-domain-id"]
    shown = settings(capfd, "vm.xml")
    assert shown["file"] == "vm.xml"
    assert shown["rules"] == [{"name": "agent-not-unix", "severity": "info", "fixable": False}]


def test_schema_folder_without_a_schema_is_wrong_usage(folder, capfd, monkeypatch):
    monkeypatch.setenv("CHANFIX_SCHEMA_DIR", str(folder))
    assert main(["lint", "--show-settings"]) == 2
    assert "there is no domain.rng in" in capfd.readouterr().err


@pytest.mark.skipif(SCHEMA is None, reason="libvirt's schemas are not installed")
def test_schema_folder_comes_from_the_option_the_environment_or_the_file(folder, capfd, monkeypatch):
    (folder / "chanfix.toml").write_text(f"schema-dir = '{SCHEMA_DIR}'")
    assert settings(capfd)["settings"]["schema-dir"]["from"] == ["chanfix.toml"]
    monkeypatch.setenv("CHANFIX_SCHEMA_DIR", str(SCHEMA_DIR))
    shown = settings(capfd)
    assert shown["settings"]["schema-dir"] == {"value": str(SCHEMA_DIR), "from": ["$CHANFIX_SCHEMA_DIR"]}
    assert "domain-schema" in [rule["name"] for rule in shown["rules"]]
    assert settings(capfd, "--schema-dir", str(SCHEMA_DIR))["settings"]["schema-dir"]["from"] == ["--schema-dir"]


OPTIONS = [
    "--extend-select=agent-missing",
    "--profile=strict",
    "--ignore=agent,path-*",
    "--fixable=agent",
    "--unfixable=agent-not-unix",
    "--exclude=a\x1b\u2028 b/\x7f\u200b\U000e0041",
    "--include=*.caf\u00e9",
    "--min-severity=warning",
    "--fail-on=info",
    "--error-on-no-files",
    "--running",
    "--no-embedded",
    "--target=debian-12",
    "--target=trixie",
]


def test_list_of_the_settings_is_a_configuration_that_says_the_same(folder, capfd):
    assert main(["lint", "--show-settings", *OPTIONS]) == 0
    out = capfd.readouterr().out
    assert not re_control(out)
    tomllib.loads(out)
    (folder / "chanfix.toml").write_text(out)
    config = load(str(folder))
    assert settings(capfd)["rules"] == settings(capfd, *OPTIONS, "--no-config")["rules"]
    assert not config.may_fix("agent-not-unix")
    assert not config.may_fix("live-domain-id")
    assert config.may_fix("agent-missing")
    assert config.target == ("debian-12", "debian-13")
    assert (config.embedded, config.running, config.error_on_no_files) == (False, True, True)
    assert config.exclude.lines == ("a\x1b\u2028 b/\x7f\u200b\U000e0041",)
    assert {rule.name for rule in chosen_rules(config)} >= {"vserial-bus"}


@pytest.mark.parametrize(
    ("ignored", "options", "expected"),
    [
        (["live"], ["--extend-select=live"], []),
        (["path", "agent-not-*"], ["--extend-select=agent-not-unix"], ["path"]),
        (["agent-*"], ["--extend-select=agent-not-unix", "--ignore=agent"], ["agent-*", "agent"]),
        (["agent-not-unix", "live"], ["--extend-select=agent"], ["live"]),
    ],
)
def test_rules_that_are_added_are_not_listed_as_ignored(folder, capfd, ignored, options, expected):
    (folder / "chanfix.toml").write_text(f"ignore = {ignored}")
    shown = settings(capfd, *options)
    assert shown["settings"]["ignore"]["value"] == expected
    main(["lint", "--show-settings", *options])
    (folder / "chanfix.toml").write_text(capfd.readouterr().out)
    assert settings(capfd)["rules"] == shown["rules"]


def re_control(text):
    return [each for each in text if each != "\n" and for_terminal(each) != each]
