"""Comments that suppress what is found: where they stand, that they do it, and that nothing else changes."""

import json
import re
from functools import partial

import pytest

from chanfix.lint.finding import Severity
from chanfix.lint.ignoring.comments import REASON
from chanfix.lint.known.baseline import Baseline, dump
from chanfix.lint.known.config import Config, chosen_rules
from chanfix.lint.run import Job, Run, Source

JOB = Job(chosen_rules(Config()))
COMMENT = re.compile(r"<!-- chanfix: ignore\[[a-z0-9-]+(, [a-z0-9-]+)*\] " + re.escape(REASON) + " -->")
AGENT = "<target type='virtio' name='org.qemu.guest_agent.0'/>"


def ignored(text, name="a.xml", job=JOB):
    """Return what comes of a text, after a look at it that finds what is left and nothing else."""
    data = text if isinstance(text, bytes) else text.encode()
    result = Run.lint([Source(name, partial(bytes, data))], job).ignore(0)
    assert result.file.before == data
    [again] = Run.lint([Source(name, partial(bytes, result.file.after))], job).reports
    left = result.file.report
    assert [(one.rule, one.place.span, one.message) for one in again.findings] == [
        (one.rule, one.place.span, one.message) for one in left.findings
    ]
    assert again.suppressed == left.suppressed
    return result


def written(text, name="a.xml", job=JOB):
    """Return a text with its comments, ``A(RULE, ...)`` in the place of each."""
    after = ignored(text, name, job).file.after.decode()
    return COMMENT.sub(lambda match: "A(" + re.search(r"\[(.*)\]", match[0])[1] + ")", after)


def unmarked(text):
    """Return a text without the marks of comments, which are lines of their own or stand in one."""
    return re.sub(r"(?<![^\r\n\ufeff])[ \t]*A\([^)]*\)(?:\r\n|\r|\n)| ?A\([^)]*\)", "", text)


