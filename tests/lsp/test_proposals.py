"""What an editor is offered at a place, and told of a word; ``|`` marks the place."""

import pytest

from chanfix.lsp.completion import known_at, proposals_at


def at(marked):
    return marked.replace("|", ""), marked.index("|")


def names(marked):
    return [proposal.name for proposal in proposals_at(*at(marked))]


QEMU = "http://libvirt.org/schemas/domain/qemu/1.0"
DEVICES = "<domain type='kvm'>\n  <devices>\n    "


@pytest.mark.parametrize(
    ("text", "there", "not_there"),
    [
        (f"{DEVICES}<|", {"disk", "watchdog"}, {"memory ", "features", "vcpu"}),
        (f"{DEVICES}<di|", {"disk"}, {"features"}),
        (f"{DEVICES}<disk |", {"type", "device", "rawio"}, {"bus"}),
        (f"{DEVICES}<disk type='file' |", {"device"}, {"type", "rawio"}),
        (f"{DEVICES}<disk type='network'><source |", {"protocol"}, {"dev", "pool"}),
        (f"{DEVICES}<disk type='file'><target dev='vda' bus='v|", {"virtio", "sata"}, {"file"}),
        (f"{DEVICES}<disk type='|'/></devices></domain>", {"file", "network"}, {""}),
        (f"{DEVICES}<disk type='file'></|", {"disk"}, {"source"}),
        ("<domain type='kvm'><on_reboot>|", {"restart", "destroy"}, {"kvm"}),
        ("<domain type='kvm'><features><hyperv>\n<|</hyperv></features></domain>", {"tlbflush", "stimer"}, {"acpi"}),
        ("<channel type='unix'><target |", {"name", "type"}, set()),
        ("{% if a %}<domain type='{{ kind }}'><os><|{% endif %}", {"loader"}, set()),
        ("<domain><|", {"os"}, {"qemu:commandline", "lxc:namespace"}),
        (f"<domain xmlns:q='{QEMU}'><q|", {"q:commandline"}, {"qemu:commandline", "lxc:namespace"}),
        (f"<domain xmlns:q='{QEMU}'><q:commandline><|", {"q:arg"}, {"qemu:arg"}),
        ("<domain><qemu:commandline><|", {"qemu:arg"}, set()),
    ],
)
def test_words_that_are_right_at_a_place_are_offered(text, there, not_there):
    found = set(names(text))
    assert there <= found
    assert found.isdisjoint(not_there)


@pytest.mark.parametrize(
    "text", ["|", "<html><|", "<domain type='kvm'><!-- <|", "<domain><nothing><|", "<domain type=|"]
)
def test_nothing_is_offered_where_libvirt_knows_nothing(text):
    assert names(text) == []


def test_since_when_a_word_is_known_is_told():
    details = {proposal.name: proposal.detail for proposal in proposals_at(*at(f"{DEVICES}<watchdog model='|"))}
    assert details["itco"] == "since 9.1.0"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"{DEVICES}<di|sk type='file'/>", "`<disk>` in `<devices>`"),
        (f"{DEVICES}<watchdog mo|del='itco'/>", "`model` of `<watchdog>`: 'diag288'"),
        (f"{DEVICES}<watchdog model='it|co'/>", "`itco` as `model` of `<watchdog>`: since 9.1.0"),
        ("<domain type='kvm'><on_reboot>re|start</on_reboot></domain>", "`restart` as text of `<on_reboot>`"),
        ("<do|main type='kvm'>", None),
        (f"{DEVICES}<dsk| type='file'/>", None),
        (f"{DEVICES}|", None),
    ],
)
def test_word_under_the_pointer_is_told(text, words):
    known = known_at(*at(text))
    assert known is None if words is None else words in known.text


def test_word_that_is_told_is_marked_as_a_whole():
    text, offset = at(f"{DEVICES}<watch|dog model='itco'/>")
    known = known_at(text, offset)
    assert text[known.start : known.end] == "watchdog"
