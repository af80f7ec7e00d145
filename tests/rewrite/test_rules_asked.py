"""What a rewriting asks is enough: the rules that it leaves out have no finding after it that they had not before."""

from collections import Counter
from functools import cache

import pytest

from chanfix.domain import Domain
from chanfix.errors import ChanfixError
from chanfix.lint.check import check_domain
from chanfix.lint.finding import Severity
from chanfix.lint.rule import Facts, whole_document
from chanfix.lint.rules import RULES, load
from chanfix.rewrite.add import add
from chanfix.rewrite.plan import Wish, rules_for
from chanfix.rewrite.remove import remove
from chanfix.rewrite.rename import attach, detach
from chanfix.xml.document import Document

EVERY = 4  # of the real documents
ASKED = {rule.name for rule in rules_for(Wish())}
LEFT_OUT = tuple(rule for rule in RULES if rule.on_by_default and rule.name not in ASKED)
PLANNERS = {
    "add": (add, Wish()),
    "add --port": (add, Wish(port="com.example.0")),
    "add --path": (add, Wish(path="/run/web.agent")),
    "detach": (detach, Wish()),
    "attach": (attach, Wish()),
    "remove": (remove, Wish()),
}


def serious(document):
    domain = Domain.of(document)
    drafts = check_domain(domain, LEFT_OUT, Facts(is_running=domain.is_running))
    return Counter(draft.rule for draft in drafts if draft.severity and draft.severity >= Severity.WARNING)


def brought(documents, name):
    """Return what rules that are not asked find after a rewriting and not before, and how many documents changed."""
    planner, wish = PLANNERS[name]
    changed, found = 0, {}
    for title, data in documents.items():
        try:
            before = Document.parse(data)
            plan = planner(before, wish)
        except ChanfixError:
            continue
        if plan.is_change:
            changed += 1
            if more := serious(before.reread(plan.data)) - serious(before):
                found[title] = dict(more)
    return found, changed


@cache
def examples():
    """The examples of all rules, as documents."""
    texts = ((rule.name, number, example) for rule in RULES for number, example in enumerate(load(rule).examples))
    return {f"{name} {number}": whole_document(example.xml).encode() for name, number, example in texts}


@pytest.mark.parametrize("name", PLANNERS)
def test_rewriting_of_examples_brings_nothing_that_no_asked_rule_reports(name):
    found, changed = brought(examples(), name)
    assert found == {}
    assert changed > 0


@pytest.mark.parametrize("name", [name for name in PLANNERS if name != "attach"])
def test_rewriting_of_real_documents_brings_nothing_that_no_asked_rule_reports(name, real_documents):
    names = sorted(real_documents)[::EVERY]
    found, changed = brought({name: real_documents[name] for name in names}, name)
    assert found == {}
    assert changed > 5


def test_rules_that_are_asked_look_at_channels_and_what_carries_them():
    levels = {level for rule in RULES if rule.name in ASKED for level in rule.levels}
    assert levels <= {
        *(
            "agent_channel",
            "channel",
            "channels",
            "commandline_ports",
            "console",
            "controller",
            "controllers",
            "domain",
        ),
        *("parallel", "path", "port", "ports", "serial"),
    }
