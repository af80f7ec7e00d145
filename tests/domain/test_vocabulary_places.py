"""What is known of a place, as a person asks for it."""

import pytest

from chanfix.domain.vocabulary_places import context_around, find_places, place_text, words_of
from chanfix.errors import UsageError
from chanfix.xml.cursor import Open


def text_of(path):
    return "\n".join(map(place_text, find_places(path)))


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("disk/driver", ["disk/driver\n", "cache ", "'writethrough'", "iothreads       since 10.0.0"]),
        ("<devices>/<disk>/driver", ["devices/disk/driver\n"]),
        ("domain/os", ["os\n", "varstore", "since 12.1.0"]),
        ("watchdog", ["'itco' (since 9.1.0)"]),
        ("disk[network]/source", ["disk[network]/source\n", "protocol"]),
        ("controller", ["with type 'usb' or 'virtio-serial'"]),
        ("on_reboot", ["Text: 'destroy', 'preserve', 'rename-restart' or 'restart'"]),
        ("metadata", ["Elements: any"]),
        ("qemu:commandline", ["qemu:arg"]),
        ("features/acpi", ["nothing in it"]),
        ("memory", ["Text: a whole number", "'virtio-mem' (since 7.9.0)"]),
    ],
)
def test_place_is_told_with_attributes_values_and_since_when(path, words):
    text = text_of(path)
    assert [word for word in words if word not in text] == []


def test_kinds_of_an_element_that_differ_are_told_one_after_the_other():
    ways = [place.way for place in find_places("disk/source")]
    assert "disk[network]/source" in ways
    assert "disk[nvme]/source" in ways
    assert len(ways) == len(set(ways))


@pytest.mark.parametrize(
    ("path", "message", "hint"),
    [
        ("disk/drivr", "no <drivr> in <disk>", "did you mean 'driver'?"),
        ("dsk", "no <dsk> in a domain", "did you mean 'disk'"),
        ("disk[netwrk]/source", "no <disk> of the kind 'netwrk'", "did you mean 'network'?"),
        ("os[a]", "no <os> of the kind 'a'", None),
    ],
)
def test_place_that_is_not_there_is_refused_with_the_nearest(path, message, hint):
    with pytest.raises(UsageError) as refusal:
        find_places(path)
    assert message in refusal.value.message
    assert hint is None or hint in (refusal.value.hint or "")


@pytest.mark.parametrize("path", ["", "/", "<>", "domain"])
def test_no_path_at_all_is_the_domain(path):
    [place] = find_places(path)
    assert "on_reboot" in {word.name for word in words_of(place.context, "elements")}


@pytest.mark.parametrize(
    ("tags", "name"),
    [
        (["domain", "devices", "disk"], "target"),
        (["list", "domain", "devices"], "disk"),
        (["domainsnapshot", "inactiveDomain"], "devices"),
        (["disk"], "target"),
        (["domain", "qemu:commandline"], "qemu:arg"),
    ],
)
def test_elements_around_a_place_lead_to_its_context(tags, name):
    context = context_around([Open(tag, {}) for tag in tags])
    assert name in {word.name for word in words_of(context, "elements")}


@pytest.mark.parametrize("tags", [[], ["html", "body"], ["domain", "nothing"], ["a", "disk"]])
def test_what_is_not_libvirts_has_no_context(tags):
    assert context_around([Open(tag, {}) for tag in tags]) is None
