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


MACHINE = """\
<domain type='kvm'>
  <name>web</name>
  <memory unit='MiB'>512</memory>
  <os><type arch='{}'>hvm</type></os>
  <devices><interface type='user'><mac address='{}'/></interface></devices>
</domain>
"""
MAC = "52:54:00:12:34:56"


def unknown_values(arch, mac):
    source = Source("web.xml", MACHINE.format(arch, mac).encode)
    [report] = Run.lint([source], Job((by_name("unknown-value"),))).reports
    return report.findings


@pytest.mark.parametrize(
    ("arch", "meant"),
    [("amd64", "x86_64"), ("AMD64", "x86_64"), ("arm64", "aarch64"), ("i386", "i686"), ("ppc64el", "ppc64le")],
)
def test_another_name_of_an_architecture_is_known(arch, meant):
    [finding] = unknown_values(arch, MAC)
    assert f"expected '{meant}'" in finding.message
    assert finding.fix.title == f"Write '{meant}'"


@pytest.mark.parametrize("mac", ["52-54-00-12-34-56", "525400123456", "52:54:00:12:34", "052:54:00:12:34:56"])
def test_hardware_address_of_another_form_is_reported(mac):
    [finding] = unknown_values("x86_64", mac)
    assert finding.message.endswith("expected a hardware address such as 52:54:00:12:34:56")


def test_hardware_address_with_single_digits_is_taken():
    assert unknown_values("x86_64", "52:54:0:12:34:5") == ()


@pytest.mark.embed
@pytest.mark.parametrize("mac", ["52-54-00-12-34-56", "052:54:00:12:34:56"])
def test_driver_refuses_a_hardware_address_of_another_form(mac, refusal):
    assert "unable to parse mac address" in refusal(MACHINE.format("x86_64", mac).replace("'kvm'", "'qemu'").encode())


@pytest.mark.embed
def test_driver_takes_a_hardware_address_with_single_digits(refusal):
    assert refusal(MACHINE.format("x86_64", "52:54:0:12:34:5").replace("'kvm'", "'qemu'").encode()) is None
