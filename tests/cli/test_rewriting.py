"""The commands on files and standard input: what is printed, what is written, what the shell sees."""

import io
import shutil
import subprocess
import sys

import pytest

from chanfix.cli import main

BEFORE = """\
<?xml version="1.0"?>
<!-- the build server -->
<domain type="kvm">
\t<name>build</name>
\t<devices>
\t\t<graphics type="vnc" passwd="geheim" />
\t</devices>
</domain>
"""
CHANNEL = """\
\t\t<channel type="unix">
\t\t\t<target type="virtio" name="org.qemu.guest_agent.0" />
\t\t</channel>
"""
AFTER = BEFORE.replace("\t\t<graphics", CHANNEL + "\t\t<graphics")


@pytest.fixture
def guest(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "guest.xml"
    path.write_text(BEFORE)
    return path


@pytest.fixture
def standard_input(monkeypatch):
    def give(data):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))

    return give


def test_add_changes_the_file_and_says_so_once(guest, capfd):
    assert main(["add", "guest.xml"]) == 0
    assert guest.read_text() == AFTER
    assert main(["add", "guest.xml"]) == 0
    assert guest.read_text() == AFTER
    out, err = capfd.readouterr()
    assert out.splitlines() == [
        "guest.xml: added the channel 'org.qemu.guest_agent.0'",
        "guest.xml: unchanged: the channel 'org.qemu.guest_agent.0', which is there",
    ]
    assert err == ""


def test_check_changes_nothing_and_tells_by_its_status(guest, capfd):
    assert main(["add", "--check", "guest.xml"]) == 1
    assert guest.read_text() == BEFORE
    main(["add", "-q", "guest.xml"])
    assert main(["add", "--check", "guest.xml"]) == 0
    assert capfd.readouterr().out.splitlines()[0] == "guest.xml: would add the channel 'org.qemu.guest_agent.0'"


def test_dry_run_shows_the_diff_without_secrets_and_changes_nothing(guest, capfd):
    assert main(["add", "--dry-run", "guest.xml"]) == 0
    assert guest.read_text() == BEFORE
    out = capfd.readouterr().out
    assert "+" + CHANNEL.splitlines(keepends=True)[0] in out
    assert "geheim" not in out


def test_diff_shows_the_change_and_makes_it(guest, capfd):
    assert main(["add", "--diff", "guest.xml"]) == 0
    assert guest.read_text() == AFTER
    assert [line for line in capfd.readouterr().out.splitlines() if line.startswith("+\t")] == [
        "+" + line for line in CHANNEL.splitlines()
    ]


@pytest.mark.skipif(not shutil.which("patch"), reason="patch is not here: install the package of that name")
def test_a_diff_of_an_unprotected_file_can_be_applied_by_patch(guest, capfd, tmp_path):
    crlf = BEFORE.replace(' passwd="geheim"', "").replace("\n", "\r\n")
    guest.write_text(crlf, newline="")
    main(["add", "--dry-run", "guest.xml"])
    out = capfd.readouterr().out
    diff = out[out.index("---") : out.rindex("guest.xml: would")]
    subprocess.run(["patch", "-p1", "--binary"], input=diff.encode(), check=True, capture_output=True, cwd=tmp_path)
    expected = AFTER.replace(' passwd="geheim"', "").replace("\n", "\r\n")
    assert guest.read_bytes() == expected.encode()


def test_standard_input_goes_to_standard_output(standard_input, capfd):
    standard_input(BEFORE.encode())
    assert main(["add", "-"]) == 0
    out, err = capfd.readouterr()
    assert out == AFTER
    assert err == "-: added the channel 'org.qemu.guest_agent.0'\n"


def test_standard_input_that_needs_nothing_is_passed_on(standard_input, capfd):
    standard_input(AFTER.encode())
    assert main(["-q", "add", "-"]) == 0
    assert capfd.readouterr().out == AFTER


def test_detach_and_attach_give_the_file_back(guest):
    guest.write_text(AFTER)
    assert main(["-q", "detach-libvirt", "guest.xml"]) == 0
    assert guest.read_text() == AFTER.replace("guest_agent.0", "guest_agent.1")
    assert main(["-q", "attach-libvirt", "guest.xml"]) == 0
    assert guest.read_text() == AFTER


