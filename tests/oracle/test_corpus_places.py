"""The documents of libvirt's own tests: each refusal is at its place, and what libvirt takes is not refused.

``places.txt`` says where a careful reader looks for each fault.
"""

import tarfile
from functools import partial
from pathlib import Path

import pytest

from chanfix.domain import domains_in
from chanfix.lint.finding import Severity
from chanfix.lint.rules import RULES
from chanfix.lint.run import Job, Run, Source
from chanfix.oracle.places import find_faults
from chanfix.oracle.question import question_of
from chanfix.template import read_document

pytestmark = pytest.mark.embed

PREFIX = "qemuxml2argvdata_"
# The version of the documents: another libvirt may refuse others.
VERSION = "9.0.0"
# In the tests of libvirt these are asked of a QEMU that cannot say what it can do; no real one takes them.
REFUSED_BY_EVERY_QEMU = {"fd-memory-numa-topology2", "fd-memory-numa-topology3"}


def right_places():
    """Return the places of each document by its name."""
    lines = (Path(__file__).parent / "places.txt").read_text().splitlines()
    return {name: places for name, *places in (line.split() for line in lines if not line.startswith("#"))}


PLACES = right_places()


@pytest.fixture(scope="module")
def documents(corpus, installed_driver):
    """The documents by name, where the libvirt that they belong to is installed."""
    if installed_driver.about.libvirt != VERSION:
        pytest.skip(f"the documents are those of libvirt {VERSION}")
    with tarfile.open(corpus / f"libvirt-{VERSION}-domains.tar.xz") as archive:
        return {Path(member.name).name: archive.extractfile(member).read() for member in archive if member.isfile()}


def path_of(piece):
    """Return where a part is: names and numbers from the root down."""
    names, node = [], piece.node
    while node.parent is not None:
        same = node.parent.children(node.tag)
        names.append(f"{node.tag}[{same.index(node) + 1}]")
        node = node.parent
    return "/".join(reversed(names)) + (f"@{piece.attribute}" if piece.attribute else "")


def is_right(path, place):
    """Return True if a path is a place or in it; a place without a number is any of its kind."""
    if place == ".":
        return path == ""
    wanted, _, attribute = place.partition("@")
    steps, given = path.partition("@")[0].split("/"), wanted.split("/")
    fits = len(steps) >= len(given) and all(
        step == name or step.partition("[")[0] == name for step, name in zip(steps, given, strict=False)
    )
    if not fits or not attribute:
        return fits
    return len(steps) == len(given) and path.partition("@")[2] == attribute


@pytest.fixture(scope="module")
def first_places(documents, installed_driver):
    """The place of the first fault of each document in the table that is refused."""
    found = {}
    for name in PLACES:
        [domain] = domains_in(read_document(documents[f"{PREFIX}{name}.xml"]))
        question = question_of(domain, installed_driver)
        assert not isinstance(question, str), (name, question)
        verdict = installed_driver.ask(question.text())
        assert not verdict.is_accepted, name
        faults = find_faults(question, verdict, installed_driver, seconds=60)
        found[name] = path_of(faults.found[0].place)
    return found


def test_first_place_of_nearly_every_refusal_is_right(first_places):
    wrong = {
        name: path for name, path in first_places.items() if not any(is_right(path, place) for place in PLACES[name])
    }
    assert len(wrong) <= 0.05 * len(PLACES), wrong


@pytest.fixture(scope="module")
def reports(corpus, documents, installed_libvirt):
    """The reports on all documents of libvirt's tests, by name."""
    rules = tuple(rule for rule in RULES if rule.asks_libvirt)
    sources = [Source(name, partial(bytes, data)) for name, data in documents.items()]
    return {report.path: report for report in Run.lint(sources, Job(rules, judge=installed_libvirt)).reports}


def listed(corpus, name):
    return {line.partition("\t")[0] for line in (corpus / f"libvirt-{VERSION}-{name}").read_text().splitlines()}


def test_every_document_in_the_table_is_reported(corpus, reports):
    assert {f"{PREFIX}{name}.xml" for name in PLACES} <= listed(corpus, "refused.tsv")
    silent = {
        name
        for name in PLACES
        if not any(one.rule == "libvirt-refuses" for one in reports[f"{PREFIX}{name}.xml"].findings)
    }
    assert silent == set()


def test_what_libvirt_takes_is_refused_for_reasons_of_this_machine_alone(corpus, reports):
    refused = {
        name.removeprefix(PREFIX).removesuffix(".xml")
        for name in listed(corpus, "accepted.txt")
        for finding in reports[name].findings
        if finding.rule == "libvirt-refuses" and finding.severity is Severity.ERROR
    }
    assert refused <= REFUSED_BY_EVERY_QEMU


# What libvirt 9.0.0 drops of the documents that its tests accept; each was looked at.
DROPPED = {
    "channel-virtio-unix": "a path that an older libvirt has made",
    "memtune-unlimited": "the limit that stands for none",
    "numatune-auto-nodeset-invalid": "a nodeset beside automatic placement",
    "seclabel-dynamic-labelskip": "what is there in a running domain only",
    "seclabel-dynamic-relabel": "relabel beside a label of type dynamic",
    "seclabel-static-labelskip": "what is there in a running domain only",
    "virtio-options-video-ats": "which of two videos is the first one, of one that must be",
    "virtio-options-video-iommu": "which of two videos is the first one, of one that must be",
    "virtio-options-video-packed": "which of two videos is the first one, of one that must be",
}


def test_losses_of_what_libvirt_takes_are_those_that_were_looked_at(corpus, reports):
    lost = {
        name.removeprefix(PREFIX).removesuffix(".xml")
        for name in listed(corpus, "accepted.txt")
        for finding in reports[name].findings
        if finding.rule == "libvirt-drops"
    }
    assert lost <= DROPPED.keys()
    assert lost
