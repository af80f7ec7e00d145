"""What the installed libvirt says, beside the findings of the rules."""

from functools import partial

import pytest
from small_domain import document_of

from chanfix.domain.targets import Fact, Target
from chanfix.lint.finding import Severity
from chanfix.lint.known.baseline import Baseline, dump
from chanfix.lint.rules import RULES, by_name
from chanfix.lint.run import Job, Run, Source
from chanfix.oracle.judge import InstalledLibvirt
from chanfix.oracle.verdict import Verdict

pytestmark = pytest.mark.embed

SPICE = "<channel type='spicevmc'><target type='virtio' name='com.redhat.spice.0'/></channel>"
DISKS = "".join(f"<disk type='file'><source file='/{name}'/><target dev='sda'/></disk>" for name in "ab")
OF_LIBVIRT = tuple(rule for rule in RULES if rule.asks_libvirt)


@pytest.fixture
def lint(installed_libvirt):
    """Return the report on a text: ``lint(data)``."""

    def run(data, rules=OF_LIBVIRT, name="web.xml", judge=installed_libvirt, **job):
        [report] = Run.lint([Source(name, partial(bytes, data))], Job(rules, judge=judge, **job)).reports
        return report

    return run


def test_refusal_has_the_words_the_version_the_place_and_the_related_place(lint, installed_libvirt):
    [finding] = lint(document_of(DISKS)).findings
    version = installed_libvirt.asked.libvirt
    assert finding.message == (
        f"libvirt {version} refuses this: XML error: target 'sda' duplicated for disk sources '/a' and '/b'"
    )
    assert (finding.rule, finding.severity, finding.is_refused) == ("libvirt-refuses", Severity.ERROR, True)
    assert finding.note == f"with QEMU {installed_libvirt.asked.qemu}"
    [related] = finding.related
    assert related.span.end < finding.place.span.start


def test_loss_is_a_warning_at_what_is_not_stored(lint, installed_libvirt):
    data = document_of("<memballoon model='virtio' autodefalte='on'/>")
    [finding] = lint(data).findings
    assert finding.message.startswith(f"libvirt {installed_libvirt.asked.libvirt} does not store")
    assert (finding.rule, finding.severity, finding.is_refused) == ("libvirt-drops", Severity.WARNING, False)
    assert data[slice(*finding.place.span)] == b"autodefalte='on'"


def test_finding_of_a_rule_at_the_same_place_stands_with_the_words_as_its_note(lint):
    rules = (*OF_LIBVIRT, by_name("spicevmc-no-spice"))
    [finding] = lint(document_of(SPICE), rules).findings
    assert (finding.rule, finding.is_refused) == ("spicevmc-no-spice", True)
    assert "spicevmc' not supported without spice graphics" in finding.note


def test_what_is_not_installed_here_is_a_warning_about_this_machine(lint):
    [finding] = lint(document_of(machine="pc-q35-1.7")).findings
    assert finding.message.startswith("on this machine libvirt")
    assert finding.severity is Severity.WARNING


def test_machine_that_only_this_machine_lacks_is_compared_with_targets(lint, installed_libvirt):
    facts = {"machines": Fact({"x86_64": ["pc-q35-99.9"]}, "run", "made up")}
    targets = (Target("tomorrow", "Tomorrow", (), facts), Target("today", "Today", (), {}))
    data = document_of(machine="pc-q35-99.9")
    [finding] = lint(data, targets=targets).findings
    assert finding.note == f"with QEMU {installed_libvirt.asked.qemu}; the QEMU of tomorrow has this machine type"
    assert "has this machine type" not in lint(data, targets=targets[1:]).findings[0].note


def test_misspelt_machine_is_an_error_of_the_document(lint):
    [finding] = lint(document_of(machine="q36")).findings
    assert finding.severity is Severity.ERROR


def test_comment_suppresses_what_libvirt_says_and_is_not_unused(lint):
    comment = "<!-- chanfix: ignore-file[libvirt-refuses] two on purpose -->\n"
    report = lint(comment.encode() + document_of(DISKS), (*OF_LIBVIRT, by_name("unused-suppression")))
    assert (report.findings, report.suppressed) == ((), 1)


@pytest.mark.parametrize("is_asked", [True, False])
def test_comment_that_suppresses_nothing_is_unused_only_where_libvirt_was_asked(lint, installed_libvirt, is_asked):
    comment = "<!-- chanfix: ignore-file[libvirt-refuses] -->\n"
    rules = (*OF_LIBVIRT, by_name("unused-suppression"))
    report = lint(comment.encode() + document_of(), rules, judge=installed_libvirt if is_asked else None)
    assert [finding.rule for finding in report.findings] == ["unused-suppression"] * is_asked


def test_comment_is_not_unused_in_a_domain_that_is_not_asked(lint):
    comment = "<!-- chanfix: ignore-file[libvirt-refuses] -->\n"
    report = lint(comment.encode() + document_of(kind="xen"), (*OF_LIBVIRT, by_name("unused-suppression")))
    assert report.findings == ()
    assert "'xen'" in report.unasked.reason


def test_baseline_knows_what_libvirt_says(lint, tmp_path):
    report = lint(document_of(DISKS))
    path = tmp_path / "baseline.json"
    path.write_text(dump([report], str(tmp_path)))
    assert lint(document_of(DISKS), baseline=Baseline.load(str(path))).findings == ()


def test_template_is_not_asked_and_the_report_says_why(lint):
    report = lint(document_of(DISKS).replace(b"<name>web", b"<name>{{ name }}"), name="web.xml.j2")
    assert report.findings == ()
    assert "template" in report.unasked.reason
    assert not report.unasked.is_failure


def test_rule_that_is_not_run_says_nothing(lint):
    [drops] = (rule for rule in OF_LIBVIRT if rule.name == "libvirt-drops")
    report = lint(document_of(DISKS), (drops,))
    assert (report.findings, report.unasked) == ((), None)


def test_password_in_the_words_is_masked(lint):
    graphics = "<graphics type='vnc' passwd='correct horse' passwdValidTo='correct horse'/>"
    [finding, *_] = lint(document_of(graphics)).findings
    assert "correct horse" not in finding.message


class Crashing:
    """A driver that a document ends."""

    has_kvm = False
    about = type("About", (), {"libvirt": "9.0.0", "qemu": "7.2.22"})

    def emulator_of(self, architecture):
        return "/usr/bin/true"

    def ask(self, document, *, with_stored=False):
        return Verdict(message="its process has ended", has_ended=True)


def test_crash_is_an_error_at_the_domain(lint):
    [finding] = lint(document_of(), judge=InstalledLibvirt(Crashing())).findings
    assert finding.message == "libvirt 9.0.0 crashes on this domain: its process has ended"
    assert (finding.rule, finding.severity, finding.place.start.line) == ("libvirt-refuses", Severity.ERROR, 1)


def test_processes_of_a_run_have_a_driver_each_and_say_the_same(installed_libvirt, tmp_path):
    texts = [document_of(DISKS), document_of(), document_of("<sevice/>"), document_of(kind="xen")] * 3
    sources = [Source(f"{number}.xml", partial(bytes, text)) for number, text in enumerate(texts)]
    job = Job(OF_LIBVIRT, judge=installed_libvirt)
    assert Run.lint(sources, job, 2).reports == Run.lint(sources, job).reports