ABOVE = """\
<domain type='kvm'>
  <name>a</name>
  <devices>
    A(agent-not-unix)
    <channel type='pty'>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
  </devices>
</domain>
"""
TOGETHER = """\
<domain type='kvm'>
  <devices>
    <channel type='unix'>
      A(mode-missing, path-exposed)
      <source path='/tmp/x.sock'/>
      <target type='virtio' name='x'/>
    </channel>
  </devices>
</domain>
"""
TEXT_OF_AN_ELEMENT = """\
<domain type='kvm'>
  A(memory-unit)
  <memory>1</memory>
  <devices/>
</domain>
"""
TABS = ABOVE.replace("    A", "\t\tA").replace("    <channel", "\t\t<channel")
DEVICES = """\
<domain type='kvm' id='3'> A(live-domain-id)
  <name>a</name>
  <devices/>
</domain>
"""
BEHIND = """\
<domain type='kvm'>
  <devices><channel type='pty'> A(agent-not-unix)
    <target type='virtio' name='org.qemu.guest_agent.0'/></channel></devices>
</domain>
"""
SEVERAL_LINES = """\
<?xml version='1.0'?>
<domain type='kvm'>
  <devices>
    A(agent-not-unix)
    <channel
      type='pty'
      >
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
  </devices>
</domain>
"""
LAST_LINE_OF_A_TAG = """\
<domain type='kvm'>
  <devices><channel type='unix'>A(mode-missing)<source
    path='/tmp/x.sock'/>A(path-exposed)<target type='virtio'
    name='x'/></channel></devices>
</domain>
"""
OTHER_COMMENT = """\
<domain type='kvm'>
  <devices>
    <!-- chanfix: ignore[path-exposed] meant -->
    A(agent-not-unix)
    <channel type='pty'> <!-- note -->
      <target type='virtio' name='org.qemu.guest_agent.0'/>
      <source path='/tmp/x.sock' mode='bind'/>
    </channel>
  </devices>
</domain>
"""
COMMENTED_OUT = """\
<domain type='kvm'>
  <devices>
    A(agent-commented-out)
    <!-- <channel type='unix'>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel> -->
    <memballoon model='none'/>
  </devices>
</domain>
"""
ROOT_ON_SEVERAL_LINES = """\
A(live-domain-id)
<domain type='kvm'
  id='3'
  >
  <devices/>
</domain>
"""
AFTER_A_TEMPLATE_TAG = """\
<domain type='kvm' id='3'>A(live-domain-id){% if true %}
  <devices/>
{% endif %}</domain>
"""
ARMS = """\
<domain type='kvm'>
  <devices>
    {% if a %}
    A(agent-not-unix)
    <channel type='pty'>
    {% else %}
    A(agent-not-unix)
    <channel type='tcp'>
    {% endif %}
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
    {{ more }}
  </devices>
</domain>
"""
LOOP = """\
<domain type='kvm'>
  <devices>
    {% for one in all %}<channel type='pty'> A(agent-not-unix)
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>{% endfor %}
  </devices>
</domain>
"""
CASE = """\
<domain type='kvm'>
  <devices>
    <% case kind %>
    <% when 'a' %>
    A(agent-not-unix)
    <channel type='pty'>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
    <% end %>
  </devices>
</domain>
"""
STYLESHEET = """\
<xsl:stylesheet version='1.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform'>
  <xsl:template match='/domain/devices'>
    <devices>
      A(agent-not-unix)
      <channel type='pty'>
        <target type='virtio' name='org.qemu.guest_agent.0'/>
      </channel>
    </devices>
  </xsl:template>
</xsl:stylesheet>
"""
MARKDOWN = """\
# Guests

```xml
<channel type='pty'> A(agent-not-unix)
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
```
"""
SHELL = """\
virsh define /dev/stdin <<X
<domain type="kvm">
  <name>$1</name>
  <devices>
    A(agent-not-unix)
    <channel type="pty">
      <target type="virtio" name="org.qemu.guest_agent.0"/>
    </channel>
  </devices>
</domain>
X
"""
LINE = """\
echo "<channel type='pty'>A(agent-not-unix)<target type='virtio' name='org.qemu.guest_agent.0'/></channel>" > a.xml
"""
YAML = """\
- copy:
    content: |
      <domain type="kvm">
        <devices>
          A(agent-not-unix)
          <channel type="pty">
            <target type="virtio" name="org.qemu.guest_agent.0"/>
          </channel>
        </devices>
      </domain>
"""
TWO_DOCUMENTS = ABOVE + ABOVE

CASES = {
    "above": ("a.xml", ABOVE),
    "together": ("a.xml", TOGETHER),
    "text": ("a.xml", TEXT_OF_AN_ELEMENT),
    "tabs": ("a.xml", TABS),
    "crlf": ("a.xml", ABOVE.replace("\n", "\r\n")),
    "cr": ("a.xml", ABOVE.replace("\n", "\r")),
    "mark": ("a.xml", "\ufeff" + DEVICES),
    "mark and several lines": ("a.xml", "\ufeff" + ROOT_ON_SEVERAL_LINES),
    "devices": ("a.xml", DEVICES),
    "behind": ("a.xml", BEHIND),
    "several lines": ("a.xml", SEVERAL_LINES),
    "last line of a tag": ("a.xml", LAST_LINE_OF_A_TAG),
    "other comment": ("a.xml", OTHER_COMMENT),
    "commented out": ("a.xml", COMMENTED_OUT),
    "root": ("a.xml", ROOT_ON_SEVERAL_LINES),
    "one line": ("a.xml", "<domain type='kvm' id='3'><name>a</name><devices/></domain> A(live-domain-id)"),
    "after a template's tag": ("a.xml.j2", AFTER_A_TEMPLATE_TAG),
    "arms": ("a.xml.j2", ARMS),
    "loop": ("a.xml.j2", LOOP),
    "case": ("a.xml.erb", CASE),
    "stylesheet": ("a.xsl", STYLESHEET),
    "markdown": ("a.md", MARKDOWN),
    "shell": ("a.sh", SHELL),
    "line of a shell": ("a.sh", LINE),
    "yaml": ("a.yml", YAML),
}


