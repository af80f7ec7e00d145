"""``--ask-libvirt`` as the shell sees it, on the libvirt that is installed here."""

import io
import json
import shutil
import sys

import pytest

from chanfix.audit.auditor import Auditor
from chanfix.cli import main
from chanfix.cli.asking import refuse_what_libvirt_refuses
from chanfix.errors import HostError, InputError
from chanfix.host.host import DomainRef
from chanfix.lint.rules import RULES
from chanfix.lint.run import Job
from chanfix.xml.document import Document

pytestmark = pytest.mark.embed

GOOD = """\
<domain type='qemu'>
  <name>web</name>
  <memory unit='MiB'>64</memory>
  <os><type arch='x86_64' machine='pc'>hvm</type></os><features><acpi/></features>
  <devices>
    <channel type='unix'>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
  </devices>
</domain>
"""
TWICE = GOOD.replace(
    "    <channel",
    "    <disk type='file'><source file='/a'/><target dev='sda' bus='sata'/></disk>\n"
    "    <disk type='file'><source file='/b'/><target dev='sda' bus='scsi'/></disk>\n    <channel",
)
LOST = GOOD.replace("<devices>", "<devices>\n    <sevice/>")
BLANK = GOOD.replace("guest_agent.0'", "guest_agent.0 '")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch, installed_driver):
    """A folder with texts, and the cache of the others in its place."""
    cache = tmp_path / "cache" / "chanfix" / "qemu"
    cache.parent.mkdir(parents=True)
    shutil.copytree(installed_driver.cache, cache)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    texts = tmp_path / "texts"
    texts.mkdir()
    monkeypatch.chdir(texts)
    return texts


def write(folder, **texts):
    for name, text in texts.items():
        (folder / f"{name}.xml").write_text(text)


def test_refusal_of_standard_input_names_both_places_and_the_libvirt(monkeypatch, capfd, installed_libvirt):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TWICE.encode())))
    assert main(["lint", "--select", "libvirt-refuses", "--ask-libvirt", "-"]) == 1
    asked = installed_libvirt.asked
    out = capfd.readouterr().out
    assert out.startswith(
        f"-:7:55: error[libvirt-refuses] libvirt {asked.libvirt} refuses this: XML error: target 'sda'"
    )
    assert "-:6:55: a part of the same fault" in out
    assert out.endswith(f"asked libvirt {asked.libvirt} with QEMU {asked.qemu}\n")


def test_report_in_json_names_what_was_asked_and_what_was_not(folder, capfd, installed_libvirt):
    write(folder, good=GOOD, lost=LOST, xen=GOOD.replace("'qemu'", "'xen'"))
    assert main(["lint", "--select", "libvirt-drops", "--ask-libvirt", "--output-format", "json"]) == 1
    report = json.loads(capfd.readouterr().out)
    asked = installed_libvirt.asked
    assert report["libvirt"] == {"version": asked.libvirt, "qemu": asked.qemu, "not_asked": 1}
    assert [file["not_asked"] is None for file in report["files"]] == [True, True, False]
    assert [[finding["rule"] for finding in file["findings"]] for file in report["files"]] == [
        [],
        ["libvirt-drops"],
        [],
    ]


def test_reason_why_a_file_was_not_asked_about_is_shown_with_verbose(folder, capfd):
    write(folder, xen=GOOD.replace("'qemu'", "'xen'"))
    main(["lint", "--select", "libvirt-drops", "--ask-libvirt", "-v"])
    captured = capfd.readouterr()
    assert "about all but 1 file" in captured.out
    assert "xen.xml: libvirt was not asked: its type is 'xen'" in captured.err


def test_statistics_name_the_libvirt(folder, capfd, installed_libvirt):
    write(folder, good=GOOD)
    assert main(["lint", "--ask-libvirt", "--statistics"]) == 0
    assert f"asked libvirt {installed_libvirt.asked.libvirt}" in capfd.readouterr().out


def test_configuration_may_ask_on_the_command_line(folder, capfd):
    write(folder, lost=LOST)
    (folder / "chanfix.toml").write_text("select = ['libvirt-drops']\nask-libvirt = true\n")
    assert main(["lint"]) == 1
    assert "libvirt-drops" in capfd.readouterr().out


def test_rules_of_an_installed_libvirt_are_refused_without_the_option(folder, capfd):
    write(folder, good=GOOD)
    assert main(["lint", "--select", "libvirt-refuses"]) == 2
    assert "add --ask-libvirt" in capfd.readouterr().err


def test_nothing_is_asked_without_the_option(folder, capfd):
    write(folder, lost=LOST)
    main(["lint"])
    assert "libvirt-drops" not in capfd.readouterr().out


