"""What a newer libvirt alone refuses: a warning where nobody said which libvirt will be asked."""

import pytest

from chanfix.domain.targets import targets
from chanfix.domain.versions import NEWEST, Version
from chanfix.lint.finding import Severity
from chanfix.lint.rules import RULES, by_name
from chanfix.lint.run import Job, Run, Source

DOMAIN = """\
<domain type='kvm'>
  <name>web</name>
  <memory>524288</memory>
  <os><type arch='{}' machine='{}'>hvm</type></os>
  <features>{}</features>
  <devices>{}</devices>
</domain>
"""
SHMEM = "<shmem name='s'><model type='ivshmem-plain'/><size unit='KiB'>64</size></shmem>"
VHOST = "<interface type='vhostuser'><source type='unix' path='/x' mode='client'/><model type='virtio'/></interface>"
# All of these are refused by 11.3, and taken by 9.0.
REFUSED = {
    "acpi-firmware": DOMAIN.format("ppc64", "pseries", "<acpi/>", ""),
    "refused-combination": DOMAIN.format("x86_64", "q35", "<acpi/>", SHMEM),
    "shared-memory-missing": DOMAIN.format("x86_64", "q35", "<acpi/>", VHOST),
}


def severities(rule, job):
    [report] = Run.lint([Source("web.xml", REFUSED[rule].encode)], job).reports
    return {finding.severity for finding in report.findings if finding.rule == rule}


@pytest.mark.parametrize("rule", REFUSED)
def test_it_is_an_error_only_for_a_libvirt_that_somebody_named(rule):
    rules = (by_name(rule),)
    debian = next(target for target in targets() if target.name == "debian-13")
    assert severities(rule, Job(rules, version=NEWEST)) == {Severity.WARNING}
    assert severities(rule, Job(rules, version=Version(11, 3))) == {Severity.ERROR}
    assert severities(rule, Job(rules, targets=(debian,))) == {Severity.ERROR}


def test_misspelt_name_that_a_newer_libvirt_needs_is_no_more_than_a_warning():
    text = DOMAIN.format("x86_64", "q35", "<acpi/>", "").replace(
        "<type arch", "<shim>/x</shim><kernl>/y</kernl><type arch"
    )
    [report] = Run.lint([Source("web.xml", text.encode)], Job(RULES)).reports
    assert {finding.severity for finding in report.findings if finding.rule == "unknown-name"} == {Severity.WARNING}