@pytest.mark.parametrize(("name", "expected"), CASES.values(), ids=CASES)
def test_comment_stands_beside_what_is_found(name, expected):
    text = unmarked(expected)
    assert "A(" not in text
    assert written(text, name) == expected


@pytest.mark.parametrize(("name", "expected"), CASES.values(), ids=CASES)
def test_second_run_changes_nothing(name, expected):
    once = ignored(unmarked(expected), name).file.after
    again = ignored(once, name)
    assert (again.comments, again.suppressed, again.file.after) == (0, 0, once)


def test_one_comment_suppresses_what_is_found_again_inside_the_element():
    text = """\
<domain type='kvm'>
  <devices>
    <channel type='pty' state='connected'>
      <target type='virtio' name='org.qemu.guest_agent.0' state='connected'/>
    </channel>
  </devices>
</domain>
"""
    result = ignored(text)
    after = result.file.after.decode()
    assert (result.file.report.findings, len(COMMENT.findall(after))) == ((), result.comments)
    assert result.suppressed > result.comments


def test_one_comment_behind_a_line_is_for_all_of_its_elements():
    channel = "<channel type='unix'><source mode='bind' path='/tmp/{0}'/><target type='virtio' name='{0}'/></channel>"
    line = "".join(map(channel.format, "abc"))
    text = f"<domain type='kvm'>\n<devices>\n{line}\n</devices>\n</domain>\n"
    result = ignored(text)
    assert (result.comments, result.suppressed) == (1, 3)
    assert result.file.after.decode() == text.replace(
        f"{line}\n", f"{line} <!-- chanfix: ignore[path-exposed] TODO: why -->\n"
    )


def test_latin_1_stays_latin_1():
    text = "<?xml version='1.0' encoding='iso-8859-1'?>\n" + ABOVE.replace("<name>a<", "<name>\u00e9<")
    data = unmarked(text).encode("latin-1")
    after = ignored(data).file.after
    assert COMMENT.sub("A(agent-not-unix)", after.decode("latin-1")) == text


def notes_of(text, name="a.xml", job=JOB):
    result = ignored(text, name, job)
    assert result.file.after == result.file.before
    return [(one.rule, one.note.rpartition("not suppressed: ")[2]) for one in result.file.report.findings]


INACTIVE = unmarked(ABOVE)[len("<domain type='kvm'>") :].replace("domain>", "inactiveDomain>")
RECORD = f"<domainsnapshot><name>s</name><inactiveDomain type='kvm'>{INACTIVE}"
OTHER_WRITING = "the file writes the XML in another way there; a comment in the line above it would count for all of it"
LEFT = {
    "wide": (
        unmarked(ABOVE).encode("utf-16"),
        "a.xml",
        ("agent-not-unix", "its encoding is one that chanfix reads and does not write; convert the file to UTF-8"),
    ),
    "no xml": (
        b"<domain type='kvm'><devices></domain>",
        "a.xml",
        ("not-well-formed", "no comment counts for a text that cannot be read as XML"),
    ),
    "doctype": (
        b"<!DOCTYPE domain [<!ENTITY a 'b'>]>\n" + unmarked(ABOVE).encode(),
        "a.xml",
        ("doctype", "no comment counts for a text that cannot be read as XML"),
    ),
    "record": (
        f"{RECORD}</domainsnapshot>".encode(),
        "a.xml",
        ("agent-not-unix", "it is in a record that libvirt wrote, and chanfix edits none"),
    ),
    "escaped": (
        b'x = "<channel type=\\"pty\\">\\n<target type=\\"virtio\\" name=\\"org.qemu.guest_agent.0\\"/></channel>"\n',
        "a.py",
        ("agent-not-unix", OTHER_WRITING),
    ),
    "marked lines": (
        re.sub("(?m)^", "# ", unmarked(ABOVE)).encode(),
        "a.py",
        ("agent-not-unix", OTHER_WRITING),
    ),
    "one tag": (
        b"x = \"<controller type='virtio-serial' ports='512'/>\"\n",
        "a.py",
        ("vserial-controller-ports", "no comment that would count for it can stand there"),
    ),
    "suppression": (
        b"<domain type='kvm'><!-- chanfix: ignore[doctype] -->\n<devices/></domain>",
        "a.xml",
        ("unused-suppression", "it is about a suppression: correct or remove that; --fix does where it can"),
    ),
}