def test_missing_libvirt_is_one_sentence_and_the_other_findings_are_there(folder, capfd, monkeypatch):
    write(folder, blank=BLANK)
    monkeypatch.setattr("chanfix.oracle.process.find_spec", lambda name: None)
    monkeypatch.setattr("chanfix.oracle.process._SYSTEM_PYTHON", "/nonexistent")
    assert main(["lint", "--ask-libvirt", "--exit-zero"]) == 3
    captured = capfd.readouterr()
    assert "agent-name-whitespace" in captured.out
    assert captured.err.splitlines() == [
        "chanfix: libvirt cannot be asked: its Python binding is not installed",
        "  hint: install python3-libvirt, or pip install 'chanfix[libvirt]'",
    ]


def test_failure_in_the_middle_is_status_three_and_the_other_findings_are_there(folder, capfd, monkeypatch):
    write(folder, blank=BLANK)

    def fail(*_, **__):
        raise HostError("libvirt cannot be asked any more: No space left on device")

    monkeypatch.setattr("chanfix.oracle.driver.Driver.ask", fail)
    assert main(["lint", "--ask-libvirt", "-v"]) == 3
    captured = capfd.readouterr()
    assert "agent-name-whitespace" in captured.out
    assert "No space left on device" in captured.err


def test_fixed_text_is_asked_about_again(folder, capfd):
    write(folder, lost=LOST.replace("guest_agent.0'", "guest_agent.0 '"))
    assert main(["lint", "--ask-libvirt", "--fix", "--select", "agent,libvirt-drops"]) == 1
    assert "1 fixed" in capfd.readouterr().out


def test_add_asks_before_a_file_is_written(folder, capfd):
    text = GOOD.replace("<channel", "<chanel").replace("</channel", "</chanel")
    write(folder, good=GOOD, old=text)
    assert main(["add", "--ask-libvirt", "old.xml"]) == 0
    captured = capfd.readouterr()
    assert "as before, libvirt" in captured.err
    assert "org.qemu.guest_agent.0" in (folder / "old.xml").read_text()


def test_add_refuses_what_libvirt_would_refuse_only_then(installed_libvirt):
    before = Document.parse(GOOD.encode())
    with pytest.raises(InputError, match=r"not done, since libvirt .* refuses this: .*'sda'") as raised:
        refuse_what_libvirt_refuses(installed_libvirt, "web.xml", before, TWICE.encode())
    assert raised.value.position.line == 7


def test_add_on_a_connection_does_not_take_the_option(capfd):
    assert main(["-c", "test:///default", "add", "--ask-libvirt", "test"]) == 2
    assert "for files" in capfd.readouterr().err


class StoredTwice:
    """A host with one domain, which it never starts."""

    uri = "qemu+ssh://far/system"
    version = (9, 0, 0)
    qemu = None

    def refs(self):
        return [DomainRef("web", "8a1f3b1e-0c6d-4d0e-9a52-0d3b7a3c5f01")]

    def public_xml(self, ref):
        return TWICE.encode()


def test_audit_asks_about_stored_domains(installed_libvirt):
    rules = tuple(rule for rule in RULES if rule.asks_libvirt)
    auditor = Auditor(None, Job(rules, judge=installed_libvirt), 1.0, 1.0, 1)
    [report] = auditor._lint(StoredTwice(), StoredTwice().refs())
    assert [finding.rule for finding in report.findings] == ["libvirt-refuses"]


def test_audit_counts_what_libvirt_refuses_and_names_it(folder, capfd, installed_libvirt):
    # libvirt's test driver knows no machine types.
    domains = [GOOD, GOOD.replace("web", "old").replace("'pc'", "'pc-never'"), GOOD.replace("web", "two")]
    (folder / "node.xml").write_text(f"<node>{''.join(domains)}</node>")
    command = ["audit", "-c", f"test://{folder}/node.xml", "--no-config", "--ask-libvirt", "--exit-zero"]
    assert main([*command, "--output-format", "json"]) == 0
    report = json.loads(capfd.readouterr().out)
    [place] = report["refusals"]
    assert place["asked"] == report["hosts"][0]["asked"] == installed_libvirt.asked._asdict()
    assert (place["target"], place["judged"], place["refused"]) == (None, 3, 1)
    [cause] = place["causes"]
    assert [named["name"] for named in cause["named"]] == ["old"]
    assert main(command) == 0
    asked = installed_libvirt.asked
    words = f"refused by libvirt {asked.libvirt} with QEMU {asked.qemu}, which was asked: 1 of 3 domains\n"
    assert words in capfd.readouterr().out


def test_audit_says_that_libvirt_is_missing(monkeypatch, capfd):
    monkeypatch.setattr("chanfix.oracle.process.find_spec", lambda name: None)
    monkeypatch.setattr("chanfix.oracle.process._SYSTEM_PYTHON", "/nonexistent")
    assert main(["audit", "-c", "test:///default", "--ask-libvirt", "--exit-zero"]) == 3
    captured = capfd.readouterr()
    assert "binding is not installed" in captured.err
    assert "test" in captured.out
