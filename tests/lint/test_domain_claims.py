"""What libvirt refuses and accepts, as the pages of the rules on whole domains say, shown on the QEMU driver."""

import shutil

import pytest
from by_version import words_of
from domain_claims import CLAIMS

from chanfix.domain.versions import Version
from chanfix.lint.rules import by_name
from chanfix.lint.run import Job, Run, Source

EVERY_CLAIM = [(rule, name, claim) for rule, claims in CLAIMS.items() for name, claim in claims.items()]

every_claim = pytest.mark.parametrize(
    ("rule", "claim"), [pytest.param(rule, claim, id=f"{rule}-{name}") for rule, name, claim in EVERY_CLAIM]
)


@pytest.mark.embed
@every_claim
def test_define_goes_as_the_page_says(refusal, rule, claim):
    import libvirt

    if shutil.which(f"qemu-system-{claim.arch}") is None:
        pytest.skip(f"QEMU for {claim.arch} is not installed")
    said = refusal(claim.text.encode())
    if claim.words is None:
        assert said is None
    else:
        assert words_of(claim.words, Version.from_number(libvirt.getVersion())) in (said or "defined")


@every_claim
def test_rule_reports_what_libvirt_refuses_and_nothing_else(rule, claim):
    [report] = Run.lint([Source("claim.xml", claim.text.encode)], Job((by_name(rule),))).reports
    assert bool(report.findings) == (claim.words is not None)
