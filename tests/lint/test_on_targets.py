"""Rules that depend on the target are asked for each; equal findings are merged and name the targets."""

import pytest

from chanfix.domain import Domain
from chanfix.domain.targets import chosen_targets
from chanfix.domain.versions import NEWEST, Version
from chanfix.lint import asking
from chanfix.lint.asking import drafts_of
from chanfix.lint.finding import Severity
from chanfix.lint.rule import INFO, WARNING, At, Facts, Fixable, Rule, RuleEntry, Safety, safe, whole_document
from chanfix.xml.edit import set_attribute

TARGETS = chosen_targets(["debian-11", "debian-12", "debian-13"])


class Asked(Rule):
    """Yields what the test wants, and remembers for what it was asked."""

    def __init__(self, told, wanted):
        self.told, self.wanted = told, wanted

    def disk(self, disk, domain, facts):
        self.told.append(facts)
        yield from self.wanted(self, disk, facts)


@pytest.fixture
def rule(monkeypatch):
    """Make a rule that yields what a function makes of a disk and the facts; return its entry and what it was told."""
    rules = {}
    monkeypatch.setattr(asking, "load", lambda entry: rules[entry.name])

    def make(wanted, name="asked", **facts):
        told = []
        rules[name] = Asked(told, wanted)
        facts = {"about_targets": True} | facts
        return RuleEntry(name, "test", "", Severity.WARNING, Fixable.NEVER, levels=("disk",), **facts), told

    return make


def domain():
    return Domain.parse(whole_document("<disk type='file'/>\n").encode())


def found(entries, facts):
    return [draft for _, draft in drafts_of(domain(), entries, facts)]


def one(message="the fact", **more):
    return lambda rule, disk, facts: [rule.finding(message, At(disk), **more)]


def test_rule_that_depends_on_the_target_is_asked_for_each_and_others_once(rule):
    dependent, told = rule(lambda rule, disk, facts: [])
    other, told_other = rule(lambda rule, disk, facts: [], "other", about_targets=False)
    found([dependent, other], Facts(targets=TARGETS))
    assert [(facts.target.name, facts.version, facts.qemu) for facts in told] == [
        (target.name, target.libvirt, target.qemu) for target in TARGETS
    ]
    assert [(facts.target, facts.version, facts.qemu) for facts in told_other] == [(None, NEWEST, None)]


def test_rule_that_holds_from_a_version_on_is_silent_for_targets_before_it(rule):
    entry, told = rule(one(), about_targets=False, libvirt_since=Version(9))
    [draft] = found([entry], Facts(targets=TARGETS))
    assert draft.targets == ("debian-12", "debian-13")
    assert "debian-11" not in {facts.target.name for facts in told if facts.target}
    assert found([entry], Facts(targets=TARGETS[:1])) == []


def test_without_targets_a_rule_is_told_the_versions(rule):
    entry, told = rule(lambda rule, disk, facts: [])
    found([entry], Facts(version=Version(9), qemu=Version(7, 2)))
    assert [(facts.version, facts.qemu, facts.target) for facts in told] == [(Version(9), Version(7, 2), None)]


def test_finding_on_every_target_and_without_any_names_none(rule):
    entry, _ = rule(one())
    [draft] = found([entry], Facts(targets=TARGETS))
    assert draft.message == "the fact"


def test_finding_on_some_targets_names_them(rule):
    entry, _ = rule(lambda rule, disk, facts: one()(rule, disk, facts) if facts.version < Version(11) else [])
    [draft] = found([entry], Facts(targets=TARGETS))
    assert draft.message == "the fact; on debian-11, debian-12"
    assert draft.targets == ("debian-11", "debian-12")


def test_finding_on_the_only_target_names_it_if_it_would_not_be_there_without(rule):
    entry, _ = rule(lambda rule, disk, facts: one()(rule, disk, facts) if facts.target else [])
    [draft] = found([entry], Facts(targets=TARGETS[:1]))
    assert draft.message == "the fact; on debian-11"


def test_worst_severity_counts_and_is_a_reason_to_name_targets(rule):
    def wanted(rule, disk, facts):
        on = facts.target and facts.target.name
        severity = {"debian-11": INFO, "debian-12": Severity.ERROR}.get(on)
        return [rule.finding("the fact", At(disk), severity=severity)]

    entry, _ = rule(wanted)
    [draft] = found([entry], Facts(targets=TARGETS))
    assert (draft.severity, draft.message) == (Severity.ERROR, "the fact; on debian-11, debian-12, debian-13")
    assert draft.targets == ("debian-12",)
    [draft] = found([entry], Facts(targets=(TARGETS[0], TARGETS[2])))
    assert (draft.severity, draft.targets) == (WARNING, ("debian-13",))


def test_messages_that_differ_by_the_version_alone_are_one(rule):
    entry, _ = rule(lambda rule, disk, facts: [rule.finding(f"libvirt {facts.version} drops it", At(disk))])
    [draft] = found([entry], Facts(targets=TARGETS[:2]))
    assert (draft.message, draft.note) == ("libvirt drops it; on debian-11, debian-12", "")


def test_messages_that_differ_in_more_are_in_the_note(rule):
    words = {"debian-11": "dropped", "debian-12": "kept", "debian-13": "kept"}
    entry, _ = rule(lambda rule, disk, facts: one(words[facts.target.name])(rule, disk, facts) if facts.target else [])
    [draft] = found([entry], Facts(targets=TARGETS))
    assert (draft.message, draft.note) == ("dropped; on debian-11", "on debian-12, debian-13: kept")


def test_fix_that_is_not_the_same_on_all_targets_is_not_made(rule):
    def wanted(rule, disk, facts):
        value = "block" if facts.target is TARGETS[0] else "file"
        return [rule.finding("the fact", At(disk), fix=safe("Set it", set_attribute(disk, "type", value)))]

    entry, _ = rule(wanted)
    [draft] = found([entry], Facts(targets=TARGETS))
    assert (draft.fix, draft.note) == (None, "not fixed: what is to be done depends on the target")
    [draft] = found([entry], Facts(targets=TARGETS[:1]))
    assert draft.fix.safety is Safety.SAFE


def test_fix_is_made_where_another_target_has_a_lesser_finding_without_one(rule):
    def wanted(rule, disk, facts):
        if facts.target is TARGETS[0]:
            fix = safe("Set it", set_attribute(disk, "type", "block"))
            return [rule.finding("gone", At(disk), fix=fix, severity=Severity.ERROR)]
        return [rule.finding("in a package", At(disk), severity=INFO)]

    entry, _ = rule(wanted)
    [draft] = found([entry], Facts(targets=TARGETS[:2]))
    assert (draft.fix.title, draft.note) == ("Set it", "on debian-12: in a package")


def test_two_findings_of_a_rule_at_one_place_stay_two(rule):
    entry, _ = rule(lambda rule, disk, facts: [rule.finding("a", At(disk)), rule.finding("b", At(disk))])
    assert [draft.message for draft in found([entry], Facts(targets=TARGETS))] == ["a", "b"]


def test_findings_keep_the_order_of_the_rules_and_yield_to_more_telling_ones(rule):
    first, _ = rule(one("first"), "first", about_targets=False)
    second, _ = rule(one("second"), "second")
    third, _ = rule(one("third"), "third", about_targets=False, yields_to=("second",))
    assert [draft.message for draft in found([first, second, third], Facts(targets=TARGETS))] == ["first", "second"]
