"""A fault that many places show is one finding with one fix, at the first place, and relates the others."""

import json
from functools import partial

import pytest

from chanfix.domain.targets import chosen_targets
from chanfix.lint.known.baseline import Baseline, dump
from chanfix.lint.known.config import Config
from chanfix.lint.rules import by_name
from chanfix.lint.run import Job, Run, Source
from chanfix.xml.edit import Safety

CHANNEL = "<channel type='spicevmc'>\n  <target type='virtio' name='com.redhat.spice.0'/>\n</channel>\n"
REDIRDEV = "<redirdev bus='usb' type='spicevmc'/>\n"
SPICE = "<graphics type='spice' autoport='yes'/>\n"
QXL = "<video>\n  <model type='qxl'/>\n</video>\n"
SERIAL = "<serial type='pty'>\n  <source path='/dev/pts/{0}'/>\n</serial>\n"
CONSOLE = "<console type='pty' tty='/dev/pts/{0}'>\n  <source path='/dev/pts/{0}'/>\n</console>\n"

HOME = "<disk type='file'>\n  <source file='/home/{0}/{1}.img'/>\n</disk>\n"
INDEX = "<disk type='file'>\n  <source file='/srv/a.img' index='{0}'/>\n</disk>\n"
POOL = "<disk type='file'>\n  <source pool='default' volume='web'/>\n  <target dev='vda'/>\n</disk>\n"
VNET = "<interface type='network'>\n  <target dev='{0}'/>\n</interface>\n"
VHOST = "<interface type='vhostuser'/>\n"
VIRTIOFS = "<filesystem type='mount'>\n  <driver type='virtiofs'/>\n</filesystem>\n"
ACCEL = "<video>\n  <model type='virtio'>\n    <acceleration accel3d='yes'/>\n  </model>\n</video>\n"
ALIAS = "<sound model='ac97'>\n  <alias name='{0}'/>\n</sound>\n"

# Name -> rule, target, devices, and the lines of each finding among the devices, that of the finding itself first.
CASES = {
    "one_device_of_spice": ("spicevmc-no-spice", None, REDIRDEV, [[1]]),
    "devices_of_spice": ("spicevmc-no-spice", None, CHANNEL + REDIRDEV + REDIRDEV, [[1, 4, 5]]),
    "devices_of_spice_in_another_order": ("spicevmc-no-spice", None, REDIRDEV + CHANNEL, [[1, 2]]),
    "no_device_of_spice_with_its_graphics": ("spicevmc-no-spice", None, SPICE + REDIRDEV, []),
    "display_and_video": ("display-removed", None, QXL + SPICE, [[4, 2]]),
    "display_and_video_with_devices": ("display-removed", "rhel-9", CHANNEL + SPICE + QXL + REDIRDEV, [[4, 6, 1, 8]]),
    "video_alone": ("display-removed", "rhel-9", REDIRDEV + QXL, [[3]]),
    "terminal_in_three_places": ("live-pty", None, SERIAL.format(2) + CONSOLE.format(2), [[2, 4, 5]]),
    "files_in_one_home": ("path-in-home", None, HOME.format("ann", 1) + HOME.format("ann", 2), [[2, 5]]),
    "files_in_two_homes": ("path-in-home", None, HOME.format("ann", 1) + HOME.format("bob", 2), [[2], [5]]),
    "indexes": ("live-index", None, INDEX.format(1) + INDEX.format(2), [[2, 5]]),
    "names_of_interfaces": ("live-interface-target", None, VNET.format("vnet0") + VNET.format("vnet1"), [[2, 5]]),
    "aliases": ("live-alias", None, ALIAS.format("sound0") + ALIAS.format("sound1"), [[2]]),
    "devices_with_shared_memory": ("shared-memory-missing", None, VHOST + VIRTIOFS, [[3, 1]]),
    "videos_without_a_display": ("gl-on-network", None, ACCEL + ACCEL, [[3, 8]]),
    "names_of_another_type": ("unknown-name", None, POOL, [[2, 2]]),
    "two_terminals": ("live-pty", None, SERIAL.format(2) + SERIAL.format(3), [[2], [5]]),
}
JUST_THESE = "<domain type='kvm'>\n<devices>\n{}</devices>\n</domain>\n"


def run_of(text, target, *rules):
    targets = chosen_targets([target]) if target else ()
    return Run.lint(
        [Source("web.xml", partial(bytes, text))], Job(tuple(map(by_name, rules)), Config(), targets=targets)
    )


def text_of(devices):
    return JUST_THESE.format(devices).encode()


def lines_of(finding):
    return [place.start.line - 2 for place in (finding.place, *finding.related)]


@pytest.mark.parametrize(("rule", "target", "devices", "lines"), CASES.values(), ids=CASES)
def test_place_and_related_places(rule, target, devices, lines):
    [report] = run_of(text_of(devices), target, rule).reports
    assert [lines_of(finding) for finding in report.findings] == lines


