"""The scan of a document against three parsers: on every real document, and on real documents with something broken."""

import random
import re
import shutil
import subprocess
import zlib

import pytest
from events import Events
from lxml import etree

from chanfix.errors import InputError, InputKind
from chanfix.xml.document import Document

DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'
# What is put in, or in the place of a byte.
SPLINTERS = [b"<", b">", b"&", b'"', b"'", b"/", b"]]>", b"--", b"<!--", b"-->", b"<![CDATA[", b"<?x", b"\0", b"\xff"]
SPLINTERS += [
    b"&#0;",
    b"&#x41;",
    b"&lt;",
    b"&x;",
    b" a='1'",
    b" a='<'",
    b"<a/>",
    b"</a>",
    b"\r",
    b"\t",
    b"\xc3\xa9",
    b"=",
]


def survives(what, outcome):
    return pytest.mark.survival("Any domain XML", what, outcome)


def broken(name, data, times):
    """Return a document with one to three things broken in it, always the same for a name."""
    chance = random.Random(zlib.crc32(name.encode()) + times)
    for _ in range(chance.randint(1, 3)):
        start = chance.randrange(len(data) + 1)
        end = chance.choice([start, start, start + 1, start + 1, chance.randrange(start, len(data) + 1)])
        data = data[:start] + chance.choice([*SPLINTERS, b"", b""]) + data[end:]
    return data


class Xmllint:
    """Gives documents to one xmllint and knows what it made of each: its text in UTF-8, None for one it refused."""

    def __init__(self, folder, documents):
        names = [f"{number}.xml" for number in range(len(documents))]
        for name, data in zip(names, documents, strict=True):
            (folder / name).write_bytes(data)
        command = ["xmllint", "--nonet", "--encode", "UTF-8", *names]
        run = subprocess.run(command, cwd=folder, capture_output=True, check=False)
        said = run.stderr.decode("utf-8", "replace").splitlines()
        self.refused = {int(match[1]) for line in said if (match := re.match(r"(\d+)\.xml:\d+: .*error", line))}
        broken = {int(match[1]) for line in said if (match := re.match(r"(\d+)\.xml:\d+: (parser|I/O) error", line))}
        texts = iter(run.stdout.split(DECLARATION)[1:])
        self.texts = [None if number in broken else next(texts) for number in range(len(documents))]
        assert list(texts) == []


@pytest.fixture(scope="module")
def rounds(request):
    return request.config.getoption("rounds")


@pytest.fixture(scope="module")
def documents(real_documents, rounds):
    """All real documents, and broken ones, without those that are refused for what they are, well-formed or not."""
    bad = [broken(name, data, number) for number in range(rounds) for name, data in real_documents.items()]
    return [data for data in [*real_documents.values(), *bad] if kind_of(data) in (None, InputKind.NOT_WELL_FORMED)]


def kind_of(data):
    try:
        Document.parse(data)
    except InputError as error:
        return error.kind
    return None


@pytest.fixture(scope="module")
def by_xmllint(documents, tmp_path_factory):
    if shutil.which("xmllint") is None:
        pytest.skip("xmllint is not here: install libxml2-utils (Debian, Ubuntu) or libxml2 (Fedora)")
    return Xmllint(tmp_path_factory.mktemp("xmllint"), documents)


def is_accepted_by_lxml(data):
    try:
        etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return False
    return True


@survives("real documents and broken ones: is it XML, by chanfix, lxml and xmllint", "one verdict")
def test_well_formed_is_what_lxml_and_xmllint_take_for_it(documents, by_xmllint, tried):
    differ = []
    for number, data in enumerate(documents):
        verdicts = (kind_of(data) is None, is_accepted_by_lxml(data), number not in by_xmllint.refused)
        if len(set(verdicts)) > 1:
            differ.append((verdicts, data))
    assert differ == []
    tried(len(documents))


@survives(
    "their elements, attributes and texts, by the scan, expat, lxml and xmllint",
    "the same from all four, byte for byte",
)
def test_the_scan_finds_what_the_parsers_find(documents, by_xmllint, tried):
    differ, count = [], 0
    for data, text in zip(documents, by_xmllint.texts, strict=True):
        if kind_of(data):
            continue
        document = Document.parse(data)
        ours = Events.by_scan(document)
        again = etree.tostring(etree.fromstring(document.data), encoding="utf-8")
        if not ours == Events.by_expat(document.data) == Events.by_expat(again) == Events.by_expat(text):
            differ.append(data)
        count += 1
    assert count > 2000
    assert differ == []
    tried(count)
