"""What counts as the same definition, after libvirt has read it and written it anew."""

import pytest
from definitions import channel, definition

from chanfix.change.compare import differences, is_met_by, runs_with_channels_of
from chanfix.domain import Domain
from chanfix.xml.document import Document

CONTROLLER = "<controller type='virtio-serial' index='0'/>"
CONTROLLER_WITH_ADDRESS = (
    "<controller type='virtio-serial' index='0'>"
    "<address type='pci' domain='0x0000' bus='0x03' slot='0x00' function='0x0'/></controller>"
)
PCI_PORT = "<controller type='pci' index='4' model='pcie-root-port'/>"
PLACED = "<address type='virtio-serial' controller='0' bus='0' port='1'/>"
PLACED_ELSEWHERE = "<address type='virtio-serial' controller='0' bus='0' port='2'/>"
DISKS = "<disk type='file'><target dev='vda'/></disk><disk type='file'><target dev='vdb'/></disk>"


def domain(xml):
    return Domain.of(Document.parse(xml if isinstance(xml, bytes) else definition(xml)))


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        pytest.param(channel(), channel(inside=PLACED), id="the channel gets an address"),
        pytest.param(channel(), CONTROLLER + channel(), id="and a controller"),
        pytest.param(CONTROLLER + channel(), CONTROLLER_WITH_ADDRESS + channel(), id="that gets an address too"),
        pytest.param(channel(), PCI_PORT + CONTROLLER + channel(), id="in a PCI port of its own"),
        pytest.param(channel(source="<source mode='bind'/>"), channel(), id="a source without a path says nothing"),
        pytest.param(channel(inside=PLACED), channel(inside=PLACED), id="an address that was there"),
        pytest.param(
            channel() + "<input type='mouse' bus='ps2'/>",
            "<input bus='ps2'  type=\"mouse\"></input><!-- x -->" + channel(),
            id="quotes, order of attributes and of kinds, comments",
        ),
        pytest.param(
            "<disk><source/><target/></disk>", "<disk><target/><source/></disk>", id="order inside of a device"
        ),
    ],
)
def test_what_libvirt_completes_or_writes_otherwise_is_the_same(wanted, found):
    assert differences(domain(wanted), domain(found)) == []


@pytest.mark.parametrize(
    ("wanted", "found", "named"),
    [
        pytest.param(channel(), "", ["<channel>"], id="the channel is not there"),
        pytest.param(channel(), channel() * 2, ["<channel>"], id="it is there twice"),
        pytest.param(channel(), channel("x"), ["<channel>"], id="it has another name"),
        pytest.param(channel() * 2, channel() + channel("x"), ["<channel>"], id="one of two has another name"),
        pytest.param(
            channel(inside="<protocol type='raw'/>"), channel(inside="<other type='raw'/>"), ["<channel>"],
            id="it has something else inside",
        ),
        pytest.param(
            channel(inside="<log><a>1</a></log>"), channel(inside="<log><a>2</a></log>"), ["<channel>"],
            id="it has another text inside",
        ),
        pytest.param(
            channel(source="<source mode='bind' path='/a'/>"), channel(), ["<channel>"], id="its path was dropped"
        ),
        pytest.param(
            channel(source="<source mode='bind' path='/a'/>"),
            channel(source="<source mode='bind' path='/b'/>"),
            ["<channel>"],
            id="its path was changed",
        ),
        pytest.param(channel(inside=PLACED), channel(inside=PLACED_ELSEWHERE), ["<channel>"], id="its address moved"),
        pytest.param(CONTROLLER, "", ["<controller>"], id="a controller is gone"),
        pytest.param(DISKS, DISKS.replace("vdb", "vdc"), ["<disk>"], id="another device changed"),
        pytest.param(DISKS, DISKS + DISKS, ["<disk>"], id="other devices came"),
        pytest.param(
            DISKS, "<disk type='file'><target dev='vdb'/></disk><disk type='file'><target dev='vda'/></disk>",
            ["<disk>"], id="devices of one kind changed places",
        ),
        pytest.param("", "<tpm model='tpm-tis'/>", ["<tpm>"], id="a device of a new kind came"),
        pytest.param(definition(), definition(memory=1), ["<currentMemory>", "<memory>"], id="the memory changed"),
        pytest.param(definition(kind="kvm"), definition(kind="qemu"), ["<domain>"], id="the hypervisor changed"),
        pytest.param(
            definition(before_devices="<metadata><a xmlns='x'>1</a></metadata>"),
            definition(before_devices="<metadata><a xmlns='x'>2</a></metadata>"),
            ["<metadata>"],
            id="metadata changed",
        ),
    ],
)  # fmt: skip
def test_what_changed_is_named_by_its_element(wanted, found, named):
    assert differences(domain(wanted), domain(found)) == named


def test_deep_metadata_is_compared_too():
    deep = [
        definition(before_devices="<metadata>" + "<x>" * 250 + text + "</x>" * 250 + "</metadata>") for text in "ab"
    ]
    assert differences(domain(deep[0]), domain(deep[0])) == []
    assert differences(domain(deep[0]), domain(deep[1])) == ["<metadata>"]


@pytest.mark.parametrize(
    ("stored", "running", "runs"),
    [
        pytest.param(
            channel(), channel(source="<source mode='bind' path='/run/x'/>", inside=PLACED), True, id="plugged in",
        ),
        pytest.param(channel(inside=PLACED), channel(inside=PLACED_ELSEWHERE), True, id="plugged in elsewhere"),
        pytest.param(channel(), "", False, id="missing"),
        pytest.param("", channel(), False, id="one too many"),
        pytest.param(channel("org.qemu.guest_agent.1"), channel(), False, id="under the old name"),
        pytest.param(
            channel(source="<source mode='bind' path='/a'/>"), channel(source="<source mode='bind' path='/b'/>"),
            False, id="with the old path",
        ),
    ],
)  # fmt: skip
def test_running_domain_has_the_channels_or_not(stored, running, runs):
    assert runs_with_channels_of(domain(stored), domain(running)) is runs


def test_channel_that_connects_is_not_what_libvirt_makes_of_one_without_a_path():
    [stored, listening, connecting] = [
        Domain.parse(definition(channel(source=source))).channels[0]
        for source in ("", "<source mode='bind' path='/x'/>", "<source mode='connect' path='/x'/>")
    ]
    assert is_met_by(stored, listening)
    assert not is_met_by(stored, connecting)
    assert is_met_by(connecting, connecting)
