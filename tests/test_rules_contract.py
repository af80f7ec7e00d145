"""What every rule promises: a unique name, a whole page, examples that behave, fixes that hold."""

import ast
import inspect
import re
from pathlib import Path

import pytest

from chanfix.domain import Domain
from chanfix.domain.libvirt_schema import find_schema
from chanfix.domain.versions import NEWEST, Version
from chanfix.errors import InputError
from chanfix.lint.check import check_domain
from chanfix.lint.fix import Look, fix
from chanfix.lint.hide import Hidden, hide
from chanfix.lint.rules import RULES
from chanfix.lint.rules.base import Bad, Draft, Facts, Fixable, Good, MadeByEngine, Rule, whole_document
from chanfix.lint.source import refused
from chanfix.template import read_document
from chanfix.xml.edit import Safety

# Rules on texts that are no document.
REFUSED = {"not-well-formed", "doctype", "template-not-lintable"}
HEADINGS = ["What it does", "Why it matters", "Fix", "References"]
ALLOWED_IMPORTS = {
    "chanfix.domain.versions",
    "chanfix.domain",
    "chanfix.domain.libvirt_schema",
    "chanfix.lint.finding",
    "chanfix.lint.rules.base",
    "chanfix.xml.edit",
    "chanfix.xml.together",
    "chanfix.domain.placement",
    # What a rule inserts is what `add` inserts, from the same template.
    "chanfix.domain.element",
    "chanfix.domain.path.fixes",
    "chanfix.domain.path.generated",
    "chanfix.domain.path.sockets",
    # The rule about secrets knows the ones that are masked, and no others.
    "chanfix.secrets",
    "chanfix.domain.path.kinds",
    "chanfix.domain.strays",
    "chanfix.domain.virtio_serial",
    "chanfix.domain.addresses",
    "chanfix.domain.values",
    "chanfix.domain.views",
    # Two rules hold a document against a grammar, one of them against our own: `from chanfix import resources`.
    "chanfix",
    "chanfix.lint.mismatched",
    "chanfix.relaxng.explain",
    "chanfix.relaxng.mismatch",
    "chanfix.relaxng.schema",
}

SCHEMA = find_schema()
WITHOUT_SCHEMA = pytest.mark.skip(reason="libvirt's schemas are not installed (Debian package libvirt0)")

every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
EXAMPLES = [
    pytest.param(
        rule,
        example,
        id=f"{rule.name}-{number}",
        marks=[WITHOUT_SCHEMA] if rule.needs_schema and SCHEMA is None else [],
    )
    for rule in RULES
    for number, example in enumerate(rule.examples)
]
BAD = [case for case in EXAMPLES if isinstance(case.values[1], Bad)]
GOOD = [case for case in EXAMPLES if isinstance(case.values[1], Good)]


def facts_of(example: Good | Bad) -> Facts:
    return Facts(version=Version.parse(example.version) if example.version else NEWEST, schema=SCHEMA)


def text_of(example: Good | Bad) -> bytes:
    return whole_document(example.xml).encode()


def look_of(rule: Rule, example: Good | Bad) -> Look:
    """Return how to look for the rule's drafts: by the rule alone, or in what all others make necessary."""

    def look(document):
        domain = Domain.of(document)
        if not isinstance(rule, MadeByEngine):
            return Hidden(check_domain(domain, [rule], facts_of(example)))
        drafts = check_domain(domain, RULES, facts_of(example))
        kept = hide(document, drafts, [rule.name for rule in RULES]).kept
        return Hidden([draft for draft in kept if draft.rule == rule.name])

    return look


def drafts_in(rule: Rule, example: Good | Bad) -> list[Draft]:
    data = text_of(example)
    try:
        document = read_document(data)
    except InputError as error:
        return [refused("", data, error).draft]
    return list(look_of(rule, example)(document).kept)


def source_of(rule: Rule) -> Path:
    return Path(inspect.getfile(type(rule)))


def test_rule_names_are_unique():
    names = [rule.name for rule in RULES]
    assert len(names) == len(set(names))


@every_rule
def test_name_file_and_class_are_the_same_words(rule):
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)
    assert source_of(rule).stem == rule.name.replace("-", "_")
    assert type(rule).__name__ == "".join(word.capitalize() for word in rule.name.split("-"))


@every_rule
def test_page_has_its_headings_in_order(rule):
    page = inspect.getmodule(type(rule)).__doc__
    assert [line for line in page.splitlines() if line in HEADINGS] == HEADINGS
    assert page.splitlines()[0].endswith(".")


@every_rule
def test_rule_file_imports_nothing_it_must_not_know(rule):
    tree = ast.parse(source_of(rule).read_text())
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name for name in imported if name.startswith("chanfix")} <= ALLOWED_IMPORTS


@every_rule
def test_rule_has_good_and_bad_examples(rule):
    assert {type(example) for example in rule.examples} == {Good, Bad}


@every_rule
def test_fixability_is_what_the_examples_show(rule):
    fixed = [example.fixed is not None for example in rule.examples if isinstance(example, Bad)]
    assert {Fixable.NEVER: not any(fixed), Fixable.ALWAYS: all(fixed), Fixable.SOMETIMES: any(fixed)}[rule.fixable]


@pytest.mark.parametrize(("rule", "example"), GOOD)
def test_good_example_is_silent(rule, example):
    assert drafts_in(rule, example) == []


@pytest.mark.parametrize(("rule", "example"), BAD)
def test_bad_example_has_one_finding_at_its_place(rule, example):
    [draft] = drafts_in(rule, example)
    assert draft.rule == rule.name
    assert text_of(example)[draft.at.span.start : draft.at.span.end].decode() == example.at


@pytest.mark.parametrize(("rule", "example"), [case for case in BAD if case.values[0].name not in REFUSED])
def test_fix_gives_the_text_the_example_promises_and_a_second_fix_changes_nothing(rule, example):
    document = read_document(text_of(example))
    look = look_of(rule, example)
    fixed = fix(document, look, Safety.UNSAFE)
    expected = example.xml if example.fixed is None else example.fixed
    assert fixed.document.data.decode() == whole_document(expected)
    assert fix(fixed.document, look, Safety.UNSAFE).done == []


def example_domains():
    """Return the domains of all rules' examples."""
    return [
        Domain.of(read_document(text_of(example)))
        for rule in RULES
        if rule.name not in REFUSED
        for example in rule.examples
    ]


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.devices is not None], ids=lambda rule: rule.name)
def test_rule_has_nothing_to_say_without_the_devices_that_it_speaks_of(rule):
    without = [domain for domain in example_domains() if domain.kinds.isdisjoint(rule.devices)]
    assert without
    assert [draft for domain in without for draft in rule.check(domain, Facts(schema=SCHEMA))] == []


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.words], ids=lambda rule: rule.name)
def test_rule_has_nothing_to_say_of_a_text_without_its_words(rule):
    without = [domain for domain in example_domains() if not any(word in domain.document.data for word in rule.words)]
    assert without
    assert [draft for domain in without for draft in rule.check(domain, Facts())] == []


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.name in REFUSED], ids=lambda rule: rule.name)
def test_rule_on_what_cannot_be_read_offers_no_fix(rule):
    assert rule.fixable is Fixable.NEVER
