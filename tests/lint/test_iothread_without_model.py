"""A SCSI controller without a model is not one of virtio-scsi where libvirt takes another one."""

import pytest

from chanfix.lint.rules import by_name
from chanfix.lint.run import Job, Run, Source

DOMAIN = """\
<domain type='qemu'>
  <name>web</name>
  <memory unit='MiB'>512</memory>
  <iothreads>1</iothreads>
  <os><type arch='{}' machine='{}'>hvm</type></os>
  <devices><controller type='scsi' index='0'{}><driver iothread='1'/></controller></devices>
</domain>
"""
REFUSED = [("x86_64", "q35", ""), ("x86_64", "pc", ""), ("x86_64", "q35", " model='auto'")]
# s390 has virtio-scsi, and ARM has it in libvirt 12.8.
TAKEN = [("s390x", "s390-ccw-virtio", ""), ("aarch64", "virt", ""), ("x86_64", "q35", " model='virtio-scsi'")]


def messages(*parts):
    source = Source("web.xml", DOMAIN.format(*parts).encode)
    [report] = Run.lint([source], Job((by_name("iothread-unusable"),))).reports
    return [finding.message for finding in report.findings]


@pytest.mark.parametrize("parts", REFUSED)
def test_thread_of_a_controller_that_gets_another_model_is_reported(parts):
    [message] = messages(*parts)
    assert message.endswith("has no I/O thread; expected model='virtio-scsi'") or "'auto'" in message


@pytest.mark.parametrize("parts", TAKEN)
def test_thread_of_a_controller_that_may_be_virtio_scsi_is_not_reported(parts):
    assert messages(*parts) == []


@pytest.mark.embed
@pytest.mark.parametrize("parts", REFUSED)
def test_driver_refuses_it(parts, refusal):
    assert "'iothread' attribute only supported for virtio scsi" in refusal(DOMAIN.format(*parts).encode())
