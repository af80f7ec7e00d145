"""Which domains a target or an asked libvirt refuses, and why: the same numbers in every format, in bounded memory."""

import json

import pytest
from audits import ASKED, JUDGED, TARGETS, TYPO, domain, finding, removed, write_audit

from chanfix.audit.refusals import Refusals
from chanfix.audit.report import HostAudit
from chanfix.domain.targets import targets_with
from chanfix.lint.finding import Severity


def refusals_of(*hosts):
    refusals = Refusals()
    for host in hosts:
        refusals.count(host)
    return list(refusals)


def host(*domains, name="a.example", targets=TARGETS, asked=None):
    return HostAudit(name, "", domains, targets=targets, asked=asked)


def causes(place):
    return [(cause.rule, cause.is_certain, cause.domains) for cause in place.causes]


def test_a_domain_counts_once_for_each_target_that_its_findings_are_about():
    first, second, asked = refusals_of(*JUDGED)
    assert (first.name, first.judged, first.refused, first.doubtful) == ("debian-13", 6, 3, 1)
    assert causes(first) == [("machine-removed", True, 3), ("boot-mixed", True, 1), ("emulator-path", False, 1)]
    assert (second.name, second.judged, second.refused, second.doubtful) == ("rhel-9", 6, 2, 0)
    assert causes(second) == [("boot-mixed", True, 1), ("machine-removed", True, 1)]
    assert (asked.asked, asked.judged, asked.refused) == (ASKED, 5, 1)


@pytest.mark.parametrize(
    "harmless",
    [
        TYPO,  # the agent cannot be used: the domain runs
        finding("boot-mixed", Severity.WARNING),  # as a configuration may have it
        finding("machine-removed", Severity.INFO, targets=TARGETS),
        finding("cpu-of-host"),  # it does not depend on the target
        finding("libvirt-refuses", Severity.ERROR, is_refused=True),  # another libvirt than the target's
        finding("rule-of-tomorrow", Severity.ERROR, targets=TARGETS),
    ],
    ids=lambda finding: f"{finding.rule} {finding.severity}",
)
def test_finding_that_keeps_no_domain_from_a_target_is_no_cause(harmless):
    assert [place.causes for place in refusals_of(host(domain(findings=(harmless,))))] == [[], []]


def test_a_certain_reason_hides_a_doubt():
    [place] = refusals_of(
        host(domain(findings=(removed(*TARGETS), finding("emulator-path", targets=TARGETS))), targets=TARGETS[:1])
    )
    assert (place.refused, place.doubtful) == (1, 0)


def test_hosts_without_targets_count_nowhere():
    assert refusals_of(host(domain(findings=(removed(),)), targets=())) == []


def test_a_hundred_thousand_domains_are_counted_and_twenty_are_named():
    broken = domain(findings=(removed("debian-13"),))
    [place] = refusals_of(*[host(*[broken] * 1000, targets=("debian-13",))] * 100)
    [cause] = place.causes
    assert (place.refused, cause.domains, len(cause.named)) == (100_000, 100_000, 20)


def test_a_report_that_names_any_number_of_targets_and_rules_fills_no_memory():
    many = tuple(f"target-{number}" for number in range(150))
    odd = domain(findings=tuple(finding(f"rule-{number}", is_refused=True) for number in range(1500)))
    places = refusals_of(host(odd, targets=many[:90], asked=ASKED), host(odd, targets=many))
    assert len(places) == 100
    assert max(len(place.causes) for place in places) == 1000


def test_table_has_a_line_for_each_cause_and_names_the_libvirt():
    *_, summary = write_audit("table", JUDGED).partition("findings: 7 errors, 1 warning\n")
    assert summary == (
        "refused by debian-13: 3 of 6 domains, 1 more perhaps\n"
        "  machine-removed  3  e.example/old, e.example/older, e.example/never\n"
        "  boot-mixed       1  e.example/never\n"
        "  emulator-path    1  perhaps e.example/emulator\n"
        "refused by rhel-9: 2 of 6 domains\n"
        "  boot-mixed       1  e.example/never\n"
        "  machine-removed  1  e.example/old\n"
        "refused by libvirt 12.8.0 with QEMU 11.1.0, which was asked: 1 of 5 domains\n"
        "  boot-mixed  1  e.example/never\n"
    )


def test_table_names_a_few_domains_and_counts_the_others():
    broken = [domain(f"vm{number}", findings=(removed("debian-13"),)) for number in range(12)]
    table = write_audit("table", [host(*broken, targets=("debian-13",))])
    assert "  machine-removed  12  a.example/vm0, a.example/vm1, a.example/vm2 and 9 more\n" in table


def test_json_has_the_numbers_before_the_hosts():
    text = write_audit("json", JUDGED)
    report = json.loads(text)
    assert list(report)[-2:] == ["refusals", "hosts"]
    first, _, asked = report["refusals"]
    assert {key: first[key] for key in ("target", "asked", "judged", "refused", "doubtful")} == {
        "target": "debian-13",
        "asked": None,
        "judged": 6,
        "refused": 3,
        "doubtful": 1,
    }
    assert first["causes"][1:] == [
        {"rule": "boot-mixed", "certain": True, "domains": 1, "named": [{"host": "e.example", "name": "never"}]},
        {"rule": "emulator-path", "certain": False, "domains": 1, "named": [{"host": "e.example", "name": "emulator"}]},
    ]
    assert (asked["target"], asked["asked"]) == (None, {"libvirt": "12.8.0", "qemu": "11.1.0"})
    [host] = report["hosts"]
    assert (host["libvirt"], host["qemu"], host["targets"]) == ("9.0.0", "7.2.9", list(TARGETS))
    assert "refusals" not in json.loads(write_audit("json-v1", JUDGED))


@pytest.mark.parametrize(
    ("libvirt", "qemu", "names"),
    [
        ("9.0.0", "7.2.9", ("debian-12",)),
        ("8.0.0", "6.2.0", ("rhel-8", "ubuntu-22.04")),
        ("9.0.0", "8.0.0", ()),
        ("9.0.0", None, ()),
        ("new", "old", ()),
    ],
)
def test_versions_of_a_host_are_those_of_a_target(libvirt, qemu, names):
    assert targets_with(libvirt, qemu) == names