def test_each_domain_is_done_by_itself_and_the_worst_status_wins(guest, capfd):
    (guest.parent / "other.xml").write_text("<network/>")
    (guest.parent / "folder").mkdir()
    assert main(["add", "./missing.xml", "guest.xml", "other.xml", "./folder"]) == 3
    assert guest.read_text() == AFTER
    errors = [line for line in capfd.readouterr().err.splitlines() if line.startswith("chanfix:")]
    assert errors == [
        "chanfix: ./missing.xml: no such file",
        "chanfix: other.xml:1:1: the root element is <network>, not <domain>",
        "chanfix: ./folder: is a folder, not a file",
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["add"], "no DOMAIN given"),
        (["add", "--all", "x"], "--all takes no DOMAIN"),
        (["add", "-", "-"], "'-' can be given once"),
        (["add", "--libvirt-version", "new", "x.xml"], "'new' is no libvirt version"),
        (["ad", "x.xml"], "No such command 'ad'"),
        (["add", "--prot", "x"], "No such option"),
        (["add", "--path", "relative", "guest.xml"], "is not absolute"),
        (["add", "--timeout", "0", "guest.xml"], "makes no sense"),
    ],
)
def test_wrong_usage_is_status_two_and_one_sentence_with_a_hint(guest, capfd, arguments, words):
    assert main(arguments) == 2
    err = capfd.readouterr().err
    assert words in err
    assert "  hint: " in err
    assert guest.read_text() == BEFORE


def test_names_from_the_outside_cannot_speak_to_the_terminal(guest, capfd):
    hostile = guest.with_name("a\x1b[31m\n.xml")
    hostile.write_text(BEFORE.replace('type="kvm"', 'type="&#x202e;kvm"'))
    assert main(["add", str(hostile)]) == 3
    out, err = capfd.readouterr()
    assert "\x1b" not in out + err
    assert "\u202e" not in out + err
    assert "\\x1b[31m\\n.xml" in err


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        (AFTER, 0, "guest.xml:6: the channel 'org.qemu.guest_agent.0' is there and right"),
        (BEFORE, 1, "guest.xml:3: no channel 'org.qemu.guest_agent.0'"),
        (AFTER.replace("agent.0", "agent.1"), 1, "guest.xml:6: the agent channel is detached"),
        (AFTER.replace('"unix"', '"pty"'), 1, "[agent-not-unix]"),
        (BEFORE.replace("kvm", "lxc"), 1, "type 'lxc'"),
        ("<domain", 3, ""),
    ],
    ids=["right", "missing", "detached", "broken", "lxc", "not-xml"],
)
def test_check_says_in_one_line_whether_the_channel_is_right(guest, capfd, text, status, words):
    guest.write_text(text)
    assert main(["check", "guest.xml"]) == status
    out, _ = capfd.readouterr()
    assert words in out
    assert out.count("\n") <= 1


def test_version_and_help_are_given(capfd):
    assert main(["--version"]) == 0
    assert main(["--help"]) == 0
    assert main(["add", "--help"]) == 0
    out = capfd.readouterr().out
    assert out.startswith("chanfix ")
    for word in ("detach-libvirt", "Examples:", "Exit status:", "--libvirt-version"):
        assert word in out


def test_no_command_at_all_shows_the_help_and_is_wrong_usage(capfd):
    assert main([]) == 2
    assert capfd.readouterr().err.startswith("Usage: chanfix")


@pytest.mark.parametrize(
    ("arguments", "status"), [(["add"], 2), (["add", "missing.xml"], 3), (["add", "a\x1b[31m.xml"], 3)]
)
def test_debug_shows_a_harmless_traceback_and_keeps_the_status(guest, capfd, arguments, status):
    assert main(["--debug", *arguments]) == status
    err = capfd.readouterr().err
    assert "Traceback (most recent call last):\n" in err
    assert "\x1b" not in err


def test_colours_are_for_terminals_and_those_who_ask(guest, capfd, monkeypatch):
    main(["--color", "always", "add", "guest.xml"])
    assert "\x1b[32m" in capfd.readouterr().out
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    main(["detach-libvirt", "-q", "guest.xml"])
    monkeypatch.setenv("NO_COLOR", "1")
    main(["attach-libvirt", "guest.xml"])
    assert "\x1b" not in capfd.readouterr().out


def test_verbose_says_for_which_libvirt(guest, capfd):
    main(["-v", "--libvirt-version", "9.0.0", "add", "guest.xml"])
    assert "guest.xml: for libvirt 9.0.0" in capfd.readouterr().err


def test_a_file_that_is_taken_for_a_domain_is_pointed_at(guest, capfd):
    guest.rename(guest.with_name("guest"))
    main(["-c", "test:///default", "add", "guest"])
    assert "--file" in capfd.readouterr().err
