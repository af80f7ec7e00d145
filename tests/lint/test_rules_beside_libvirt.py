"""Generated domains, before the rules and before the installed libvirt: what one refuses, the other refuses.

The domains of one round are always the same; ``--rounds 5`` tries two hundred others of each family.
"""

from functools import partial

import pytest
from generated_domains import FAMILIES, KNOWN, with_parts_left_out
from hypothesis import given, settings
from hypothesis import strategies as st
from libvirt_says import CASES

from chanfix.domain.versions import Version
from chanfix.lint.error_texts import matches
from chanfix.lint.finding import Severity
from chanfix.lint.rules import RULES, by_name, load
from chanfix.lint.run import Job, Run, Source

pytestmark = pytest.mark.embed

EXAMPLES = 40
# The rules all of whose errors are refusals at define. Those of the others show at the start, or in the running guest.
ELSEWHERE = {name for name, said in CASES if said.step != "define" or said.words.startswith("nothing, ")}
AT_DEFINE = {name for name, _ in CASES} - ELSEWHERE
# Words that a rule knows, and why the text of the domain does not decide.
UNDECIDED = {
    "slot must be <= 0": "libvirt adds the bus, of a kind that goes by the device",
    "No PCI buses available": "it is about a device that libvirt adds",
    "video type '*' doesn't support multiple 'heads'": "the model is the default one of this QEMU",
    "is only supported by virtio-scsi controller": "the model is the default one of this QEMU",
    "target must be 0 for controller model '*'": "the model is the default one of this QEMU",
    "video type '*' is only valid as primary video device": "one behind the first may be the primary one",
}


@pytest.fixture
def compare(request, refusal, installed_driver):
    """Compare the rules with libvirt on generated domains."""
    version = Version.parse(installed_driver.about.libvirt)
    examples = EXAMPLES * request.config.getoption("rounds")
    refused = 0

    def check(text, is_both):
        nonlocal refused
        said = refusal(text.encode())
        assert said is None or not said.startswith("libvirt crashed")
        if said is not None and said.startswith("not asked: "):
            return
        refused += said is not None
        [report] = Run.lint([Source("a.xml", partial(bytes, text.encode()))], Job(RULES, version=version)).reports
        errors = {finding.rule for finding in report.findings if finding.severity is Severity.ERROR}
        assert said is not None or not errors & AT_DEFINE
        reported = {finding.rule for finding in report.findings if finding.severity >= Severity.WARNING}
        known = rules_that_know(said, text) if said is not None and is_both else set()
        assert not known or reported & known, said

    def compare(strategy, is_both=True):
        settings(max_examples=examples)(given(strategy, st.just(is_both))(check))()
        return refused

    return compare


def rules_that_know(said, text):
    """Return the rules with the words of a refusal, and those that they leave its place to."""
    # libvirt adds a USB controller, of a model that goes by the QEMU.
    undecided = [*UNDECIDED, *([] if "<controller type='usb'" in text else ["requested USB port * not present"])]
    if any(matches(said, words) for words in undecided):
        return set()
    known = {rule.name for rule in RULES if any(matches(said, words) for words in load(rule).words_of_refusals())}
    return known.union(*(by_name(name).yields_to for name in known))


@pytest.mark.parametrize("family", FAMILIES)
def test_rules_and_libvirt_refuse_the_same_domains(family, compare):
    # A family of which libvirt refuses nothing would show nothing.
    assert compare(FAMILIES[family]) > 0


def test_libvirt_refuses_what_the_rules_refuse_of_known_domains_with_parts_left_out(compare):
    # Not the other way round: what is left out has a default, which the rules may not know.
    assert compare(with_parts_left_out(KNOWN), is_both=False) > 0
