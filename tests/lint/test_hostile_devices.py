"""The rules on whole domains and what is no number, no address, or a thousand of one kind: silence, or findings."""

import pytest

from chanfix.lint.rules import RULES
from chanfix.lint.run import Job, Run, Source
from chanfix.xml.edit import Safety

FAMILIES = ("address", "boot", "disk", "hostdev", "network", "repository")
FAMILY = tuple(rule for rule in RULES if rule.family in FAMILIES)
HUGE = "9" * 40
DISK = "<disk type='file' device='{0}'><driver {0}/><source file='{0}'/><target dev='{0}' bus='{0}'/>{1}</disk>"
ADDRESSES = (
    "<address type='pci' domain='{0}' bus='{0}' slot='{0}' function='{0}' multifunction='{0}'/>",
    "<address type='drive' controller='{0}' bus='{0}' target='{0}' unit='{0}'/>",
    "<address type='usb' bus='{0}' port='{0}'/>",
    "<address type='ccw' cssid='{0}' ssid='{0}' devno='{0}'/>",
    "<address type='{0}'/>",
)
VALUES = (
    "",
    " ",
    "-1",
    "0x",
    "0xg",
    "1.1.1.1.1.1",
    HUGE,
    "0x" + "f" * 40,
    "2147483648",
    "{{ a }}",
    "1{{ a }}",
    "\u0661",
)


def domain(devices, os="<type arch='x86_64' machine='q35'>hvm</type>"):
    return f"<domain type='kvm'><name>a</name><uuid>b</uuid><os>{os}</os><devices>{devices}</devices></domain>"


def lint(text):
    run = Run.lint([Source("a.xml.j2", text.encode)], Job(FAMILY))
    [report] = run.reports
    assert report.error is None
    return run, report.findings


@pytest.mark.parametrize("value", VALUES)
def test_value_that_is_none_is_no_error_of_ours(value):
    devices = "".join(
        f"<rng>{address}</rng><controller type='pci' index='{value}' model='{value}'>{address}</controller>"
        f"<controller type='usb' index='{value}' model='qemu-xhci' ports='{value}'/><hub>{address}</hub>"
        f"<hostdev type='pci'><source>{address}</source><boot order='{value}'/></hostdev>"
        f"<hostdev type='usb'><source><vendor id='{value}'/><product id='{value}'/></source></hostdev>"
        f"<interface type='{value}'><mac address='{value}'/><model type='{value}'/><boot order='{value}'/></interface>"
        + DISK.format(value, address)
        for address in (address.format(value) for address in ADDRESSES)
    )
    for os in (
        "",
        f"<type arch='{value}' machine='{value}'>{value}</type><boot dev='{value}'/><loader secure='{value}'/>",
    ):
        run, _ = lint(domain(devices, os or "<type machine='pc'>hvm</type>"))
        if run.fixable(Safety.UNSAFE):
            run.fix(0, Safety.UNSAFE)


@pytest.mark.parametrize(
    "parts", ["<os/>", "<devices/>", "<os/><devices/><features/>", "<devices><disk/><interface/><hostdev/></devices>"]
)
def test_parts_that_are_missing_are_no_error_of_ours(parts):
    lint(f"<domain type='kvm'>{parts}</domain>")


def test_thousand_disks_of_one_name_get_names_of_their_own():
    one = "<disk type='file'><driver type='raw'/><source file='/a'/><target dev='sda' bus='sata'/></disk>"
    run, findings = lint(domain(one * 1000))
    assert [finding.rule for finding in findings if finding.rule != "acpi-missing"] == ["disk-target-repeated"] * 999
    assert run.fix(0, Safety.UNSAFE).report.findings == ()


def test_thousand_devices_at_one_pci_address_lose_it():
    one = "<rng model='virtio'><backend model='random'/><address type='pci' bus='1'/></rng>"
    run, findings = lint(domain(one * 1000))
    assert [finding.rule for finding in findings if finding.rule != "acpi-missing"] == ["address-collision"] * 999
    assert "address-collision" not in {finding.rule for finding in run.fix(0, Safety.SAFE).report.findings}


def test_thousand_controllers_with_an_index_past_the_end():
    one = "<controller type='pci' index='2147483648' model='pcie-root-port'/>"
    _, findings = lint(domain(one * 1000))
    assert {finding.rule for finding in findings} <= {"acpi-missing"}
