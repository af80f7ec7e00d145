"""The places of refusals, each asked of the real driver: the text at the place, and at the related places."""

import pytest
from small_domain import document_of

from chanfix.oracle.places import find_faults
from chanfix.oracle.verdict import Verdict

pytestmark = pytest.mark.embed

DISK = "<disk type='file'><source file='/{0}'/><target dev='{0}' bus='{1}'/>{2}</disk>"
FILLER = (
    "<controller type='usb' model='qemu-xhci'/><disk type='file'><source file='/v'/><target dev='vda'/></disk>"
    "<interface type='user'><model type='virtio'/></interface><memballoon model='virtio'/>"
)


def found(question, installed_driver, data):
    made = question(data)
    first = installed_driver.ask(made.text())
    assert not first.is_accepted
    return find_faults(made, first, installed_driver)


def text_at(piece):
    return piece.node.document.text(piece.at.span)


@pytest.mark.parametrize(
    ("data", "place", "related"),
    [
        pytest.param(document_of("<iommu model='intell'/>" + FILLER), "intell", [], id="a value of no use"),
        pytest.param(
            document_of(FILLER + DISK.format("sda", "sata", "") + DISK.format("sda", "scsi", "")),
            "sda",
            ["sda"],
            id="two that clash",
        ),
        pytest.param(
            document_of("<tpm model='tpm-tis'/>" + FILLER),
            "<tpm model='tpm-tis'/>",
            [],
            id="something is missing in it",
        ),
        pytest.param(
            document_of(FILLER + "<channel type='spicevmc'><target type='virtio'/></channel>"),
            "spicevmc",
            [],
            id="what asks for something that is missing",
        ),
        pytest.param(
            document_of("<controller type='pci' index='0' model='pci-root'/>", machine="q35"),
            "pci-root",
            ["q35"],
            id="a controller that does not go with the machine",
        ),
        pytest.param(document_of(FILLER, machine="pc-q35-1.7"), "pc-q35-1.7", [], id="a machine that QEMU has not"),
        pytest.param(document_of(FILLER, name="a/b"), "a/b", [], id="the name that every domain needs"),
        pytest.param(
            document_of(FILLER, beside="<memory/>").replace(b"<memory unit='MiB'>64</memory>", b""),
            "<memory/>",
            [],
            id="the memory that every domain needs",
        ),
        pytest.param(
            document_of(
                FILLER,
                beside="<vcpu>2</vcpu><cputune><vcpusched vcpus='0-1' scheduler='batch'/>"
                "<vcpusched vcpus='1' scheduler='batch'/></cputune>",
            ),
            "1",
            ["0-1"],
            id="beside the devices",
        ),
    ],
)
def test_first_fault_is_found_at_its_place(question, installed_driver, data, place, related):
    [fault, *_] = found(question, installed_driver, data).found
    assert (text_at(fault.place), [text_at(piece) for piece in fault.related]) == (place, related)


def test_three_faults_in_different_devices_are_all_found(question, installed_driver):
    devices = (
        "<watchdog model='none'/>"
        + DISK.format("sda", "sata", "<address type='pci'/>")
        + FILLER
        + "<channel type='spicevmc'><target type='virtio'/></channel>"
    )
    faults = found(question, installed_driver, document_of(devices))
    assert {text_at(fault.place) for fault in faults.found} == {"none", "pci", "spicevmc"}
    assert faults.is_whole


def test_same_fault_of_two_devices_is_found_twice(question, installed_driver):
    devices = "<redirdev bus='usb' type='spicevmc'/><controller type='usb' model='qemu-xhci'/>"
    faults = found(question, installed_driver, document_of(devices + devices.partition("<c")[0]))
    assert [text_at(fault.place) for fault in faults.found] == ["spicevmc", "spicevmc"]
    assert len({fault.place.cut for fault in faults.found}) == 2


def test_what_comes_of_a_fault_that_was_taken_out_is_no_fault(question, installed_driver):
    # Without its type the disk would lack a target; without the machine the root would be wrong.
    devices = "<controller type='pci' index='0' model='pcie-root'/>" + DISK.format("sda", "sata", "")
    faults = found(question, installed_driver, document_of(devices, machine="pc-q35-1.7"))
    assert [text_at(fault.place) for fault in faults.found] == ["pc-q35-1.7"]
    assert faults.is_whole


class WithoutFirmware:
    """A driver without firmware to choose, as libvirt 12.8 is where none is installed."""

    def ask(self, document, *, with_stored=False):
        if b"firmware='efi'" in document:
            return Verdict(9, "Unable to find 'efi' firmware that is compatible with the current configuration")
        return Verdict(67, "no loader path specified") if b"<loader" in document else Verdict()


def test_what_needs_the_attribute_of_a_fault_is_no_fault(question):
    data = document_of(machine="q35").replace(b"<os>", b"<os firmware='efi'>")
    made, driver = question(data.replace(b"</os>", b"<loader secure='yes'/></os>")), WithoutFirmware()
    faults = find_faults(made, driver.ask(made.text()), driver)
    assert [text_at(fault.place) for fault in faults.found] == ["efi"]
    assert not faults.is_whole


def test_search_ends_after_so_many_questions_and_says_so(question, installed_driver):
    made = question(document_of(FILLER + "<iommu model='intell'/>"))
    first = installed_driver.ask(made.text())
    before = installed_driver.questions
    faults = find_faults(made, first, installed_driver, questions=3)
    assert installed_driver.questions - before == 3
    assert faults.found
    assert not faults.is_whole


def test_search_ends_after_ten_faults(question, installed_driver):
    disks = "".join(DISK.format(f"vd{letter}", "virtio", "<address type='usb'/>") for letter in "abcdefghijkl")
    made = question(document_of(disks))
    faults = find_faults(made, installed_driver.ask(made.text()), installed_driver, questions=5000, seconds=60)
    assert len(faults.found) == 10
    assert not faults.is_whole


class Hostile:
    """A driver that refuses everything, in other words each time."""

    def __init__(self):
        self.questions = 0

    def ask(self, document, *, with_stored=False):
        self.questions += 1
        return Verdict(67, f"no {self.questions}")


def test_search_ends_where_nothing_helps(question):
    made = question(document_of(FILLER))
    driver = Hostile()
    faults = find_faults(made, Verdict(67, "no"), driver)
    assert len(faults.found) <= 10
    assert not faults.is_whole
    assert driver.questions <= 300
