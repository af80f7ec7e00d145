"""Conditions of the rows: what they compare, and that they do not hold where something is not known."""

import pytest

from chanfix.domain import Domain
from chanfix.domain.refused.conditions import find, holds, parse
from chanfix.domain.refused.search import refusals
from chanfix.domain.versions import Version
from chanfix.template import read_document

DOMAIN = """\
<domain type='kvm'>
  <uuid>0F3B0C1E-7A52-4A36-9D5E-1C1C7F1B2A3D</uuid>
  <cpu most='513' least='512'><numa><cell id='0' memory='1'/><cell id='1' memory='1'/></numa></cpu>
  <devices>
    <controller type='usb' model='none'/>
    <disk type='file' device='{device}' number='0' size='{size}'><target dev='vda' bus=''/>
      <serial>{serial}</serial></disk>
    {more}
  </devices>
</domain>
"""


def domain(device="disk", size="512", serial="a b", more=""):
    text = DOMAIN.format(device=device, size=size, serial=serial, more=more)
    return Domain.of(read_document(text.encode()))


def does_hold(condition, **parts):
    around = domain(**parts)
    return holds(parse(condition), around.devices_of("disk")[0], around)


@pytest.mark.parametrize(
    "condition",
    [
        "target",
        "target/@dev",
        "!source",
        "@device = cdrom|disk",
        "@cache = -|none",
        "@device != cdrom",
        "@cache != none",
        "target/@dev ~ vd[a-z]",
        "target/@dev !~ hd[a-z]",
        "@size < 513",
        "@size > 511",
        "serial = a b",
        "/uuid",
        "/devices/controller[model=none]/@type = usb",
        "!/devices/graphics",
        "serial differs /uuid",
        "@size beyond /cpu/numa/cell",
        "@size below /cpu/@most",
        "@size reaches /cpu/@least",
        "/cpu/numa/cell[id=@number]/@memory = 1",
        ".",
    ],
)
def test_condition_holds(condition):
    assert does_hold(condition)


@pytest.mark.parametrize(
    "condition",
    [
        "source",
        "!target",
        "@device = -|cdrom",
        "@cache ~ .*",
        "@cache !~ none",
        "@device < 5",
        "@size > 512",
        "/devices/controller[model=piix3-uhci]",
        "serial differs /name",
        "@size beyond /cpu/cell",
        "@size below /cpu/@least",
        "@size below /cpu/@none",
        "@size below /name",
        "@size reaches /cpu/@most",
        "@size reaches /cpu/@none",
        "@device reaches /cpu/@least",
        "/cpu/numa/cell[id=@size]/@memory = 1",
        "/cpu/numa/cell[id=@none]/@memory = 1",
        "@size no-power-of 2",
        "@device no-power-of 2",
    ],
)
def test_condition_does_not_hold(condition):
    assert not does_hold(condition)


@pytest.mark.parametrize(("number", "is_beyond"), [("0,1", False), ("0-1", False), ("1,2", True), ("0,^5", False)])
def test_a_set_is_beyond_what_is_there(number, is_beyond):
    assert does_hold("@size beyond /cpu/numa/cell", size=number) is is_beyond


@pytest.mark.parametrize(
    ("size", "comparison", "is_true"),
    [
        ("unit='KB'>1049", "smaller 1 MiB", False),
        ("unit='KB'>1047", "smaller 1 MiB", True),
        (">1025", "larger 1 MiB", True),
        (">1024", "larger 1 MiB", False),
        ("unit='MiB'>1", "larger @size", True),
        ("unit='KiB'>512", "larger @size", False),
        ("unit='MiB'>1", "no-multiple-of @size", False),
        ("unit='MB'>1", "no-multiple-of @size", True),
        ("unit='MB'>1", "no-power-of 2", True),
        ("unit='GiB'>1", "no-power-of 2", False),
        ("unit='GiB'>0", "no-power-of 2", True),
        # What is not known, or no size, is neither.
        ("unit='bits'>1", "smaller 1 MiB", False),
        ("unit='{{ unit }}'>1", "smaller 1 MiB", False),
        (">{{ size }}", "smaller 1 MiB", False),
        (">many", "smaller 1 MiB", False),
        (">1", "smaller @device", False),
        (">1", "smaller @cache", False),
        (">1", "no-multiple-of 0", False),
    ],
)
def test_sizes_are_compared_with_their_units(size, comparison, is_true):
    around = domain(more=f"<memory><size {size}</size></memory>".replace("<size >", "<size>"))
    disk = around.devices_of("disk")[0]
    [memory] = around.devices_of("memory")
    assert holds(parse(f"/devices/memory/size {comparison}"), disk, around) is is_true
    # Nothing is not smaller than something.
    assert not holds(parse(f"target {comparison}"), memory, around)


def test_one_value_written_in_two_ways_does_not_differ():
    assert not does_hold("serial differs /uuid", serial=" 0f3b0c1e7a524a369d5e1c1c7f1b2a3d ")


@pytest.mark.parametrize("condition", ["@device = disk", "@device != disk", "@device ~ .*", "@device !~ disk"])
def test_nothing_holds_of_what_a_template_fills_in(condition):
    assert not does_hold(condition, device="{{ device }}")


@pytest.mark.parametrize("condition", ["/devices/graphics", "!/devices/graphics"])
def test_nothing_holds_of_what_a_template_may_bring(condition):
    assert not does_hold(condition, more="{{ graphics }}")
    assert not does_hold(condition, more="{% if vnc %}<graphics type='vnc'/>{% endif %}")


@pytest.mark.parametrize("written", ["@device is disk", "@device =", "@device = "])
def test_text_that_compares_in_no_known_way_is_no_condition(written):
    with pytest.raises(ValueError, match="no condition"):
        parse(written)


def test_what_a_path_leads_to_is_kept_for_elements_of_the_same_blocks():
    around = domain(more="{% if vnc %}<disk/><graphics type='vnc'/>{% endif %}")
    seen = {}
    outside, inside = around.devices_of("disk")
    for _ in range(2):
        found = [find(parse("/devices/graphics/@type"), disk, around, seen) for disk in (outside, inside)]
        assert [bool(getattr(each, "attribute", None)) for each in found] == [False, True]
    assert len(seen) == 2


def test_an_older_libvirt_that_was_never_asked_refuses_nothing():
    around = domain(device="lun")
    assert [refusal.row.name for refusal in refusals(around, Version(9))] == ["lun-of-file", "source-missing"]
    assert list(refusals(around, Version(8, 10))) == []


def test_what_depends_on_the_element_is_asked_for_each():
    text = "<domain type='kvm'><devices><audio id='3' type='none'/>{}</devices></domain>"
    sounds = [f"<sound model='ich9'><audio id='{number}'/></sound>" for number in (3, 4, 3)]
    around = Domain.parse(text.format("".join(sounds)).encode())
    found = [refusal for refusal in refusals(around, Version(9)) if refusal.row.name == "sound-audio-missing"]
    assert [refusal.element.get("id") for refusal in found] == ["4"]