@pytest.mark.parametrize(
    "name",
    [
        "devices_of_spice",
        "display_and_video_with_devices",
        "terminal_in_three_places",
        "indexes",
        "names_of_interfaces",
        "aliases",
    ],
)
def test_one_fix_takes_all_places(name):
    rule, target, devices, _ = CASES[name]
    run = run_of(text_of(devices), target, rule)
    fixed = run.fix(0, Safety.UNSAFE)
    assert (len(fixed.report.fixed), fixed.report.findings) == (1, ())


def test_pins_of_missing_cpus_are_one_finding_and_those_of_missing_threads_another():
    pins = "<vcpupin vcpu='{0}' cpuset='0'/>\n<vcpupin vcpu='{1}' cpuset='0'/>\n"
    both = (pins + pins.replace("vcpu", "iothread")).format(2, 3)
    text = (
        f"<domain type='kvm'>\n<name>web</name>\n<vcpu>2</vcpu>\n<cputune>\n{both}</cputune>\n<devices/>\n</domain>\n"
    )
    run = run_of(text.encode(), None, "pin-out-of-range")
    assert [lines_of(finding) for finding in run.reports[0].findings] == [[3, 4], [5, 6]]
    assert b"pin " not in run.fix(0, Safety.UNSAFE).after


def test_labels_of_a_running_domain_are_one_finding():
    label = "<seclabel type='dynamic' model='{}'/>\n"
    text = f"<domain type='kvm'>\n<devices/>\n{label.format('selinux')}{label.format('dac')}</domain>\n".encode()
    run = run_of(text, None, "seclabel-of-host")
    assert [lines_of(finding) for finding in run.reports[0].findings] == [[1, 2]]
    assert b"seclabel" not in run.fix(0, Safety.SAFE).after


def test_addresses_that_two_domains_share_are_one_finding():
    interfaces = "".join(
        f"<interface type='user'>\n  <mac address='52:54:00:00:00:0{n}'/>\n</interface>\n" for n in (1, 2)
    )
    one, other = (
        f"<domain type='kvm'>\n<name>{name}</name>\n<devices>\n{interfaces}</devices>\n</domain>\n" for name in "ab"
    )
    sources = [Source(f"{name}.xml", partial(bytes, text.encode())) for name, text in (("a", one), ("b", other))]
    first, second = Run.lint(sources, Job((by_name("repeated-mac"),), Config())).reports
    assert (first.findings, [lines_of(finding) for finding in second.findings]) == ((), [[3, 6]])


@pytest.mark.parametrize("target", [None, "debian-12", "debian-13", "rhel-9", "rhel-10"])
@pytest.mark.parametrize("devices", [CHANNEL + REDIRDEV, QXL + REDIRDEV, SPICE + QXL + REDIRDEV, SPICE])
def test_no_device_is_in_a_finding_about_spice_twice(target, devices):
    [report] = run_of(text_of(devices), target, "spicevmc-no-spice", "display-removed").reports
    lines = [line for finding in report.findings for line in lines_of(finding)]
    assert len(lines) == len(set(lines))


def test_finding_about_many_places_relates_the_first_and_its_fix_takes_them_all():
    run = run_of(text_of("".join(map(INDEX.format, range(60)))), None, "live-index")
    [finding] = run.reports[0].findings
    assert (len(finding.related), finding.message.partition(" are ")[0]) == (50, "the index '0' and 59 more")
    assert b"index=" not in run.fix(0, Safety.SAFE).after


def test_each_block_of_a_template_has_a_fix_of_its_own():
    text = text_of(CHANNEL + REDIRDEV + "{% if a %}\n" + REDIRDEV + REDIRDEV + "{% endif %}\n")
    run = run_of(text, None, "spicevmc-no-spice")
    assert [lines_of(finding) for finding in run.reports[0].findings] == [[1, 4], [6, 7]]
    assert b"spicevmc" not in run.fix(0, Safety.UNSAFE).after


def test_comment_at_the_first_place_suppresses_the_finding():
    text = text_of("<!-- chanfix: ignore[spicevmc-no-spice] wanted -->\n" + CHANNEL + REDIRDEV)
    [report] = run_of(text, None, "spicevmc-no-spice", "unused-suppression").reports
    assert (report.findings, report.suppressed) == ((), 1)


def test_comment_at_another_place_hides_nothing_and_is_not_called_unused():
    text = text_of(CHANNEL + "<!-- chanfix: ignore[spicevmc-no-spice] wanted -->\n" + REDIRDEV)
    [report] = run_of(text, None, "spicevmc-no-spice", "unused-suppression").reports
    assert ([finding.rule for finding in report.findings], report.suppressed) == (["spicevmc-no-spice"], 0)


def test_baseline_knows_the_finding_after_another_place_is_gone():
    [before] = run_of(text_of(CHANNEL + REDIRDEV + REDIRDEV), None, "spicevmc-no-spice").reports
    baseline = Baseline("", json.loads(dump([before], ""))["findings"])
    [after] = run_of(text_of(CHANNEL + REDIRDEV), None, "spicevmc-no-spice").reports
    filtered = baseline.filter("web.xml", after.findings, {"spicevmc-no-spice"})
    assert (filtered.kept, len(filtered.hidden), filtered.stale) == ((), 1, ())