@pytest.mark.parametrize(("data", "name", "expected"), LEFT.values(), ids=LEFT)
def test_what_cannot_be_suppressed_is_left_as_it_is_and_says_why(data, name, expected):
    assert notes_of(data, name) == [expected]


def test_text_that_cannot_be_read_is_the_error_of_its_file():
    result = Run.lint([Source("a.xml", lambda: b"\x00<domain")], JOB)
    assert result.ignore(0).file.after == b"\x00<domain"


def test_part_that_cannot_be_written_leaves_the_others_their_comments():
    escaped = 'y = "<channel type=\\"pty\\"><target type=\\"virtio\\" name=\\"org.qemu.guest_agent.0\\"/></channel>"\n'
    text = f'x = """\n{unmarked(ABOVE)}"""\n{escaped}'
    result = ignored(text, "a.py")
    assert (result.comments, result.suppressed) == (1, 1)
    assert [one.note for one in result.file.report.findings] == [f"not suppressed: {OTHER_WRITING}"]
    assert result.file.after.decode().endswith(escaped)


def test_mixed_content_is_left_alone():
    text = "<domain type='kvm'><metadata>text <b>\n<i/></b></metadata><name>\n a</name>\n<devices/></domain>"
    job = Job(chosen_rules(Config(), ["all"]))
    after = ignored(text, job=job).file.after.decode()
    assert "<metadata>text <b>\n<i/></b></metadata><name>\n a</name>" in after


def test_findings_below_the_least_severity_get_no_comment():
    text = (
        unmarked(TOGETHER)
        .replace("path=", "mode='bind' path=")
        .replace("/tmp", "/srv")
        .replace("'x'", "'org.qemu.guest_agent.0'")
    )
    result = ignored(text, job=JOB._replace(config=Config(min_severity=Severity.WARNING)))
    assert result.comments == 0
    assert ignored(text).comments == 1


def test_rules_that_are_not_run_get_no_comment():
    job = Job(chosen_rules(Config(), ["path-exposed"]))
    assert written(unmarked(TOGETHER), job=job) == TOGETHER.replace("mode-missing, ", "")


@pytest.mark.parametrize("name", ["a.xml", "page.md"])
@pytest.mark.parametrize("chosen", ["live-domain-id", "agent-not-unix", "path-exposed"])
def test_findings_that_are_not_chosen_are_left_as_they_are(name, chosen):
    channels = [one.partition("<devices>\n")[2].partition("  </devices>")[0] for one in (ABOVE, TOGETHER)]
    domain = unmarked(DEVICES.replace("<devices/>", "<devices>\n" + "".join(channels) + "  </devices>"))
    text = domain if name == "a.xml" else f"```xml\n{domain}```\n"
    run = Run.lint([Source(name, text.encode)], JOB)
    [before] = run.reports
    [finding] = [one for one in before.findings if one.rule == chosen]
    result = run.ignore(0, [finding])
    assert (result.comments, result.suppressed, result.file.report.suppressed) == (1, 1, 1)
    [again] = Run.lint([Source(name, partial(bytes, result.file.after))], JOB).reports
    assert again.findings == result.file.report.findings
    assert [one.rule for one in again.findings] == [one.rule for one in before.findings if one.rule != chosen]
    assert not any(one.note for one in again.findings)


def test_finding_that_cannot_be_suppressed_says_why_and_the_others_do_not():
    run = Run.lint([Source("a.xml", partial(unmarked(TOGETHER).encode, "utf-16"))], JOB)
    finding = run.reports[0].findings[0]
    left = run.ignore(0, [finding]).file.report.findings
    assert ["not suppressed" in one.note for one in left] == [one.identity == finding.identity for one in left]
    assert len(left) > 1


