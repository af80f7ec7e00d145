"""What ``lint --fix`` promises, kept on every real document there is, as it is and with a misconfiguration put in."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import partial
from itertools import cycle
from xml.parsers import expat

import pytest
from changing import DEVICES
from libvirt_says import CASES

from chanfix.lint.known.config import Config, chosen_rules
from chanfix.lint.rule import Bad
from chanfix.lint.rules import load
from chanfix.lint.run import FixedFile, Job, Run, Source
from chanfix.template import read_document
from chanfix.xml.edit import Safety

PROFILES = {profile: chosen_rules(Config(), profile=profile) for profile in ("channel", "portable")}
RULES = PROFILES["channel"]
RULES = chosen_rules(Config())
EVERY = 3  # of the documents with a misconfiguration put in
# Rule -> how libvirt refuses what it reports, whatever stands in quotes or is a number.
REFUSALS = {
    name: [
        re.compile(re.sub(r"'[^']*'|[0-9]+", ".*", re.sub(r"[][()?*+.|]", ".", said.words.strip("`"))))
        for other, said in CASES
        if other == name and said.step == "define" and said.words.startswith("`")
    ]
    for name, _ in CASES
}
EXAMPLES = [
    example.xml.replace("<target", "<!-- why -->\n<target").encode()
    for rule in RULES
    # The fix of a suppression is to take a comment away.
    if rule.name != "unused-suppression"
    for example in load(rule).examples
    if isinstance(example, Bad) and not example.xml.lstrip("\ufeff").startswith(("<domain", "<?xml", "<!"))
]


@dataclass
class Fixed:
    """A document that has fixes, before them and after, and what was made of it."""

    name: str
    found: Counter
    result: FixedFile
    again: bytes


def broken(documents):
    """Return documents that define one devices element, with one example each put in, the examples in turn."""
    names = sorted(name for name, data in documents.items() if data.count(b"</devices>") == 1)
    ends = (example + b"</devices>" for example in cycle(EXAMPLES))
    return {name: documents[name].replace(b"</devices>", next(ends)) for name in names[::EVERY]}


def run_on(documents, rules):
    return Run.lint([Source(name, partial(bytes, data)) for name, data in documents.items()], Job(rules))


def rules_in(report):
    return Counter(finding.rule for finding in report.findings)


def fix_all(documents, rules, safety):
    run = run_on(documents, rules)
    results = {number: run.fix(number, safety) for number in run.fixable(safety)}
    second = run_on(
        {
            report.path: results[number].after if number in results else documents[report.path]
            for number, report in enumerate(run.reports)
        },
        rules,
    )
    return [
        Fixed(run.reports[number].path, rules_in(run.reports[number]), one, second.fix(number, safety).after)
        for number, one in results.items()
    ]


@pytest.fixture(scope="module", params=["channel", "broken channel", "portable"])
def case(request, real_documents):
    """Documents, and the name of the profile that they are fixed with."""
    profile = request.param.removeprefix("broken ")
    return profile, broken(real_documents) if profile != request.param else real_documents


@pytest.fixture(scope="module", params=[Safety.SAFE, Safety.UNSAFE], ids=["safe", "unsafe"])
def fixed(request, case):
    profile, documents = case
    return fix_all(documents, PROFILES[profile], request.param)


def test_documents_are_fixed(fixed):
    assert sum(bool(one.result.report.fixed) for one in fixed) > 70


def test_fixed_documents_are_xml(fixed):
    for one in fixed:
        mask = read_document(one.result.after, one.name).mask
        expat.ParserCreate().Parse(mask.data if mask else one.result.after, True)


def test_no_rule_finds_more_after_its_fixes_than_before(fixed):
    more = {one.name: rules_in(one.result.report) - (one.found + left_to_others(one.found)) for one in fixed}
    assert {name: rules for name, rules in more.items() if rules} == {}


def left_to_others(found):
    """What a rule does not say before a fix: channel-schema leaves the target's type to the rule about that.

    display-removed says nothing of RHEL where the emulator or the machine type is another distribution's.
    """
    of_distributions = found["emulator-path"] + found["machine-of-distribution"] + found["firmware-path"]
    return Counter({"channel-schema": found["agent-target-type"], "display-removed": of_distributions})


def test_a_second_run_changes_nothing(fixed):
    assert [one.name for one in fixed if one.again != one.result.after] == []


def test_comments_stay(fixed):
    assert [one.name for one in fixed if differs(comments, one)] == []


def differs(look, one):
    """Say whether there is a difference in what is looked at before and after."""
    return look(read_document(one.result.before, one.name)) != look(read_document(one.result.after, one.name))


def comments(document):
    return sorted(document.text(comment) for comment in document.comments)


def test_nothing_changes_but_channels_and_what_is_on_their_controllers(case, fixed):
    if case[0] != "channel":
        pytest.skip("the fixes of other rules change other devices")
    assert [one.name for one in fixed if differs(rest, one)] == []


def rest(document):
    """Return the lines of a document without what fixes may change, without comments and blank lines."""
    data = document.data
    spans = [node.place.span for node in ours(document.root)]
    for span in reversed(spans):
        data = data[: span.start] + b"\n" + data[span.end :]
    data = re.sub(rb"(<domain[^>]*?) id=['\"][0-9]+['\"]|<!--.*?-->", rb"\1", data, flags=re.DOTALL)
    return [line.strip() for line in data.splitlines() if line.strip()]


def ours(node):
    for child in node.children():
        if child.tag in DEVICES or (child.tag == "controller" and child.get("type") == "virtio-serial"):
            yield child
        else:
            yield from ours(child)


@pytest.fixture(scope="module")
def asked(fixed, refusal):
    """What fixes changed of documents that are XML as they stand: name -> rules, what libvirt says before and after."""
    return {
        one.name: (
            {finding.rule for finding in one.result.report.fixed}
            - {finding.rule for finding in one.result.report.findings},
            refusal(one.result.before),
            refusal(one.result.after),
        )
        for one in fixed
        if one.result.after != one.result.before and read_document(one.result.before, one.name).mask is None
    }


@pytest.mark.embed
def test_what_the_driver_defined_it_defines_after_the_fixes(asked):
    after = {name: after for name, (_, before, after) in asked.items() if before is None}
    assert len(after) > 20
    assert {name: said for name, said in after.items() if said is not None} == {}


@pytest.mark.embed
def test_what_the_driver_refused_as_a_rule_says_it_does_not_refuse_so_after_the_fix(asked):
    """What else it refuses a document for, a program that is not on this machine as an example, is not spoken of."""
    as_said = {
        name: (rules, before, after) for name, (rules, before, after) in asked.items() if is_refusal_of(rules, before)
    }
    assert {name: case for name, case in as_said.items() if is_refusal_of(case[0], case[2])} == {}


def is_refusal_of(rules, said):
    return said is not None and any(words.search(said) for rule in rules for words in REFUSALS.get(rule, ()))
