"""The commands on a connection: libvirt's own test driver, with a node file per test."""

import os
import re
import shlex
import stat
import sys
import time
from pathlib import Path

import pytest

from chanfix.cli import main
from chanfix.host.libvirt.connection import LibvirtHost

libvirt = pytest.importorskip("libvirt", reason="libvirt-python is not installed: pip install 'chanfix[libvirt]'")

NODE = """\
<node>
  <domain type='test'>
    <name>web</name>
    <uuid>6695eb01-f6a4-8304-79aa-97f2502e193f</uuid>
    <memory>65536</memory>
    <os><type>hvm</type></os>
    <devices><graphics type='vnc' port='-1' passwd='geheim'/></devices>
  </domain>
  <domain type='test'>
    <name>db</name>
    <uuid>ef861801-45b9-11cb-88e3-afbfe5370493</uuid>
    <memory>65536</memory>
    <os><type>hvm</type></os>
    <devices>
      <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
    </devices>
  </domain>
</node>
"""


@pytest.fixture
def uri(tmp_path, monkeypatch):
    node = tmp_path / "node.xml"
    node.write_text(NODE)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir("/")
    return f"test://{node}"


def backups(folder):
    return sorted(folder.glob("state/chanfix/backups/*/*/*.xml"))


def test_add_shows_the_diff_defines_and_says_how_to_undo(uri, tmp_path, capfd):
    assert main(["-c", uri, "add", "web", "--diff"]) == 0
    out, err = capfd.readouterr()
    assert "+      <target type='virtio' name='org.qemu.guest_agent.0'/>" in out
    assert "web: added the channel 'org.qemu.guest_agent.0'" in out
    [backup] = backups(tmp_path)
    assert f"the old definition is in {backup}; chanfix -c {uri} undo web puts it back" in err
    assert "geheim" not in out + err


def test_the_backup_holds_the_password_and_nobody_else_can_read_it(uri, tmp_path):
    main(["-q", "-c", uri, "add", "web"])
    [backup] = backups(tmp_path)
    assert "passwd='geheim'" in backup.read_text()
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600


@pytest.mark.parametrize(("mode", "status"), [("--dry-run", 0), ("--check", 1)])
def test_looking_defines_nothing_and_saves_nothing(uri, tmp_path, capfd, mode, status):
    assert main(["-c", uri, "add", "web", mode]) == status
    assert "web: would add the channel" in capfd.readouterr().out
    assert backups(tmp_path) == []


def test_all_takes_every_domain_and_tells_of_each(uri, capfd):
    assert main(["-c", uri, "add", "--all"]) == 0
    out = capfd.readouterr().out
    assert "web: added the channel" in out
    assert "db: unchanged: the channel 'org.qemu.guest_agent.0', which is there" in out


def test_check_reads_what_is_stored(uri, capfd):
    assert main(["-c", uri, "check", "db"]) == 0
    assert main(["check", "-c", uri, "--all"]) == 1
    assert capfd.readouterr().out.splitlines() == [
        "db: the channel 'org.qemu.guest_agent.0' is there and right; the running domain has it too",
        "db: the channel 'org.qemu.guest_agent.0' is there and right; the running domain has it too",
        "web: no channel 'org.qemu.guest_agent.0'",
    ]


def test_a_domain_is_found_by_its_uuid(uri, capfd):
    assert main(["-c", uri, "check", "ef861801-45b9-11cb-88e3-afbfe5370493"]) == 0


def test_an_unknown_name_gets_a_near_one_suggested(uri, capfd):
    assert main(["-c", uri, "add", "wbe"]) == 3
    err = capfd.readouterr().err
    assert err.startswith("chanfix: wbe: ")
    assert "'web'" in err


def test_the_way_back_works_for_a_domain_that_is_named_like_an_option(tmp_path, uri, capfd):
    (tmp_path / "node.xml").write_text(NODE.replace("<name>web", "<name>-q"))
    assert main(["-c", uri, "add", "--", "-q"]) == 0
    undo = re.search("; (chanfix .*) puts it back", capfd.readouterr().err)[1]
    assert main(shlex.split(undo)[1:]) == 3
    # Each connection to the test driver is a new host: there the domain is as it was.
    assert "there is no backup of domain '-q' to put back" in capfd.readouterr().err


@pytest.mark.parametrize(("options", "is_shown"), [([], True), (["-q"], False), (["-q", "--diff"], True)])
@pytest.mark.parametrize("mode", [[], ["--dry-run"]])
def test_quiet_shows_a_diff_only_where_it_is_asked_for(uri, capfd, options, is_shown, mode):
    assert main(["-c", uri, "add", "web", *options, *mode]) == 0
    assert ("+      <target type='virtio'" in capfd.readouterr().out) == is_shown