YIELDING = """\
<domain type='kvm'>
  <name>a</name>
  <devices>
    <channel type='unix'>
      <source mode='listen' path='/srv/agents/a.sock'/>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
  </devices>
</domain>
"""


def test_rule_that_yields_in_a_plain_run_gets_no_comment():
    job = Job(chosen_rules(Config(), ["channel-schema"]))
    result = ignored(YIELDING, job=job)
    assert (result.comments, result.suppressed) == (0, 0)
    assert [(one.rule, one.note) for one in result.file.report.findings] == [
        (
            "channel-schema",
            "not suppressed: a run without --select reports mode-invalid there, "
            "and a comment for this rule would be of no use",
        )
    ]


@pytest.mark.parametrize(
    "config", [Config(ignore=frozenset({"mode-invalid"})), Config(select=frozenset({"channel-schema"}))]
)
def test_rule_that_yields_to_none_that_is_run_gets_its_comment(config):
    result = ignored(YIELDING, job=Job(chosen_rules(config, ["channel-schema"]), config))
    assert (result.comments, result.suppressed) == (1, 1)
    [again] = Run.lint([Source("a.xml", partial(bytes, result.file.after))], Job(chosen_rules(config), config)).reports
    assert "unused-suppression" not in [finding.rule for finding in again.findings]


def test_lines_that_a_baseline_knows_stay_as_they_are():
    text = "<domain type='kvm' id='3'>\n  <features><acpi/></features><name>a</name>\n  <devices/>\n</domain>\n"
    text = text.replace("<devices/>", "<devices><channel type='pty' state='x'>\n" + AGENT + "</channel></devices>")
    first = Job(chosen_rules(Config(), ["live-domain-id"]))
    reports = Run.lint([Source("a.xml", text.encode)], first).reports
    known = Baseline("", json.loads(dump(reports, ""))["findings"])
    job = JOB._replace(baseline=known)
    result = ignored(text, job=job)
    assert result.file.after.startswith(b"<domain type='kvm' id='3'>\n")
    assert (result.file.report.findings, result.file.report.suppressed) == ((), result.suppressed + 1)


def test_line_with_a_known_finding_gets_no_comment_behind_it():
    os = "<os><type arch='x86_64' machine='q35'>hvm</type></os>"
    text = f"<domain type='kvm' id='3'>\n  {os}\n  <devices/>\n</domain>\n"
    job = Job(chosen_rules(Config(), ["all"]))
    reports = Run.lint([Source("a.xml", text.encode)], Job(chosen_rules(Config(), ["acpi-missing"]))).reports
    assert reports[0].findings
    known = Baseline("", json.loads(dump(reports, ""))["findings"])
    after = ignored(text, job=job._replace(baseline=known)).file.after.decode()
    assert "\n<domain type='kvm' id='3'>\n" in after


def test_thousand_suppressions_are_all_that_count():
    channels = "".join(
        f"<channel type='unix'>\n<source mode='bind' path='/tmp/{number}'/>\n"
        f"<target type='virtio' name='x{number}'/>\n</channel>\n"
        for number in range(1003)
    )
    text = f"<domain type='kvm'>\n<devices>\n{channels}</devices>\n</domain>\n"
    result = ignored(text, job=Job(chosen_rules(Config(), ["path-exposed", "unused-suppression"])))
    assert (result.comments, len(result.file.report.findings)) == (1000, 3)
    assert {one.note for one in result.file.report.findings} == {
        "not suppressed: only a thousand suppressions of a file count"
    }


def test_comment_that_would_bring_another_finding_is_not_written(monkeypatch):
    reason = "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>"
    monkeypatch.setattr("chanfix.lint.ignoring.comments.REASON", reason)
    assert notes_of(unmarked(DEVICES)) == [
        ("live-domain-id", "a comment does not suppress it, or would bring another finding")
    ]


def test_documents_in_a_row_have_comments_each():
    result = ignored(unmarked(TWO_DOCUMENTS))
    assert COMMENT.sub("A(agent-not-unix)", result.file.after.decode()) == TWO_DOCUMENTS
    assert [one.rule for one in result.file.report.findings] == ["not-well-formed"]
