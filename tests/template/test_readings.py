"""Templates that are XML only with one arm of each choice at a time: all arms are looked at."""

import pytest

from chanfix.domain import Domain
from chanfix.lint.known.config import Config, chosen_rules
from chanfix.lint.run import Job, Run, Source
from chanfix.template import read_document
from chanfix.xml.edit import Safety

TEMPLATE = """\
<domain type='kvm'>
  <name>web</name>
  <devices>
{% if pty %}
    <channel type='pty'>
{% else %}
    <channel type='tcp'>
{% endif %}
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
    <console type='pty' tty='/dev/pts/1'/>
  </devices>
</domain>
"""
JOB = Job(chosen_rules(Config()))


def found_in(text):
    [report] = Run.lint([Source("a.xml.j2", text.encode)], JOB).reports
    return [(finding.rule, finding.place.start.line) for finding in report.findings]


def test_each_reading_shows_one_arm():
    document = read_document(TEMPLATE.encode(), "a.xml.j2")
    assert [Domain.of(reading).channels[0].type for reading in document.readings] == ["pty", "tcp"]


def test_findings_of_all_arms_are_united_and_said_once():
    assert found_in(TEMPLATE) == [("agent-not-unix", 5), ("agent-not-unix", 7), ("live-pty", 11)]


def test_all_arms_are_mended():
    mended = Run.lint([Source("a.xml.j2", TEMPLATE.encode)], JOB).fix(0, Safety.UNSAFE)
    assert mended.after.decode() == TEMPLATE.replace("pty'>", "unix'>").replace("tcp", "unix").replace(
        " tty='/dev/pts/1'", ""
    )
    assert mended.report.findings == ()


def test_arms_that_no_reading_makes_xml_of_are_said_so():
    assert found_in(TEMPLATE.replace("<channel type='pty'>", "<x>").replace("<channel type='tcp'>", "<y>")) == [
        ("template-not-lintable", 10)
    ]


@pytest.mark.parametrize("line", ["    <channel type='pty'>\n", "    <channel type='tcp'>\n"])
def test_a_comment_in_one_arm_suppresses_what_is_there(line):
    kind = "pty" if "pty" in line else "tcp"
    text = TEMPLATE.replace(line, f"    <!-- chanfix: ignore[agent-not-unix] {kind} -->\n{line}")
    assert [rule for rule, _ in found_in(text)] == ["agent-not-unix", "live-pty"]


def test_a_comment_that_every_reading_sees_is_unused_when_no_reading_uses_it():
    unused = TEMPLATE.replace("    <console", "    <!-- chanfix: ignore[live-alias] -->\n    <console")
    assert ("unused-suppression", 11) in found_in(unused)
    used = TEMPLATE.replace("    <console", "    <!-- chanfix: ignore[live-pty] -->\n    <console")
    assert [rule for rule, _ in found_in(used)] == ["agent-not-unix", "agent-not-unix"]


def test_graphics_in_an_arm_that_a_reading_hides_may_be_there():
    graphics = "<graphics {% if s %}type='spice'/>{% else %}type='vnc'><listen type='none'/></graphics>{% endif %}"
    spice = "<channel type='spicevmc'><target type='virtio' name='com.redhat.spice.0'/></channel>"
    text = f"<domain type='kvm'><name>w</name><devices>{graphics}{spice}</devices></domain>"
    assert found_in(text) == []
