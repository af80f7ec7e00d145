import pytest

from chanfix.domain import Domain
from chanfix.domain.placement import insert_channel
from chanfix.xml.document import Document
from chanfix.xml.patch import apply_edits

WRITTEN = "<channel type='unix'><target type='virtio' name='port'/></channel>"
CHANNEL = Document.parse(WRITTEN.encode()).root


def inserted(text: str) -> str:
    document = Document.parse(text.encode())
    return apply_edits(document.data, insert_channel(Domain.of(document), CHANNEL)).decode()


ORDER = {
    "behind-the-last-channel": "<channel/><console/><channel/>NEW<input/>",
    "behind-the-last-port": "<console/><disk/><serial/>NEW<input/>",
    "behind-parallel": "<serial/><parallel/>NEW<tpm/>",
    "where-libvirt-writes-it": "<emulator/><disk/><controller/><interface/>NEW<input/><graphics/><video/>",
    "emulator-at-the-end": "<disk/>NEW<memballoon/><emulator/>",
    "only-later-devices": "NEW<input/><video/>",
    "none": "NEW",
}


@pytest.mark.parametrize("devices", ORDER.values(), ids=ORDER)
def test_channel_goes_beside_its_like_else_where_libvirt_would_write_it(devices):
    text = f"<domain type='kvm'><devices>{devices}</devices></domain>"
    assert inserted(text.replace("NEW", "")) == text.replace("NEW", WRITTEN)


def test_of_several_devices_the_one_with_the_best_neighbour_takes_it():
    text = "<domain type='kvm'><devices><disk/></devices><devices><channel/></devices><devices/></domain>"
    assert inserted(text) == text.replace("<channel/>", "<channel/>" + WRITTEN)


def test_of_several_devices_without_a_neighbour_the_first_takes_it():
    text = "<domain type='kvm'><devices><video/></devices><devices><video/></devices></domain>"
    assert inserted(text) == text.replace("<devices>", "<devices>" + WRITTEN, 1)


LAYOUT = {
    "spaces": (
        "<domain type='kvm'>\n  <devices>\n    <disk/>\n  </devices>\n</domain>\n",
        "<domain type='kvm'>\n  <devices>\n    <disk/>\n    <channel type='unix'>\n"
        "      <target type='virtio' name='port'/>\n    </channel>\n  </devices>\n</domain>\n",
    ),
    "crlf": (
        "<domain type='kvm'>\r\n  <devices>\r\n    <disk/>\r\n  </devices>\r\n</domain>",
        "<domain type='kvm'>\r\n  <devices>\r\n    <disk/>\r\n    <channel type='unix'>\r\n"
        "      <target type='virtio' name='port'/>\r\n    </channel>\r\n  </devices>\r\n</domain>",
    ),
    "tabs": (
        "<domain type='kvm'>\n\t<devices>\n\t\t<disk/>\n\t</devices>\n</domain>\n",
        "<domain type='kvm'>\n\t<devices>\n\t\t<disk/>\n\t\t<channel type='unix'>\n"
        "\t\t\t<target type='virtio' name='port'/>\n\t\t</channel>\n\t</devices>\n</domain>\n",
    ),
    "double-quotes-and-blank-before-slash": (
        '<domain type="kvm">\n  <devices>\n    <disk type="file" />\n  </devices>\n</domain>\n',
        '<domain type="kvm">\n  <devices>\n    <disk type="file" />\n    <channel type="unix">\n'
        '      <target type="virtio" name="port" />\n    </channel>\n  </devices>\n</domain>\n',
    ),
    "one-line": (
        "<domain type='kvm'><devices><disk/><video/></devices></domain>",
        f"<domain type='kvm'><devices><disk/>{WRITTEN}<video/></devices></domain>",
    ),
    "comment-behind-the-last-channel": (
        "<domain type='kvm'>\n  <devices>\n    <channel type='pty'>\n      <target type='virtio'/>\n"
        "    </channel> <!-- for tests -->\n  </devices>\n</domain>\n",
        "<domain type='kvm'>\n  <devices>\n    <channel type='pty'>\n      <target type='virtio'/>\n"
        "    </channel> <!-- for tests -->\n    <channel type='unix'>\n"
        "      <target type='virtio' name='port'/>\n    </channel>\n  </devices>\n</domain>\n",
    ),
    "comment-above-the-first-device-stays-with-it": (
        "<domain type='kvm'>\n  <devices>\n    <!-- the screen -->\n    <video/>\n  </devices>\n</domain>\n",
        "<domain type='kvm'>\n  <devices>\n    <channel type='unix'>\n      <target type='virtio' name='port'/>\n"
        "    </channel>\n    <!-- the screen -->\n    <video/>\n  </devices>\n</domain>\n",
    ),
    "self-closing-devices": (
        "<domain type='kvm'>\n  <devices />\n</domain>\n",
        "<domain type='kvm'>\n  <devices>\n    <channel type='unix'>\n      <target type='virtio' name='port' />\n"
        "    </channel>\n  </devices>\n</domain>\n",
    ),
    "empty-devices": (
        "<domain type='kvm'>\n  <devices></devices>\n</domain>\n",
        "<domain type='kvm'>\n  <devices>\n    <channel type='unix'>\n      <target type='virtio' name='port'/>\n"
        "    </channel>\n  </devices>\n</domain>\n",
    ),
    "no-devices": (
        "<domain type='kvm'>\n  <name>web</name>\n</domain>\n",
        "<domain type='kvm'>\n  <name>web</name>\n  <devices>\n    <channel type='unix'>\n"
        "      <target type='virtio' name='port'/>\n    </channel>\n  </devices>\n</domain>\n",
    ),
    "empty-domain": (
        "<domain type='kvm'/>",
        f"<domain type='kvm'><devices>{WRITTEN}</devices></domain>",
    ),
}


@pytest.mark.parametrize(("text", "expected"), LAYOUT.values(), ids=LAYOUT)
def test_channel_is_written_in_the_layout_of_the_document(text, expected):
    assert inserted(text) == expected
