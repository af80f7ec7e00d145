"""What is offered in place of a value that libvirt does not know."""

import pytest

from chanfix.lint.rules import by_name
from chanfix.lint.run import Job, Run, Source

DOMAIN = """\
<domain type='kvm'>
  <name>web</name>
  <memory unit='MiB'>512</memory>
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
  <on_reboot>{}</on_reboot>
</domain>
"""


@pytest.mark.parametrize(
    ("value", "title"),
    [
        ("destory", "Write 'destroy'"),
        ("restrat", "Write 'restart'"),
        ("coredump-restart", None),
        ("dump-restart", None),
    ],
)
def test_a_slip_is_corrected_and_another_value_is_not_guessed(value, title):
    source = Source("web.xml", DOMAIN.format(value).encode)
    [report] = Run.lint([source], Job((by_name("unknown-value"),))).reports
    [finding] = report.findings
    assert (finding.fix.title if finding.fix else None) == title
