"""Which domains have an agent that libvirt talks to: a matter of the type, and of the version where that changed."""

import pytest

from chanfix.domain import Domain
from chanfix.domain.versions import BHYVE_AGENTS, HYPERV_OF_QEMU, NEWEST, Version
from chanfix.errors import InputError
from chanfix.lint.file import lint_domain
from chanfix.lint.rule import Facts
from chanfix.lint.rules import RULES
from chanfix.rewrite.add import add
from chanfix.rewrite.plan import Wish
from chanfix.status.health import PortToAsk, Seen, examine
from chanfix.status.verdict import Verdict
from chanfix.xml.document import Document

PATH = "/var/run/agents/build.sock"
CHANNEL = f"""
    <channel type='unix'>
      <source mode='bind' path='{PATH}'/>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>"""

# Type, libvirt, and whether it talks to an agent there: None where the type does not tell.
DRIVERS = [
    ("kvm", "1.0.0", True),
    ("lxc", str(NEWEST), False),
    ("xen", str(NEWEST), False),
    ("{{ engine }}", "9.0.0", True),
    ("nonsense", str(NEWEST), None),
    ("hyperv", "11.9.0", False),
    ("hyperv", "11.10.0", True),
    ("bhyve", "12.3.0", False),
    ("bhyve", "12.4.0", True),
    ("bhyve", str(NEWEST), True),
]
each = pytest.mark.parametrize(("kind", "version", "has_agent"), DRIVERS)


def document(kind, channel=CHANNEL):
    xml = f"<domain type='{kind}'>\n  <name>build</name>\n  <devices>{channel}\n  </devices>\n</domain>\n"
    return Document.parse(xml.encode()) if "{" not in kind else read_template(xml)


def read_template(xml):
    from chanfix.template import read_document

    return read_document(xml.encode(), "build.xml.j2")


def found(kind, version, channel=CHANNEL):
    findings = lint_domain(Domain.of(document(kind, channel)), RULES, Facts(version=Version.parse(version)))
    return {finding.rule: finding for finding in findings}


@each
def test_agent_channel_is_wrong_where_libvirt_has_no_agent(kind, version, has_agent):
    assert ("agent-wrong-driver" in found(kind, version)) == (has_agent is False)


@each
def test_channel_is_added_where_libvirt_has_an_agent(kind, version, has_agent):
    wish = Wish(path=PATH, version=Version.parse(version))
    if has_agent:
        assert b"org.qemu.guest_agent.0" in add(document(kind, ""), wish).data
        return
    with pytest.raises(InputError, match=f"type '{kind}'; libvirt {version} talks to no guest agent there"):
        add(document(kind, ""), wish)


@each
def test_status_asks_an_agent_that_libvirt_has(kind, version, has_agent):
    if "{" in kind:
        pytest.skip("no libvirt stores a template")
    there = document(kind)
    seen = Seen("build", there, there, is_paused=False, version=Version.parse(version))
    outcome = examine(seen)
    assert isinstance(outcome, PortToAsk) if has_agent else outcome.verdict is Verdict.NOT_QEMU


def test_channel_of_bhyve_is_added_with_a_path_only():
    with pytest.raises(InputError, match="not known to make a path") as caught:
        add(document("bhyve", ""), Wish())
    assert caught.value.hint == "give one with --path"


def test_path_of_bhyve_is_left_alone():
    rules = found("bhyve", str(NEWEST))
    assert "path-hardcoded" not in rules
    exposed = found("bhyve", str(NEWEST), CHANNEL.replace("/var/run/", "/tmp/"))["path-exposed"]
    assert exposed.fix is None


def test_missing_channel_is_reported_for_types_that_may_be_qemus():
    assert "agent-missing" in found("hyperv", "11.10.0", "")
    assert "agent-missing" not in found("hyperv", "11.9.0", "")
    assert "agent-missing" not in found("bhyve", str(NEWEST), "")


def test_what_was_never_seen_running_is_marked_as_read():
    assert HYPERV_OF_QEMU.is_read
    assert BHYVE_AGENTS.is_read
