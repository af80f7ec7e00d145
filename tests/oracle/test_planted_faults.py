"""Faults that are planted into real files, three at once in devices of their own: all are found, each at its place."""

import re
from itertools import cycle, islice

import pytest

from chanfix.domain import domains_in
from chanfix.errors import InputError
from chanfix.oracle.places import find_faults
from chanfix.oracle.question import question_of
from chanfix.template import read_document

pytestmark = pytest.mark.embed

# A device, and the text that the place of its fault has or is in.
FAULTS = (
    ("<iommu model='intell'/>", "intell"),
    ("<disk type='file'><source file='/x/no-target'/></disk>", "<disk type='file'>"),
    ("<channel type='tcp'><source mode='bind' service='1'/><target type='virtio' name='q'/></channel>", "tcp"),
    ("<interface type='user'><address type='pci' slot='0x45'/></interface>", "0x45"),
    ("<sound model='no-sound'/>", "no-sound"),
    ("<interface type='user'><mac address='zz:zz'/></interface>", "zz:zz"),
    ("<rng model='virtio'><backend model='no-backend'>/dev/random</backend></rng>", "no-backend"),
    ("<watchdog model='no-dog'/>", "no-dog"),
    ("<disk type='file'><source file='/x/usb'/><target dev='vdz' bus='virtio'/><address type='usb'/></disk>", "usb"),
    ("<input type='no-input' bus='usb'/>", "no-input"),
    ("<video><model type='no-video'/></video>", "no-video"),
)
BEHIND = re.compile(r"</(?:disk|interface|controller|channel|console|serial|hostdev|video)>\n")
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def planted(text, faults):
    """Put devices into a text, behind the first, a middle and the last device of it."""
    ends = [match.end() for match in BEHIND.finditer(text)]
    places = sorted({ends[0], ends[len(ends) // 2], ends[-1]}) if ends else []
    for at, (device, _) in sorted(zip(cycle(places), faults, strict=False), reverse=True):
        text = text[:at] + device + text[at:]
    return text


def taken(path, driver):
    """Return the text of a file that the driver takes, without its comments; None for others."""
    try:
        text = COMMENT.sub("", path.read_bytes().decode())
        [domain] = domains_in(read_document(text.encode(), path.name))
    except (InputError, UnicodeDecodeError, ValueError):
        return None
    question = question_of(domain, driver)
    return text if not isinstance(question, str) and driver.ask(question.text()).is_accepted else None


def test_three_faults_in_each_real_file_are_found_at_their_places(corpus, installed_driver):
    texts = {path.name: taken(path, installed_driver) for path in sorted((corpus / "real").iterdir())}
    texts = {name: text for name, text in texts.items() if text is not None and BEHIND.search(text)}
    assert len(texts) > 20
    missed = {}
    for number, (name, text) in enumerate(texts.items()):
        faults = list(islice(cycle(FAULTS), number, number + 3))
        document = read_document(planted(text, faults).encode(), name)
        [domain] = domains_in(document)
        question = question_of(domain, installed_driver)
        first = installed_driver.ask(question.text())
        found = find_faults(question, first, installed_driver, seconds=60).found
        at = {document.text(fault.place.at.span) for fault in found}
        if wrong := {place for _, place in faults} ^ at:
            missed[name] = wrong, [fault.verdict.message for fault in found]
    assert missed == {}
