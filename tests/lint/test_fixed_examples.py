"""What the rules show as wrong, put to libvirt's QEMU driver: what it refused before the fix, it defines afterwards."""

from pathlib import Path

import pytest

from chanfix.lint.finding import Severity
from chanfix.lint.known.config import Config, chosen_rules
from chanfix.lint.rule import Bad, whole_document
from chanfix.lint.rules import RULES, load
from chanfix.lint.run import Job, Run, Source
from chanfix.xml.edit import Safety

pytestmark = pytest.mark.embed

CORPUS = Path(__file__).resolve().parents[1] / "corpus" / "bad"
NEEDED = "<name>web</name><memory unit='MiB'>64</memory><os><type arch='x86_64' machine='q35'>hvm</type></os>"
# Examples of level error that have a fix, each with its rule.
EXAMPLES = {
    f"{rule.name}-{number}": example.xml
    for rule in RULES
    if rule.severity is Severity.ERROR
    for number, example in enumerate(load(rule).examples)
    if isinstance(example, Bad) and example.fixed is not None
}
DEVICES = [name for name, text in EXAMPLES.items() if "<domain" not in text]
# Two faults in one domain: each with each of its next five.
PAIRS = {
    f"{one} and {DEVICES[(start + step) % len(DEVICES)]}": EXAMPLES[one]
    + EXAMPLES[DEVICES[(start + step) % len(DEVICES)]]
    for start, one in enumerate(DEVICES)
    for step in range(1, 6)
}


def domain(text):
    """Return an example as a domain with all that libvirt needs."""
    text = whole_document(text)
    if "<name>" in text:
        return text.encode()
    start, end, rest = text.partition(">")
    return (start + end + NEEDED + rest).encode()


def fix(text):
    """Return a text with all its fixes, and the rules of level error that still have findings."""
    run = Run.lint([Source("web.xml", lambda: text)], Job(chosen_rules(Config())))
    [report] = run.reports
    if run.fixable(Safety.UNSAFE):
        fixed = run.fix(0, Safety.UNSAFE)
        text, report = fixed.after, fixed.report
    return text, {finding.rule for finding in report.findings if finding.severity is Severity.ERROR}


def is_foreign(said):
    """Return True if a domain is for an architecture, or a newer version, whose QEMU is not installed here."""
    words = ("No emulator found", "this machine has no QEMU for", "does not support machine type")
    return any(each in (said or "") for each in words)


def test_the_driver_defines_every_fixed_example(refusal):
    refused = {name: said for name, text in EXAMPLES.items() if not is_foreign(said := refusal(domain(text)))}
    after = {name: refusal(fix(domain(EXAMPLES[name]))[0]) for name in refused}
    assert sum(said is not None for said in refused.values()) > 10
    assert {name: (refused[name], said) for name, said in after.items() if said is not None} == {}


def test_the_driver_defines_a_domain_of_two_faults_that_has_no_error_left(refusal):
    refused = {}
    asked = 0
    for name, text in PAIRS.items():
        fixed, left = fix(domain(text))
        if not left:
            asked += 1
            refused[name] = refusal(fixed)
    assert asked > len(PAIRS) / 2
    assert {name: said for name, said in refused.items() if said is not None} == {}


def test_the_driver_defines_every_case_that_has_no_error_left(refusal):
    asked = {}
    for path in sorted(CORPUS.glob("*/*.fixed.xml")):
        original = path.with_name(path.name.replace(".fixed", ""))
        if not original.exists():  # a stylesheet or a template, which libvirt cannot be asked about
            continue
        before = original.read_bytes()
        fixed, left = fix(before)
        if not is_foreign(refusal(before)) and (not left or refusal(before) is None):
            asked[f"{path.parent.name}/{path.name}"] = refusal(fixed)
    assert len(asked) > 50
    assert {name: said for name, said in asked.items() if said is not None} == {}
