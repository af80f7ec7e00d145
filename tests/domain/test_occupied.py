"""Which device is at which place on a bus, and which names for disks are free."""

import pytest

from chanfix.domain import Domain
from chanfix.domain.disk_names import FreeNames, name_of
from chanfix.domain.occupied import in_place_of_the_machine, occupants
from chanfix.template import read_document


def domain(devices, machine="q35"):
    os = f"<os><type arch='x86_64' machine='{machine}'>hvm</type></os>"
    return Domain.of(read_document(f"<domain type='kvm'>{os}<devices>{devices}</devices></domain>".encode()))


def places(devices):
    return [str(one.place) for one in occupants(domain(devices))]


def disk(name, bus, rest=""):
    return f"<disk><target dev='{name}' bus='{bus}'/>{rest}</disk>"


@pytest.mark.parametrize(
    ("device", "place"),
    [
        ("<rng><address type='pci' slot='0x1f' function='7'/></rng>", "PCI address 0000:00:1f.7"),
        ("<input><address type='usb' bus='0' port='1.2'/></input>", "port 1.2 of USB bus 0"),
        ("<rng><address type='ccw' cssid='0xfe' ssid='0' devno='0xA'/></rng>", "CCW address fe.0.000a"),
        (disk("sdb", "sata"), "sata controller 0, bus 0, target 0, unit 1"),
        (disk("hdd", "ide"), "ide controller 0, bus 1, target 0, unit 1"),
        (disk("sdh", "scsi"), "scsi controller 1, bus 0, target 0, unit 0"),
        (disk("fdb", "fdc"), "fdc controller 0, bus 0, target 0, unit 1"),
        (disk("sda", "scsi", "<address type='drive' unit='3'/>"), "scsi controller 0, bus 0, target 0, unit 3"),
    ],
)
def test_device_has_a_place(device, place):
    assert places(device) == [place]


@pytest.mark.parametrize(
    "device",
    [
        disk("vda", "virtio"),
        disk("sd{{ letter }}", "sata"),
        disk("sda", "{{ bus }}"),
        disk("sda", "sata", "{{ address }}"),
        disk("sda", "sata", "{% if a %}<address type='drive' unit='3'/>{% endif %}"),
        disk("sda", "sata", "<address type='drive' unit='{{ unit }}'/>"),
        disk("foo", "sata"),
        "<rng><address type='pci' slot='99999999999999999999999999999999999999999'/></rng>",
        "<rng><address type='pci' slot='-1'/></rng>",
        "<rng><address type='pci'/></rng>",
        "<input><address type='usb' bus='0' port='1.x'/></input>",
        "<input><address type='usb' bus='0'/></input>",
        "<memballoon model='none'><address type='pci' slot='3'/></memballoon>",
        "<video><model type='none'/><address type='pci' slot='3'/></video>",
        "<controller type='pci' model='pcie-root'><address type='pci' slot='3'/></controller>",
        "<graphics type='vnc'><address type='pci' slot='3'/></graphics>",
    ],
)
def test_place_that_is_not_known_does_not_count(device):
    assert places(device) == []


def test_place_of_the_machine_is_its_own_controllers():
    address = "<address type='pci' slot='0x1f' function='2'/>"
    found = domain(f"<controller type='sata' index='0'>{address}</controller><rng>{address}</rng>")
    assert [(one.device.tag, part) for one, part in in_place_of_the_machine(found, occupants(found)).items()] == [
        ("rng", "the SATA controller")
    ]


def test_names_are_given_out_once_and_only_where_the_place_is_free():
    found = domain(disk("sdb", "sata") + disk("vda", "virtio") + disk("hda", "sata"))
    names = FreeNames(found, occupants(found))
    assert [names.take("sd", "sata") for _ in range(3)] == ["sdc", "sdd", "sde"]
    assert [names.take("vd", "virtio") for _ in range(2)] == ["vdb", "vdc"]
    assert [names.take("fd", "fdc") for _ in range(3)] == ["fda", "fdb", None]


def test_no_name_is_free_for_certain_where_a_template_may_bring_disks():
    found = domain(disk("sda", "sata") + "{{ more }}")
    assert FreeNames(found, occupants(found)).take("sd", "sata") is None


def test_names_of_indexes():
    assert [name_of(index) for index in (0, 25, 26, 701, 702)] == ["a", "z", "aa", "zz", "aaa"]


def test_thousand_disks_at_one_address():
    found = domain(disk("sda", "sata", "<address type='drive' unit='2'/>") * 1000)
    assert len({one.place for one in occupants(found)}) == 1
