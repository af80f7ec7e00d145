"""Rows about several elements: sets that share a number, and an element that comes behind another one."""

import pytest

from chanfix.domain import Domain
from chanfix.domain.refused.search import refusals
from chanfix.domain.versions import Version
from chanfix.template import read_document

DOMAIN = "<domain type='kvm'><cputune>{}</cputune><devices>{}</devices></domain>"
VIRTIO, VGA = (f"<video><model type='{kind}' {{}}/></video>" for kind in ("virtio", "vga"))


def found(row, tuning="", devices=""):
    """Return the elements that a row refuses."""
    domain = Domain.of(read_document(DOMAIN.format(tuning, devices).encode()))
    return [refusal.element for refusal in refusals(domain, Version(9)) if refusal.row.name == row]


def schedulers(*sets):
    return "".join(f"<vcpusched vcpus='{numbers}' scheduler='batch'/>" for numbers in sets)


@pytest.mark.parametrize(
    ("sets", "refused"),
    [
        (("0-1", "2"), []),
        (("0-2", "2"), ["2"]),
        (("0", "1", "0-3", "1"), ["0-3"]),
        (("0-3,^2", "2"), []),
        (("0-3", "{{ vcpus }}"), []),
        (("0-3", "many"), []),
    ],
)
def test_sets_that_share_a_number_are_refused(sets, refused):
    assert [node.get("vcpus") for node in found("scheduler-twice", schedulers(*sets))] == refused


def test_sets_of_blocks_that_exclude_each_other_are_not_refused():
    either = f"{{% if big %}}{schedulers('0-3')}{{% else %}}{schedulers('0')}{{% endif %}}"
    assert found("scheduler-twice", either) == []


@pytest.mark.parametrize(
    ("devices", "number"),
    [
        (VGA.format(""), 0),
        (VGA.format("") + VIRTIO.format(""), 0),
        (VIRTIO.format("") + VGA.format(""), 1),
        (VIRTIO.format("") + VGA.format("") * 2, 2),
        (VIRTIO.format("") + VGA.format("primary='yes'"), 0),
        (f"{{% if more %}}{VIRTIO.format('')}{{% endif %}}" + VGA.format(""), 0),
        (VIRTIO.format("") + f"{{% if more %}}{VGA.format('')}{{% endif %}}", 1),
    ],
)
def test_video_device_that_has_to_be_the_first_is_refused_behind_another_one(devices, number):
    assert len(found("video-not-the-first", devices=devices)) == number
