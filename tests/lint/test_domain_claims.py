"""What libvirt refuses and accepts, as the pages of the rules on whole domains say, shown on the QEMU driver."""

import shutil

import pytest
from by_version import words_of
from domain_claims import CLAIMS

from chanfix.domain.versions import Version
from chanfix.lint.finding import Severity
from chanfix.lint.known.config import Config, chosen_rules
from chanfix.lint.rules import by_name
from chanfix.lint.run import Job, Run, Source
from chanfix.xml.edit import Safety

# What 12.8 refuses too, and older ones take.
REFUSED_BY_12_8 = "Machine type 'isapc' does not support PCI"


def need_qemu(arch):
    if shutil.which(f"qemu-system-{arch}") is None:
        pytest.skip(f"QEMU for {arch} is not installed")


EVERY_CLAIM = [(rule, name, claim) for rule, claims in CLAIMS.items() for name, claim in claims.items()]

every_claim = pytest.mark.parametrize(
    ("rule", "claim"), [pytest.param(rule, claim, id=f"{rule}-{name}") for rule, name, claim in EVERY_CLAIM]
)


@pytest.mark.embed
@every_claim
def test_define_goes_as_the_page_says(refusal, rule, claim):
    import libvirt

    need_qemu(claim.arch)
    said = refusal(claim.text.encode())
    if claim.words is None and said and said.endswith(REFUSED_BY_12_8):
        assert libvirt.getVersion() >= 12_008_000
    elif claim.words is None:
        assert said is None
    else:
        assert words_of(claim.words, Version.from_number(libvirt.getVersion())) in (said or "defined")


@every_claim
def test_rule_reports_what_libvirt_refuses_and_nothing_else(rule, claim):
    [report] = Run.lint([Source("claim.xml", claim.text.encode)], Job((by_name(rule),))).reports
    assert bool(report.findings) == (claim.words is not None)


@pytest.mark.embed
@every_claim
def test_fix_leaves_a_domain_that_libvirt_defines(refusal, rule, claim):
    need_qemu(claim.arch)
    run = Run.lint([Source("claim.xml", claim.text.encode)], Job(chosen_rules(Config())))
    if claim.words is None or not run.fixable(Safety.UNSAFE):
        return
    fixed = run.fix(0, Safety.UNSAFE)
    if not any(finding.severity is Severity.ERROR for finding in fixed.report.findings):
        assert refusal(fixed.after) is None
