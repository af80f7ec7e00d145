"""Passwords of a definition: in nothing that is printed or reported, and in files that others cannot read."""

import os
import stat
from pathlib import Path

import pytest
from every_command import AUDIT_FORMATS, FORMATS, ON_CONNECTIONS, ON_FILES, name_of

from chanfix.cli import main

SECRET = "correct-horse-battery"
UUID = "6695eb01-f6a4-8304-79aa-97f2502e193f"
# A secret on the line of each thing that is reported, so that an excerpt would show it.
DOMAIN = f"""\
<domain type='KIND' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <name>web</name><uuid>{UUID}</uuid><memory>65536</memory><os><type>hvm</type></os>
  <devices>
    <graphics type='vnc' port='-1' passwd='{SECRET}'/><channel type='pty'>
      <target type='virtio' name='org.qemu.guest_agent.0'/></channel>
    <graphics type='spice' port='-1' passwd="{SECRET}"/>
    <disk type='network' device='disk'><source protocol='https' name='x'><host name='h' port='1'/>
      <cookies><cookie name='a'>{SECRET}</cookie></cookies></source><target dev='vda' bus='virtio'/></disk>
    <channel type='unix'><source mode='connect' path='/tmp/a'/><target type='virtio' name='other.0'/></channel>
  </devices>
  <qemu:commandline><qemu:arg value='-object'/><qemu:arg value='secret,id=a,data={SECRET}'/></qemu:commandline>
</domain>
"""
BROKEN = {
    "whole": lambda text: text,
    "cut off behind the secret": lambda text: text[: text.index(SECRET) + len(SECRET) + 9],
    "cut off in the secret": lambda text: text[: text.index(SECRET) + len(SECRET)],
    "a quote missing": lambda text: text.replace(f"'{SECRET}'", f"{SECRET}'", 1),
    "a byte that is no text": lambda text: text.replace("name='other.0'", "name='\udcff'"),
    "a bad reference beside it": lambda text: text.replace("port='-1'", "port='&x;'", 1),
}


def survives(what, outcome):
    return pytest.mark.survival("Secrets", what, outcome)


@pytest.fixture
def uri(uri_of):
    return uri_of(DOMAIN.replace("KIND", "test"))


@survives(
    "passwords, cookies and QEMU secrets in a file, whole or broken, by every command, with `--debug`",
    "printed nowhere",
)
@pytest.mark.parametrize("how", BROKEN)
def test_no_command_on_a_file_prints_a_secret(folder, capfd, how, tried):
    text = BROKEN[how](DOMAIN.replace("KIND", "kvm"))
    said = ""
    for command in ON_FILES:
        Path("guest.xml").write_bytes(text.encode(errors="surrogateescape"))
        main([*command, "--debug", "-v", "guest.xml"])
        said += "".join(capfd.readouterr())
        assert (name_of(command), SECRET in said) == (name_of(command), False)
    assert how != "whole" or "passwd='***'" in said
    assert SECRET not in Path("known.json").read_text()
    tried(len(ON_FILES))


@survives("the same in a stored definition, by every command, with `--debug`", "printed nowhere")
def test_no_command_on_a_connection_prints_a_secret(uri, capfd, tried):
    for command in ON_CONNECTIONS:
        main([*command, "--debug", "-v", "-c", uri, *(["web"] if command[0] != "audit" else [])])
        out, err = capfd.readouterr()
        assert out + err
        assert (name_of(command), SECRET in out + err) == (name_of(command), False)
    tried(len(ON_CONNECTIONS))


@survives("the same in what is written with `--output`, as each format of `lint` and `audit`", "not written")
def test_no_report_holds_a_secret(uri, tried):
    Path("guest.xml").write_text(DOMAIN.replace("KIND", "kvm"))
    for name in FORMATS:
        main(["lint", "guest.xml", "--output-format", name, "--output", "report"])
        assert SECRET not in Path("report").read_text()
    for name in AUDIT_FORMATS:
        main(["audit", "-c", uri, "--output-format", name, "--output", "report"])
        assert SECRET not in Path("report").read_text()
    main(["audit", "-c", uri, "--state", "state.json", "--output", "report"])
    assert SECRET not in Path("state.json").read_text()
    tried(len(FORMATS) + len(AUDIT_FORMATS) + 1)


@survives(
    "a definition with a password that is replaced, under a umask of 0", "in a backup that only its owner can read"
)
def test_a_backup_is_for_its_owner_alone(uri, folder):
    umask = os.umask(0)
    try:
        assert main(["-q", "-c", uri, "add", "web"]) == 0
    finally:
        os.umask(umask)
    [backup] = folder.glob("state/chanfix/backups/*/*/*.xml")
    assert SECRET in backup.read_text()
    for path in (backup, *backup.parents[:4]):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


@survives(
    "a file with a password, open to its owner alone, that is rewritten under a umask of 0", "open to its owner alone"
)
@pytest.mark.parametrize("command", [["add"], ["lint", "--fix", "--unsafe-fixes"]], ids=["add", "lint"])
def test_a_rewritten_file_is_no_more_open_than_before(folder, command):
    path = Path("guest.xml")
    path.write_text(DOMAIN.replace("KIND", "kvm"))
    path.chmod(0o600)
    before = path.read_bytes()
    umask = os.umask(0)
    try:
        main([*command, "guest.xml"])
    finally:
        os.umask(umask)
    assert path.read_bytes() != before
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
