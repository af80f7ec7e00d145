"""What libvirt and QEMU say of what each rule reports: docs/libvirt-says.md, of the very cases that the claims run.

That they do say so is shown on the real driver, in the modules that the cases come from. Here each case is held against
its rule, and the page against the cases.
"""

from pathlib import Path

import pytest
from installed import SCHEMA
from libvirt_says import CASES, SAID, SILENT, VERSION

from chanfix.lint.finding import Severity
from chanfix.lint.rules import RULES, by_name
from chanfix.lint.run import Job, Run, Source

PAGE = Path(__file__).resolve().parents[2] / "docs" / "libvirt-says.md"


@pytest.mark.parametrize(("name", "said"), [pytest.param(*case, id=case[0]) for case in CASES])
def test_the_rule_reports_what_libvirt_is_shown_to_refuse_or_change(name, said):
    if by_name(name).needs_schema and SCHEMA is None:
        pytest.skip("libvirt's schemas are not installed (Debian package libvirt0)")
    [report] = Run.lint([Source("web.xml", said.text.encode)], Job(RULES, version=VERSION, schema=SCHEMA)).reports
    assert name in {finding.rule for finding in report.findings}


def test_every_error_is_shown_or_has_a_reason_why_not():
    errors = {rule.name for rule in RULES if rule.severity is Severity.ERROR}
    assert errors <= SAID.keys() | SILENT.keys()
    assert (SAID.keys() | SILENT.keys()) <= {rule.name for rule in RULES}
    assert SAID.keys().isdisjoint(SILENT)


def test_the_page_is_made_of_the_cases(golden):
    golden(PAGE, page())


def page():
    rows = [row(name, said.step, said.words) for name, said in CASES]
    rows += [row(name, "never", f"nothing: {reason}") for name, reason in SILENT.items()]
    return HEAD + "".join(f"{line}\n" for line in dict.fromkeys(rows))


def row(name, step, words):
    return f"| [{name}](rules/{name}.md) | {step} | {words} |"


HEAD = """\
# What libvirt says

What libvirt 9.0.0 and QEMU 7.2 do with what a rule reports: when, and in which words. Each line is run by the tests, on
libvirt's own QEMU driver. "agent call" is the answer to anything that libvirt would ask the agent of a running domain.
A rule that is not here reports what works today and is a trap, or what a person should know.

| rule | at | libvirt or QEMU says |
| --- | --- | --- |
"""
