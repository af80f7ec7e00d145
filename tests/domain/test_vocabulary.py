"""libvirt's vocabulary: the data is whole, each word in it is silent in its place, and libvirt's own documents are."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from chanfix import resources
from chanfix.domain import domains_in, vocabulary_hints
from chanfix.domain.versions import NEWEST, Version
from chanfix.domain.vocabulary import Since, since, strays_of, vocabulary
from chanfix.lint.rules import RULES
from chanfix.lint.run import Job, Run, Source
from chanfix.template import read_document
from chanfix.xml.document import Document

PROJECT = Path(__file__).resolve().parents[2]
TABLE = json.loads(resources.read("schemas/vocabulary.json"))
CONTEXTS = vocabulary().contexts
SAMPLES = {
    "hex": ("0x1f", "1f", "7"),
    "integer": ("-1", "0", "12"),
    "mac": ("52:54:00:12:34:56",),
    "number": ("0", "12", " 12 ", "0x10"),
    "text": ("", "any text", "/a/b"),
    "uuid": ("3e3fce45-4f53-4fa7-bb32-11f34168b82b", "3e3fce454f534fa7bb3211f34168b82b"),
}
# Documents that libvirt's own tests accept, and what is wrong in them all the same.
TRUE = {}


def strays_in(text):
    return [
        stray for domain in domains_in(Document.parse(text.encode())) for found in strays_of(domain) for stray in found
    ]


def test_the_data_is_as_its_schema_says():
    schema = json.loads(resources.read("schemas/vocabulary.schema.json"))
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(TABLE)


def test_all_names_in_the_data_lead_somewhere():
    parts = [part for one in TABLE["contexts"].values() for part in (one, *one.get("variants", {}).values())]
    contexts = {name for part in parts for name in part.get("elements", {}).values()} | {"domain"}
    values = {name for part in parts for name in part.get("attributes", {}).values()}
    values |= {part["text"] for part in parts if "text" in part}
    assert contexts == TABLE["contexts"].keys()
    assert values == TABLE["values"].keys()


def test_the_data_is_made_of_the_facts():
    program = PROJECT / "docs" / "tools" / "vocabulary"
    done = subprocess.run([sys.executable, str(program), "--check"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--read", "12.9", "/nowhere"], "'12.9' is no version; expected one as 12.8.0"),
        (["--read", "12.9.0", "/nowhere"], "there is no domain.rng in '/nowhere'"),
        (["--ask", "/nowhere"], "there are no documents (*.xml) in '/nowhere'"),
    ],
)
def test_facts_are_not_written_from_what_is_not_there(arguments, sentence):
    program = PROJECT / "docs" / "tools" / "vocabulary"
    done = subprocess.run([sys.executable, str(program), *arguments], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, f"{sentence}\n")


def test_the_newest_release_is_the_newest_version():
    assert vocabulary().releases[-1] == NEWEST


def sample(values):
    entry = TABLE["values"][values]
    return [*entry.get("values", ()), *(text for kind in entry.get("kinds", ()) for text in SAMPLES[kind])]


def documents_of_all_words():
    """Yield a document for each context, by a way to it, with every attribute and every value in turn."""
    ways = {"domain": ()}
    waiting = ["domain"]
    for name in waiting:
        context = TABLE["contexts"][name]
        kinds = context.get("variants", {None: {}})
        for kind, variant in kinds.items():
            own = {context["by"]: kind} if kind else {}
            way = (*ways[name], (name, own))
            yield way, {**context.get("attributes", {}), **variant.get("attributes", {})}, context
            for tag, below in {**context.get("elements", {}), **variant.get("elements", {})}.items():
                if below not in ways:
                    ways[below] = (*ways[name], (name, own, tag))
                    waiting.append(below)


def element(tag, attributes, inside=""):
    namespace, _, local = tag.rpartition("}")
    declared = f" xmlns='{namespace[1:]}'" if namespace else ""
    written = "".join(f" {name}='{value}'" for name, value in attributes.items())
    return f"<{local}{declared}{written}>{inside}</{local}>"


def document(way, attributes, text=""):
    """Write a document down to the last element of a way."""
    tags = ["domain", *(step[2] for step in way[:-1])]
    given = [step[1] for step in way]
    given[-1] = given[-1] | attributes
    inside = text
    for tag, own in reversed(list(zip(tags, given, strict=True))):
        if tag == "domain":
            own = {"type": "kvm"} | own
            inside = f"{inside}<os/>" if len(way) > 1 or not text else inside
        inside = element(tag, own, inside)
    return inside


def test_each_word_of_the_vocabulary_is_silent_in_its_place():
    count = 0
    wrong = []
    for way, attributes, context in documents_of_all_words():
        cases = [
            ({name: value}, "") for name, values in attributes.items() for value in sample(values) if "{" not in name
        ]
        cases += [({}, text) for text in sample(context["text"])] if "text" in context else []
        for given, text in cases:
            # An attribute that decides is part of the way already, and each domain has a type.
            if (context.get("by") in given and way[-1][1]) or len(way) == 1:
                continue
            count += 1
            found = list(CONTEXTS.strays(Document.parse(document(way, given, text).encode()).root, "domain"))
            if any(not stray.is_new for stray in found):
                wrong.append((way[-1][0], given, text, found))
    assert wrong == []
    assert count > 3000


@pytest.mark.parametrize(
    ("name", "device"),
    [
        ("web.xml", "<interface type='network'><source network='x'/><driver rss='on'/></interface>"),
        ("web.xml.j2", "<disk type='file'><target dev='vda' bus='{{ bus }}'/></disk>"),
        ("web.xml", "<channel type='nothing'/>"),
    ],
    ids=["newer", "filled-in", "in-channels"],
)
def test_misspelt_name_is_found_among_many_parts_that_are_no_findings(name, device):
    text = "<domain type='kvm'><devices><video><modle type='virtio'/></video>{}</devices></domain>"
    data = text.format(device * 150).encode()
    [domain] = domains_in(read_document(data, name) if name.endswith(".j2") else Document.parse(data))
    assert [stray.node.tag for stray in strays_of(domain).names] == ["modle"]


def test_hint_looks_at_few_of_many_elements_around(monkeypatch):
    asked = []
    leads_to = vocabulary_hints._leads_to
    monkeypatch.setattr(vocabulary_hints, "_leads_to", lambda *those: asked.append(len(those[2])) or leads_to(*those))
    inside = "<source fil='/b'/>"
    for _ in range(200):
        inside = f"<backingStore type='file'>{inside}</backingStore>"
    text = f"<domain type='kvm'><devices><disk type='file'>{inside}</disk></devices></domain>"
    [domain] = domains_in(Document.parse(text.encode()))
    [stray] = strays_of(domain).names
    assert vocabulary_hints.kinds_of(domain, stray) is None
    assert max(asked) < 4


def test_what_is_newer_was_so_after_a_release_and_by_another():
    for part in (part for one in TABLE["contexts"].values() for part in (one, *one.get("variants", {}).values())):
        for text in part.get("since", {}).values():
            known = Since.parse(text)
            assert Version(7) < known.by <= NEWEST
            assert known.is_missing_in(Version(7))
            assert not known.is_missing_in(NEWEST)


@pytest.mark.parametrize(
    ("text", "version", "is_missing"),
    [
        ("9.1.0", Version(9), True),
        ("9.1.0", Version(9, 1), False),
        ("9.0.0..11.3.0", Version(9), True),
        ("9.0.0..11.3.0", Version(10), False),
        ("9.0.0..11.3.0", Version(11, 3), False),
    ],
)
def test_version_between_two_releases_is_given_the_benefit_of_the_doubt(text, version, is_missing):
    assert Since.parse(text).is_missing_in(version) is is_missing


def test_documents_that_libvirts_tests_accept_have_no_unknown_words(corpus, real_documents):
    accepted = [Path(line).name for line in (corpus / "libvirt-9.0.0-accepted.txt").read_text().splitlines()]
    found = {}
    for name in accepted:
        for domain in domains_in(Document.parse(real_documents[name])):
            strays = strays_of(domain)
            words = sorted((stray.node.tag, stray.attribute) for stray in (*strays.names, *strays.values))
            if words:
                found[name] = words
    assert len(accepted) > 800
    assert found == TRUE


def test_documents_of_libvirt_9_need_no_newer_one(corpus, real_documents):
    accepted = [Path(line).name for line in (corpus / "libvirt-9.0.0-accepted.txt").read_text().splitlines()]
    newer = [
        (name, stray.node.tag, stray.attribute)
        for name in accepted
        for domain in domains_in(Document.parse(real_documents[name]))
        for stray in strays_of(domain).newer
        if since(stray).is_missing_in(Version(9))
    ]
    assert newer == []


@pytest.mark.parametrize(
    "text",
    [
        "<domain type='kvm' xmlns:a='urn:a'><os/><a:b c='d'><e/></a:b><devices a:f='g'/></domain>",
        "<domain type='kvm'><os/><metadata x='y'><anything><at all='x'/></anything></metadata></domain>",
        "<domain type='kvm'><os/><devices><!-- a --><?b c?><disk/></devices></domain>",
        "<domain type='kvm'><os/><devices><disk type='{{ kind }}'><source pool='a'/></disk></devices></domain>",
        "<domain type='kvm'><os/><devices><disk type='${KIND}'><source anything='a'/></disk></devices></domain>",
        "<domain type='kvm'><os/><devices><channel type='unix'><nothing of='ours'/></channel></devices></domain>",
        "<domain type='kvm'><os/><devices><controller type='virtio-serial' nothing='a'/></devices></domain>",
        "<domain type='kvm'><os/><vcpu>{{ cpus }}</vcpu><memory unit='MiB'>@MEMORY@</memory><on_crash/></domain>",
        "<domstatus><domain type='kvm'><os/><nothing/></domain></domstatus>",
    ],
)
def test_what_is_not_ours_to_tell_is_silent(text):
    found = [
        stray
        for domain in domains_in(read_document(text.encode(), "web.xml.j2"))
        for strays in strays_of(domain)
        for stray in strays
    ]
    assert [(stray.node.tag, stray.attribute) for stray in found] == []


MANY = " ".join(f"a{number}='1'" for number in range(5_000))


@pytest.mark.parametrize(
    "inside",
    [
        "<a/>" * 20_000,
        f"<vcpu>{'9' * 100_000}</vcpu>",
        f"<uuid>{'-' * 100_000}</uuid><memory>{' ' * 100_000}x</memory>",
        f"<devices><disk {MANY}/></devices>",
        f"<devices>{'<disk><source>' * 100}<a/>{'</source></disk>' * 100}</devices>",
    ],
    ids=["elements", "digits", "dashes", "attributes", "depth"],
)
def test_hostile_documents_have_a_bounded_number_of_findings(inside):
    text = f"<domain type='kvm'><os/>{inside}</domain>"
    assert 0 < len(strays_in(text)) <= 100 or inside.startswith("<vcpu>9")
    [report] = Run.lint([Source("web.xml", text.encode)], Job(RULES)).reports
    assert report.error is None
