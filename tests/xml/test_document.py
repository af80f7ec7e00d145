import resource
import subprocess
import sys
import time

import pytest

from chanfix.errors import InputError
from chanfix.position import Position
from chanfix.xml.document import Document

LAYOUTS = {
    "multi-line-tag": "<r>\n<a\n  b='1'\n  c=\"2\"\n/></r>",
    "greater-in-value": "<r><a b='x>y' c='\"'/></r>",
    "cdata": "<r><![CDATA[<a b='no'/>]]><a b='1' c='2'/></r>",
    "comments": "<!-- <a> --><r><!-- <a b='1'> --><a b='1' c='2'/></r><!-- end -->",
    "instructions": "<?xml version='1.0'?><?x <a?><r><?y >?><a b='1' c='2'/></r><?z?>",
    "namespaces": "<r xmlns:q='u'><q:a b='0'/><a q:b='3' b='1' c='2'/></r>",
    "crlf-and-tabs": "<r>\r\n\t<a\tb = '1'\r\n\tc='2' />\r\n</r>\r\n",
    "blank-end-tag": "<r ><a b='1' c='2'></a ></r >",
}


@pytest.mark.parametrize("text", LAYOUTS.values(), ids=LAYOUTS)
def test_elements_and_attributes_are_found_where_they_stand(text):
    document = Document.parse(text.encode())
    node = document.root.child("a")
    assert document.text(node.place.start_tag).startswith("<a")
    for name in ("b", "c"):
        place = node.attribute_place(name)
        assert document.text(place.value) == node.get(name)
        assert document.text(place.span).startswith(name)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "iso-8859-1", "windows-1252", "ascii"])
def test_texts_of_one_byte_encodings_and_utf8_are_edited_in_their_own_bytes(encoding):
    declared = "utf-8" if encoding == "utf-8-sig" else encoding
    name = "web" if encoding == "ascii" else "wéb"
    data = f"<?xml version='1.0' encoding='{declared}'?><domain><name>{name}</name></domain>".encode(encoding)
    document = Document.parse(data)
    assert document.is_editable
    assert document.data == data
    assert document.text(document.root.child("name").place.content) == name


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "shift_jis"])
def test_texts_of_wide_encodings_have_places_and_are_not_editable(encoding):
    text = "<?xml version='1.0' encoding='{}'?>\n<r>あ<a b='1'/></r>".format("utf-16" if "16" in encoding else encoding)
    document = Document.parse(text.encode(encoding))
    assert not document.is_editable
    assert document.position(document.root.child("a").attribute_place("b").value.start) == Position(2, 11)


def test_entities_are_resolved_in_values_and_kept_in_places():
    document = Document.parse(b"<r><a b='&lt;&#48;&quot;'/></r>")
    node = document.root.child("a")
    assert node.get("b") == '<0"'
    assert document.text(node.attribute_place("b").value) == "&lt;&#48;&quot;"


def test_text_of_a_node_is_without_comments():
    assert Document.parse(b"<name>we<!-- no -->b</name>").root.text == "web"


REFUSED = {
    "empty": (b"", "not-well-formed", "is empty", (1, 1)),
    "blank": (b" \n\t", "not-well-formed", "is empty", (1, 1)),
    "prose": (b"\n  hello <domain/>", "not-well-formed", "is not XML", (2, 3)),
    "saved-domain": (b"LibvirtQemudSave\2\0", "not-well-formed", "virsh save-image-dumpxml", (1, 1)),
    "qcow2": (b"QFI\xfb\0\0", "not-well-formed", "a qcow2 disk image", (1, 1)),
    "truncated": (b"<domain>\n <name>x", "not-well-formed", "not well-formed XML", (2, 9)),
    "mismatched": (b"<domain>\n</demain>", "not-well-formed", "not well-formed XML", (2, 3)),
    "two-documents": (b"<domain/>\n<domain/>", "not-well-formed", "Extra content", (2, 1)),
    "nul": (b"<a>\0</a>", "not-well-formed", "NUL", (1, 4)),
    "doctype": (
        b"<?xml version='1.0'?>\n<!-- x -->\n<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
        "doctype",
        "DOCTYPE",
        (3, 1),
    ),
    "bad-utf8": (b"<a>\n\xff</a>", "not-well-formed", "not well-formed XML", (2, 1)),
    "unknown-encoding": (
        b"<?xml version='1.0' encoding='klingon'?><a/>",
        "not-well-formed",
        "'klingon' is not known",
        (1, 31),
    ),
    "codec-that-is-no-text": (
        b"<?xml version='1.0' encoding='hex'?><a/>",
        "not-well-formed",
        "'hex' is not known",
        (1, 31),
    ),
    "codec-that-is-quadratic": (
        b"<?xml version='1.0' encoding='punycode'?><a>" + b"ab-" * 1_000_000 + b"</a>",
        "not-well-formed",
        "'punycode' is not known",
        (1, 31),
    ),
    "wrong-utf16": (b"\xff\xfe<\0a\0", "not-well-formed", "not well-formed XML", (1, 1)),
    "odd-utf16": (b"\xff\xfe<\0a", "not-well-formed", "not valid in the encoding", (1, 5)),
    "undeclared-prefix": (b"<a>\n <q:b/></a>", "not-well-formed", "prefix q", (2, 2)),
    "unknown-entity": (b"<a>\n&nbsp;</a>", "not-well-formed", "nbsp", (2, 1)),
}