def test_quiet_undo_shows_nothing(uri, tmp_path, capfd):
    main(["-q", "-c", uri, "add", "web"])
    (tmp_path / "node.xml").write_text(NODE.replace("65536", "131072"))
    assert main(["-c", uri, "undo", "web", "--dry-run"]) == 0
    assert "+  <memory unit='KiB'>65536</memory>" in capfd.readouterr().out
    assert main(["-q", "-c", uri, "undo", "web"]) == 0
    assert capfd.readouterr() == ("", "")


def test_undo_without_a_backup_says_so(uri, capfd):
    assert main(["-c", uri, "undo", "web"]) == 3
    assert "there is no backup of domain 'web'" in capfd.readouterr().err


def test_interrupted_change_says_how_to_find_out_what_became_of_it(uri, monkeypatch, capfd):
    def interrupt(host, xml, *, validate):
        raise KeyboardInterrupt

    monkeypatch.setattr(LibvirtHost, "define", interrupt)
    assert main(["-c", uri, "-q", "add", "web"]) == 130
    err = capfd.readouterr().err
    assert "web: interrupted while it was being changed: what is stored and what runs may be old or new" in err
    assert f"chanfix -c {uri} check web tells; chanfix -c {uri} undo web puts back" in err


@pytest.mark.parametrize("command", ["add", "check", "guest-config"])
def test_an_unknown_name_that_is_a_files_is_taken_for_one_on_demand(uri, tmp_path, monkeypatch, capfd, command):
    monkeypatch.chdir(tmp_path)
    Path("wbe").touch()
    assert main(["-c", uri, command, "wbe"]) == 3
    assert "a file of that name is here" in capfd.readouterr().err


def test_a_file_that_is_named_like_the_domain_does_not_take_the_hint_of_what_failed(uri, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    Path("web").touch()
    assert main(["-c", uri, "attach-libvirt", "web"]) == 3
    assert "hint: chanfix add puts the agent channel in place" in capfd.readouterr().err


def test_an_unreachable_connection_gets_one_sentence(capfd):
    assert main(["-c", "test:///nowhere/node.xml", "check", "web"]) == 3
    err = capfd.readouterr().err
    assert "test:///nowhere/node.xml" in err
    assert "Traceback" not in err


def test_a_dead_connection_is_tried_once_for_all_domains(silent, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    Path("a").touch()
    start = time.monotonic()
    assert main(["--timeout", "3", "-c", silent, "add", "a", "b", "c"]) == 3
    assert time.monotonic() - start < 9  # what three tries would take
    errors = capfd.readouterr().err.splitlines()
    failed = f"'{silent}' gave no answer within 3 seconds"
    assert errors[::2] == [f"chanfix: a: {failed}", f"chanfix: b: {failed}", f"chanfix: c: {failed}"]
    # The file 'a' has nothing to do with the others.
    assert ["a file of that name is here" in hint for hint in errors[1::2]] == [True, False, False]


def test_without_libvirt_python_the_extra_and_the_packages_are_named(monkeypatch, capfd):
    monkeypatch.setitem(sys.modules, "libvirt", None)
    assert main(["check", "web"]) == 3
    err = capfd.readouterr().err
    assert "chanfix[libvirt]" in err
    assert "libvirt-dev" in err


def completed(uri, incomplete, monkeypatch, capfd):
    monkeypatch.setenv("_CHANFIX_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", f"chanfix -c {uri} check {incomplete}")
    monkeypatch.setenv("COMP_CWORD", "4")
    main([])
    return capfd.readouterr().out.splitlines()


def test_domain_names_are_completed(uri, monkeypatch, capfd):
    assert "plain,web" in completed(uri, "w", monkeypatch, capfd)


def test_a_name_that_a_shell_would_not_take_as_it_is_is_not_completed(uri, tmp_path, monkeypatch, capfd):
    names = [
        "web.example+1:a_b-c@d",
        "büro",
        "$(reboot)",
        "*",
        "a b",
        "-q",
        "a\u202eb",
        "a;b",
        "`x`",
        "a'b",
        "~",
        "a\\b",
    ]
    one = NODE[NODE.index("  <domain") : NODE.index("</domain>")] + "</domain>"
    domains = [
        one.replace("<name>web", f"<name>{name}").replace("6695eb01", f"{number:08}")
        for number, name in enumerate(names)
    ]
    (tmp_path / "node.xml").write_text(f"<node>{''.join(domains)}</node>")
    assert completed(uri, "", monkeypatch, capfd) == ["file,", "plain,büro", "plain,web.example+1:a_b-c@d"]


def test_completion_offers_files_when_there_is_no_libvirt(monkeypatch, capfd):
    monkeypatch.setenv("_CHANFIX_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "chanfix -c qemu+unix:///system?socket=/nowhere check w")
    monkeypatch.setenv("COMP_CWORD", "4")
    main([])
    out, err = capfd.readouterr()
    assert out.splitlines() == ["file,w"]
    assert err == ""


def test_the_state_folder_is_in_the_home_unless_told_otherwise(uri, tmp_path, monkeypatch):
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    main(["-q", "-c", uri, "add", "web"])
    assert os.listdir(tmp_path / ".local" / "state" / "chanfix") == ["backups"]
