"""The promises of add, detach and attach, kept on every real document there is.

The documents are libvirt's own test data and definitions from public repositories. They are not part of the project;
without them these tests are skipped.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from chanfix.domain import AGENT_NAME, Domain
from chanfix.errors import ChanfixError
from chanfix.relaxng.schema import Schema
from chanfix.rewrite.add import add
from chanfix.rewrite.plan import Wish
from chanfix.rewrite.rename import attach, detach
from chanfix.xml.document import Document

LIBVIRT_SCHEMA = Path("/usr/share/libvirt/schemas/domain.rng")


@dataclass
class Outcome:
    """What happened to one document."""

    data: bytes
    refusal: str = ""
    added: bytes = b""
    detached: bytes = b""
    attached: bytes = b""
    added_twice: bytes = b""
    trouble: list[str] = field(default_factory=list)


def outcome_of(data):
    outcome = Outcome(data)
    try:
        outcome.added = add(Document.parse(data), Wish()).data
    except ChanfixError as refusal:
        outcome.refusal = refusal.message
        return outcome
    outcome.added_twice = add(Document.parse(outcome.added), Wish()).data
    try:
        outcome.detached = detach(Document.parse(outcome.added), Wish()).data
        outcome.attached = attach(Document.parse(outcome.detached), Wish()).data
    except ChanfixError as refusal:
        outcome.trouble.append(refusal.message)
    return outcome


@pytest.fixture(scope="module")
def outcomes(real_documents):
    return {name: outcome_of(data) for name, data in real_documents.items()}


@pytest.fixture(scope="module")
def edited(outcomes):
    return {name: outcome for name, outcome in outcomes.items() if not outcome.refusal}


def test_the_corpus_is_as_large_as_it_should_be(outcomes, edited):
    assert len(outcomes) > 2400
    assert len(edited) > 1700


def test_every_refusal_has_a_reason_that_is_one_of_ours(outcomes):
    reasons = Counter(
        next((known for known in KNOWN_REFUSALS if known in outcome.refusal), outcome.refusal)
        for outcome in outcomes.values()
        if outcome.refusal
    )
    assert set(reasons) <= set(KNOWN_REFUSALS)


KNOWN_REFUSALS = (
    "the root element is",
    "not a libvirt domain",
    "talks to no guest agent there",
    "libvirt is not known to make a path for the channel",
    "the domain has no <devices>",
    "is detached from libvirt",
    "the document is not XML",
    "not well-formed XML",
)


def test_a_second_add_changes_nothing(edited):
    assert [name for name, outcome in edited.items() if outcome.added_twice != outcome.added] == []


def test_every_document_has_one_agent_channel_afterwards(edited):
    assert [
        name for name, outcome in edited.items() if len(Domain.of(Document.parse(outcome.added)).agent_channels) != 1
    ] == []


@pytest.fixture(scope="module")
def renamed(edited):
    return {name: outcome for name, outcome in edited.items() if not outcome.trouble}


def test_detach_is_refused_only_where_its_name_is_taken(edited):
    troubles = {trouble for outcome in edited.values() for trouble in outcome.trouble}
    assert troubles == {"a channel 'org.qemu.guest_agent.1' is there already"}


def test_attach_gives_the_bytes_before_detach(renamed):
    assert len(renamed) > 1700
    assert [name for name, outcome in renamed.items() if outcome.attached != outcome.added] == []
    assert [name for name, outcome in renamed.items() if outcome.detached == outcome.added] == []


def common_start(one, other):
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def changed(before, after):
    """Return the part of ``before`` that is not in ``after``, and the part of ``after`` that is new."""
    start = common_start(before, after)
    before, after = before[start:], after[start:]
    end = common_start(before[::-1], after[::-1])
    return before[: len(before) - end], after[: len(after) - end]


def test_an_added_channel_is_all_that_changes(edited):
    wrong = []
    for name, outcome in edited.items():
        if AGENT_NAME.encode() in outcome.data:
            continue
        removed, new = changed(outcome.data, outcome.added)
        # A self-closing <devices/> is opened; everywhere else nothing goes away.
        if removed.strip() not in (b"", b"/") or new.count(b"<channel") > 1 or len(new) > 250:
            wrong.append(name)
    assert wrong == []


def without_agent_channels(data):
    """Return the bytes of a document before, between and behind its channels that are meant for an agent."""
    document = Document.parse(data)
    places = sorted(channel.node.place.span for channel, _ in Domain.of(document).meant_agents)
    edges = [0, *(edge for place in places for edge in (place.start, place.end)), len(document.data)]
    return [document.data[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]


def test_a_repair_changes_nothing_outside_of_the_channel(edited):
    repaired = {
        name: outcome
        for name, outcome in edited.items()
        if outcome.added != outcome.data and len(without_agent_channels(outcome.data)) == 2
    }
    assert len(repaired) >= 5
    assert [
        name
        for name, outcome in repaired.items()
        if without_agent_channels(outcome.data) != without_agent_channels(outcome.added)
    ] == []


def test_detach_changes_the_number_and_nothing_else(renamed):
    for outcome in renamed.values():
        assert outcome.added.replace(AGENT_NAME.encode(), b"org.qemu.guest_agent.1") == outcome.detached


def test_what_libvirts_schema_accepted_it_accepts_afterwards(edited):
    if not LIBVIRT_SCHEMA.exists():
        pytest.skip("libvirt's schemas are not installed (Debian package libvirt0)")
    schema = Schema.load(LIBVIRT_SCHEMA)
    accepted = [outcome for outcome in edited.values() if schema.accepts(Document.parse(outcome.data).root)]
    assert len(accepted) > 1500
    assert [outcome for outcome in accepted if not schema.accepts(Document.parse(outcome.added).root)] == []


# How to write a document in another layout, and what the new channel must not hold then.
LAYOUTS = {
    "crlf": (lambda text: text.replace(b"\n", b"\r\n"), rb"(?<!\r)\n|\r(?!\n)"),
    "cr": (lambda text: text.replace(b"\n", b"\r"), rb"\n"),
    "tabs": (lambda text: re.sub(rb"(?m)^( +)", lambda blanks: b"\t" * (len(blanks[1]) // 2), text), rb"\n\t* +<"),
    "one-line": (lambda text: re.sub(rb">\s+<", b"><", text), rb"[\r\n]"),
    "double-quotes": (lambda text: text.replace(b"'", b'"') if b'"' not in text else text.replace(b'"', b"'"), None),
    "byte-order-mark": (lambda text: b"\xef\xbb\xbf" + text, b"\xef"),
    "tags-over-lines": (lambda text: re.sub(rb"<(channel|devices|target|serial) ", rb"<\1\n     ", text), None),
}


@pytest.mark.parametrize(("layout", "foreign"), LAYOUTS.values(), ids=LAYOUTS)
def test_the_channel_is_written_in_the_layout_of_the_document(renamed, layout, foreign):
    wrong = []
    for name, outcome in list(renamed.items())[::10]:
        again = outcome_of(layout(outcome.data))
        if again.refusal:  # quotes inside quotes: no XML any more
            continue
        _, new = changed(again.data, again.added)
        is_kept = again.added_twice == again.added == again.attached
        if not is_kept or (AGENT_NAME.encode() not in outcome.data and foreign and re.search(foreign, new)):
            wrong.append(name)
    assert wrong == []