@pytest.mark.survival(
    "Documents made to harm",
    "what is no XML: prose, disk images, NUL, wrong and unknown encodings, cut off, ...",
    "one sentence with its place",
)
@pytest.mark.parametrize(("data", "kind", "words", "place"), REFUSED.values(), ids=REFUSED)
def test_bad_input_gets_one_sentence_with_its_place(data, kind, words, place):
    with pytest.raises(InputError, match=words) as caught:
        Document.parse(data)
    assert (caught.value.kind.name.lower().replace("_", "-"), caught.value.position) == (kind, Position(*place))
    assert "\n" not in caught.value.message


ATTRIBUTES = "b' '.join(b'%x=\"\"' % (i + 0xa00000) for i in range(1_000_000))"
HUGE = {
    "fifty-megabytes": ("b'<a>' + b'x' * 50_000_000 + b'</a>'", "the document is over 32 MiB"),
    "lines": ("b'\\n' * 30_000_000", "the document has over 1000000 lines"),
    "old-lines": ("b'\\r' * 30_000_000", "the document has over 1000000 lines"),
    "lines-in-tags": ("b'<a>' + (b'<a' + b'\\n' * 1_000_000 + b'/>') * 27 + b'</a>'", "has over 1000000 lines"),
    "lines-of-no-encoding": (
        "b'<?xml version=\"1.0\" encoding=\"ascii\"?>' + b'\\n' * 30_000_000 + b'\\xff'",
        "has over 1000000 lines",
    ),
    "nested": ("b'<a>' * 100_000 + b'</a>' * 100_000", "elements are nested deeper than 256"),
    "long-name": ("b'<' + b'a' * 1_100_000", "a start tag is over 1 MiB long"),
    "long-value": ("b'<a b=\"' + b'x' * 1_100_000 + b'\"/>'", "a start tag is over 1 MiB long"),
    "long-value-never-closed": ("b'<a b=\"' + b'x' * 1_100_000", "unclosed token"),
    "attributes": (f"b'<a ' + {ATTRIBUTES} + b'/>'", "a start tag is over 1 MiB long"),
    "attributes-of-elements": (
        "b'<a>' + (b'<b ' + b' '.join(b'a%d=\"\"' % i for i in range(90_000)) + b'/>') * 9 + b'</a>'",
        "an element has over 1000 attributes",
    ),
    "tags": ("b'<a>' + b'<b/>' * 900_000 + b'</a>'", "the document has over 650000 tags"),
    "attributes-never-closed": (f"b'<a ' + {ATTRIBUTES}", "a start tag is over 1 MiB long"),
    "comments-never-closed": ("b'<!--' * 1_000_000", "the document has over 650000 tags"),
    "comment-never-closed": ("b'<!--' * 500_000", "not well-formed XML"),
    "long-comment": ("b'<a><!--' + b'-x' * 6_000_000 + b'--></a>'", "a comment is over 10 MB"),
}


@pytest.mark.survival(
    "Documents made to harm",
    "documents without measure: 50 MB, 30 million lines, depth, attributes, tags, comments",
    "refused within 5 s of CPU and 500 MB",
)
@pytest.mark.parametrize(("expression", "words"), HUGE.values(), ids=HUGE)
def test_input_without_measure_is_refused_with_little_time_and_memory(expression, words):
    code = (
        "import resource, sys, time\n"
        "from chanfix.errors import InputError\n"
        "from chanfix.xml.document import Document\n"
        f"data = {expression}\n"
        "start = time.process_time()\n"
        "try:\n    Document.parse(data)\n"
        "except InputError as error:\n    print(error.message)\n"
        "else:\n    sys.exit('accepted')\n"
        "print(time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)\n"
    )
    limits = (10, 10)
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, limits),
    )
    message, numbers = run.stdout.splitlines()
    seconds, megabytes = numbers.split()
    assert words in message
    # Far above what it takes (under two seconds): this does not measure speed, it sees to it that nothing explodes.
    assert float(seconds) < 5
    assert int(megabytes) < 500


def test_a_hundred_thousand_devices_are_read():
    disk = b"<disk type='file'><driver name='qemu'/><source file='/a'/><target dev='vda'/><alias name='ua-a'/></disk>\n"
    document = Document.parse(b"<devices>\n" + disk * 100_000 + b"</devices>")
    assert len(document.root.children("disk")) == 100_000


def test_a_tag_full_of_white_space_is_read_in_linear_time():
    started = time.process_time()
    document = Document.parse(b"<r" + b" " * 500_000 + b"a='1'" + b"\n" * 500_000 + b"/>")
    assert [place.name for place in document.root.attribute_places] == [b"a"]
    assert time.process_time() - started < 5


def test_ten_thousand_start_tags_of_one_document_are_found_in_linear_time():
    data = b"<r>" + b"<a b='1'><c/></a>" * 10_000 + b"</r>"
    started = time.process_time()
    document = Document.parse(data)
    assert sum(1 for node in document.root.descendants("c") if node.place.is_self_closing) == 10_000
    assert time.process_time() - started < 5


LARGE = {
    "two-domains": ("</domain>\n<domain/>", "keep one domain in a file"),
    "undeclared-prefix": ("\n<q:b/></domain>", "declare the prefix"),
    "double-hyphen": ("\n<!-- -- --></domain>", None),
}


@pytest.mark.parametrize(("end", "hint"), LARGE.values(), ids=LARGE)
def test_bad_input_that_is_large_gets_sentence_place_and_hint_too(end, hint):
    with pytest.raises(InputError, match="not well-formed XML: ") as caught:
        Document.parse(f"<domain>{'<x/>' * 30_000}{end}".encode())
    assert caught.value.position.line == 2
    assert caught.value.hint is hint or caught.value.hint.startswith(hint)
