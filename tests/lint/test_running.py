"""Where live state is right: in records, and in the text of a running domain where it is judged as one."""

import pytest

from chanfix.cli import main
from chanfix.domain import Domain, domains_in
from chanfix.lint.file import lint_domain
from chanfix.lint.rule import Facts
from chanfix.lint.rules import RULES
from chanfix.xml.document import Document

AGENT = "org.qemu.guest_agent.0"
DEFAULT = [rule for rule in RULES if rule.on_by_default]
LIVE = {rule.name for rule in RULES if rule.about_live_state}
# What the domain below has of it: no banner, labels or CPU.
FOUND = LIVE - {"autogen-header", "cpu-of-host", "seclabel-of-host"}


def body(path="/run/libvirt/qemu/channel/5-web/" + AGENT, name=AGENT):
    return (
        "<name>web</name><devices><interface type='network'>"
        "<source network='n' portid='0f3b0c1e-7a52-4a36-9d5e-1c1c7f1b2a3d'/><target dev='vnet0'/></interface>"
        "<console type='pty' tty='/dev/pts/1'/><channel type='unix'>"
        f"<source mode='bind' path='{path}'/><target type='virtio' name='{name}' state='connected'/>"
        "<alias name='channel0'/></channel></devices>"
    )


RUNNING = f"<domain type='kvm' id='5'>{body()}</domain>"
INACTIVE = f"<inactiveDomain type='kvm'>{body()}</inactiveDomain>"


def found(text, **facts):
    document = Document.parse(text.encode())
    return [
        {finding.rule for finding in lint_domain(domain, DEFAULT, Facts(**facts))} for domain in domains_in(document)
    ]


def test_live_state_is_what_these_rules_are_about():
    assert {rule.name for rule in RULES if rule.name.startswith("live-")} | {"path-live-generated"} <= LIVE
    assert found(RUNNING) == [FOUND]


@pytest.mark.parametrize("root", ["domainsnapshot", "domaincheckpoint", "domainbackup", "domstatus"])
def test_record_holds_live_state(root):
    assert found(f"<{root}>{RUNNING}</{root}>") == [set()]


@pytest.mark.parametrize("root", ["domains", "node"])
def test_list_of_dumps_is_no_record(root):
    assert found(f"<{root}>{RUNNING}{RUNNING}</{root}>") == [FOUND] * 2


@pytest.mark.parametrize("is_running", [False, True])
def test_definition_in_a_snapshot_holds_no_live_state(is_running):
    text = f"<domainsnapshot>{RUNNING}{INACTIVE}</domainsnapshot>"
    assert found(text, is_running=is_running) == [set(), FOUND - {"live-domain-id"}]


def test_other_faults_of_a_record_are_found():
    text = f"<domainsnapshot>{RUNNING.replace('unix', 'pty')}{INACTIVE.replace('unix', 'tcp')}</domainsnapshot>"
    assert ["agent-not-unix" in rules for rules in found(text)] == [True, True]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (f"<domainsnapshot>{INACTIVE}</domainsnapshot>", ["inactiveDomain"]),
        (f"<domainsnapshot>{INACTIVE.replace(' type=', ' kind=', 1)}</domainsnapshot>", ["inactiveDomain"]),
        (f"<domainsnapshot>{RUNNING}{RUNNING}</domainsnapshot>", ["domain", "domain"]),
        (f"<domainsnapshot>{RUNNING.replace('</domain>', RUNNING + '</domain>', 1)}</domainsnapshot>", ["domain"]),
        (f"<domainsnapshot>{RUNNING.replace('</domain>', INACTIVE + '</domain>', 1)}</domainsnapshot>", ["domain"]),
        (f"<domstatus>{INACTIVE}</domstatus>", []),
        (INACTIVE, []),
        ("<domainsnapshot><inactiveDomain type='kvm'/></domainsnapshot>", []),
        ("<domainsnapshot><domain><uuid>1</uuid></domain></domainsnapshot>", []),
    ],
    ids=[
        "definition-alone",
        "definition-without-type",
        "two",
        "domain-in-a-domain",
        "definition-in-a-domain",
        "definition-in-a-status",
        "definition-as-the-root",
        "empty-definition",
        "snapshot-of-an-old-libvirt",
    ],
)
def test_each_domain_of_a_record_is_judged_once_and_in_its_place(text, names):
    assert [domain.node.tag for domain in domains_in(Document.parse(text.encode()))] == names


@pytest.mark.parametrize(
    ("number", "is_running"), [("0", True), ("12", True), ("", False), ("-1", False), ("x", False)]
)
def test_running_domain_has_a_number_as_its_id(number, is_running):
    document = Document.parse(f"<domain type='kvm' id='{number}'><devices/></domain>".encode())
    assert Domain.of(document).is_running is is_running


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def write(text, name="web.xml"):
        (tmp_path / name).write_text(text)
        return name

    return write


@pytest.mark.parametrize(
    ("options", "config", "status"),
    [([], "", 1), (["--running"], "", 0), ([], "running = true\n", 0), ([], "running = false\n", 1)],
)
def test_lint_leaves_live_state_out_where_it_is_told_to(file, options, config, status):
    file(config, "chanfix.toml")
    assert main(["lint", "--ignore", "domain-schema", *options, file(RUNNING)]) == status


def test_suppression_of_live_state_is_not_unused_where_the_domains_run(file, capfd):
    text = RUNNING.replace("<alias", "<!-- chanfix: ignore[live-alias] a dump -->\n<alias")
    assert main(["lint", "--no-config", "--ignore", "domain-schema", "--running", file(text)]) == 0
    assert "unused-suppression" not in capfd.readouterr().out


def test_running_is_for_files(capfd):
    assert main(["-c", "test:///default", "lint", "--running"]) == 2
    assert "--running is for files" in capfd.readouterr().err


def test_check_finds_the_channel_of_a_running_domain_right(file, capfd):
    assert main(["check", file(RUNNING)]) == 0
    assert capfd.readouterr().out == f"web.xml:1: the channel '{AGENT}' is there and right, of a running domain\n"


def test_check_finds_other_faults_of_a_running_domain(file, capfd):
    assert main(["check", file(RUNNING.replace("'unix'", "'pty'"))]) == 1
    assert "[agent-not-unix]" in capfd.readouterr().out


def test_add_leaves_the_right_channel_of_a_running_domain_alone(file, capfd, tmp_path):
    assert main(["add", "--check", file(RUNNING)]) == 0
    assert main(["add", "web.xml"]) == 0
    assert (
        capfd.readouterr().out.splitlines()
        == [f"web.xml: unchanged: the channel '{AGENT}', which is there, of a running domain"] * 2
    )
    assert (tmp_path / "web.xml").read_text() == RUNNING


def test_add_repairs_a_running_domain_as_a_definition(file, capfd, tmp_path):
    assert main(["add", file(RUNNING.replace("'unix'", "'pty'"))]) == 0
    assert "id 5" in capfd.readouterr().err
    repaired = (tmp_path / "web.xml").read_text()
    assert "<channel type='unix'>" in repaired
    assert "/run/libvirt" not in repaired


def test_detach_and_attach_give_the_bytes_of_a_running_domain_back(file, capfd, tmp_path):
    assert main(["detach-libvirt", file(RUNNING)]) == 0
    said = capfd.readouterr().err
    assert "the text is that of a running domain (id 5)" in said
    assert "the socket on the host is" not in said
    assert main(["attach-libvirt", "web.xml"]) == 0
    assert "still wrong" not in capfd.readouterr().err
    assert (tmp_path / "web.xml").read_text() == RUNNING
