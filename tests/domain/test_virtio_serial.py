import pytest

from chanfix.domain import Domain
from chanfix.domain.virtio_serial import capacity, controllers_by_index, ports_asked_for, virtio_devices
from chanfix.xml.document import Document

CHANNEL = "<channel type='pty'><target type='virtio' name='a'/>{}</channel>"
CONSOLE = "<console type='pty'><target type='virtio'/>{}</console>"


def domain(devices, kind="kvm"):
    return Domain.of(Document.parse(f"<domain type='{kind}'><devices>{devices}</devices></domain>".encode()))


def address(written):
    return f"<address type='virtio-serial' {written}/>"


@pytest.mark.parametrize(
    ("device", "place"),
    [
        (CHANNEL.format(address("controller='2' bus='0' port='3'")), (2, 0, 3)),
        (CHANNEL.format(address("")), (0, 0, None)),
        (CHANNEL.format(address("port='0'")), (0, 0, None)),
        (CHANNEL.format(address("port='0x1' controller='one'")), (None, 0, None)),
        (CHANNEL.format(address("bus='{{ bus }}'")), (0, None, None)),
        (CONSOLE.format(address("port='0'")), (0, 0, 0)),
        (CONSOLE.format(address("controller='1'")), (1, 0, 0)),
    ],
)
def test_port_is_what_libvirt_reads_in_an_address(device, place):
    [port] = ports_asked_for(domain(device))
    assert (port.controller, port.bus, port.number) == place


@pytest.mark.parametrize("written", ["", "<address type='pci' slot='0x05'/>", "<address port='1'/>"])
def test_without_an_address_of_its_own_kind_a_device_asks_for_no_port(written):
    one = domain(CHANNEL.format(written))
    assert len(virtio_devices(one)) == 1
    assert ports_asked_for(one) == []


@pytest.mark.parametrize(
    "device",
    [
        "<console type='pty'><target type='serial'/></console>",
        "<channel type='pty'><target type='xen' name='a'/></channel>",
        "<serial type='pty'><target type='virtio'/></serial>",
    ],
)
def test_other_devices_are_not_on_virtio_serial(device):
    assert virtio_devices(domain(device)) == []


@pytest.mark.parametrize(("kind", "count"), [("qemu", 1), ("{{ kind }}", 1), ("lxc", 0), ("xen", 0)])
def test_other_drivers_have_no_virtio_serial(kind, count):
    assert len(virtio_devices(domain(CHANNEL.format(""), kind))) == count


def test_controllers_without_an_index_get_the_lowest_that_is_free():
    written = "ports='10'", "index='0' ports='11'", "index='2' ports='12'", "ports='13'", "index='2' ports='14'"
    declared = controllers_by_index(domain("".join(f"<controller type='virtio-serial' {one}/>" for one in written)))
    assert {index: controller.ports for index, controller in declared.items()} == {0: 11, 1: 10, 2: 12, 3: 13}


@pytest.mark.parametrize(("written", "ports"), [("", 31), ("ports='4'", 4), ("ports='{{ ports }}'", None)])
def test_capacity_is_31_where_nothing_is_said(written, ports):
    [controller] = controllers_by_index(domain(f"<controller type='virtio-serial' {written}/>")).values()
    assert capacity(controller) == ports


def test_controller_that_libvirt_will_add_has_31_ports():
    assert capacity(None) == 31
