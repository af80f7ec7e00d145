"""Any domain, written into any surroundings, has the findings of the bare document, moved."""

import re
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linting import EVERY, lint
from surroundings import DOMAIN, SURROUNDINGS

from chanfix.errors import InputError
from chanfix.xml.document import Document

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
# No line of it ends any of the surroundings, and nothing in it looks like what a document leaves out.
TEXT = st.text(st.sampled_from("ab-_./:$`\\\"'{}%#@&~\u00e9\u20ac ()[]*<>|"), min_size=1, max_size=12)


@cache
def documents():
    """The roots of the corpus's domains, as text."""
    found = []
    for path in sorted(CORPUS.rglob("*.xml")):
        data = path.read_bytes()
        try:
            document = Document.parse(data)
        except InputError:
            continue
        is_plain = document.is_editable and document.encoding == "utf-8" and b"\r" not in data and b"..." not in data
        if is_plain and document.root.tag == "domain" and document.root.get("type") and b"\n---" not in data:
            span = document.root.place.span
            found.append(data[span.start : span.end].decode())
    return found


def domains(surroundings):
    """Domains of the corpus, and some with odd values in them, that can stand in some surroundings."""
    real = [text for text in documents() if can_stand(text, surroundings)]
    return st.one_of(st.sampled_from(real), made(surroundings))


def can_stand(text, surroundings):
    return not re.search(surroundings.without, text)


@st.composite
def made(draw, surroundings):
    """A domain with odd values in it."""
    quote = "'" if can_stand("=''/", surroundings) and draw(st.booleans()) else '"'
    quote = quote if can_stand(f"={quote}a", surroundings) else "'"
    value = {"'": "&apos;", '"': "&quot;"}
    odd = TEXT.filter(lambda text: can_stand(escape(text, value) + "x", surroundings) and "..." not in text)
    name, port, path = (escape(draw(odd), value) for _ in range(3))
    source = f"<source path='/{path}' mode='bind'/>" if draw(st.booleans()) else ""
    kind = draw(st.sampled_from(("pty", "unix", "tcp", "spicevmc")))
    port = draw(st.sampled_from(("org.qemu.guest_agent.0", "org.qemu.guest_agent", port)))
    channel = f"<channel type='{kind}'>{source}\n<target type='virtio' name='{port}'/></channel>"
    domain = DOMAIN.replace("web", name).replace("  </devices>", f"{channel}\n  </devices>")
    return domain.replace("'", quote)


def places(report):
    return [(finding.rule, finding.place.span.start, finding.message) for finding in report.findings]


@pytest.mark.survival(
    "Any domain XML",
    "generated and real domains in scripts, strings, documents and data files, linted",
    "the findings of the bare document, moved",
    times=20,
)
@pytest.mark.parametrize("name", SURROUNDINGS)
@settings(max_examples=20)
@given(data=st.data())
def test_findings_are_those_of_the_bare_document_moved(name, data):
    surroundings = SURROUNDINGS[name]
    domain = data.draw(domains(surroundings))
    bare = lint("a.xml", domain, EVERY)
    moved = [(rule, surroundings.place(domain, start), message) for rule, start, message in places(bare)]
    inside = lint(surroundings.file, surroundings.around(domain), EVERY)
    assert (places(inside), inside.suppressed) == (moved, bare.suppressed)
