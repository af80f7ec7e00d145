"""What the real driver does not store of what is written."""

import pytest
from small_domain import document_of

from chanfix.oracle.drops import dropped

pytestmark = pytest.mark.embed

CHANNEL = "<channel type='unix'>{}<target type='virtio' name='org.qemu.guest_agent.0'{}/></channel>"


@pytest.fixture
def lost(question, installed_driver):
    """Return the texts that are written and not stored: ``lost(data)``."""

    def find(data):
        made = question(data)
        verdict = installed_driver.ask(made.text(), with_stored=True)
        assert verdict.is_accepted, verdict
        pieces = dropped(made, verdict.stored, installed_driver)
        return [made.node.document.text(piece.cut).strip() for piece in pieces]

    return find


@pytest.mark.parametrize(
    ("devices", "expected"),
    [
        pytest.param("<memballoon model='virtio' autodefalte='on'/>", ["autodefalte='on'"], id="attribute"),
        pytest.param("<memballoon model='virtio'><adress/></memballoon>", ["<adress/>"], id="element"),
        pytest.param(
            "<memballoon model='virtio'><adress type='pci'><zpci uid='1'/></adress></memballoon>",
            ["<adress type='pci'><zpci uid='1'/></adress>"],
            id="the outermost of several",
        ),
        pytest.param(
            "<input type='tablet' bus='usb'/><input type='mouse' bus='usb' buss='1'/>", ["buss='1'"], id="one of two"
        ),
        pytest.param("<sevice/><memballoon model='none'/>", ["<sevice/>"], id="device"),
        pytest.param(
            "<disk type='file'><source file='/a'/><target dev='vda'/><iotune><read_bytes_sec>0</read_bytes_sec>"
            "</iotune></disk>",
            ["<iotune><read_bytes_sec>0</read_bytes_sec></iotune>"],
            id="a setting of no effect",
        ),
    ],
)
def test_what_is_not_stored_is_found(lost, devices, expected):
    assert lost(document_of(devices)) == expected


@pytest.mark.parametrize(
    "devices",
    [
        pytest.param(CHANNEL.format("", ""), id="nothing"),
        pytest.param(CHANNEL.format("<source mode='bind'/>", ""), id="default of a channel"),
        pytest.param(CHANNEL.format("", " state='connected'"), id="state of a running domain"),
        pytest.param("<serial type='pty'><source path='/dev/pts/3'/></serial>", id="pty of a running domain"),
        pytest.param("<interface type='user'><target dev='vnet0'/><alias name='net0'/></interface>", id="live device"),
        pytest.param(
            "<disk type='file'><driver name='qemu' cache='default'/><source file='/a' index='1'/><backingStore/>"
            "<target dev='vda'/></disk>",
            id="default and index of a disk",
        ),
        pytest.param(
            "<disk type='network'><source protocol='rbd' name='a/b'/><auth username='me'>"
            "<secret type='ceph' usage='x'/></auth><target dev='vda'/></disk>",
            id="what is stored in another place",
        ),
    ],
)
def test_nothing_is_said_of_defaults_and_of_what_a_running_domain_has(lost, devices):
    assert lost(document_of(devices)) == []


def test_empty_texts_say_nothing_and_an_unknown_empty_element_does(lost):
    assert lost(document_of(beside="<title></title><titel/>")) == ["<titel/>"]
