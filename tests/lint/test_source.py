import pytest

from chanfix.errors import InputError, InputKind
from chanfix.lint.resolve import resolve
from chanfix.lint.source import Refused, Source, read
from chanfix.lint.source import refused as refusal_of
from chanfix.xml.document import Document


def refused(data):
    with pytest.raises(InputError) as caught:
        Document.parse(data)
    refusal = refusal_of("a.xml", data, caught.value)
    [finding] = resolve([refusal.draft], refusal)
    return finding


@pytest.mark.parametrize(
    ("data", "rule", "line", "column", "at"),
    [
        (b"<a>\n<b></a>", "not-well-formed", 2, 6, b"a"),
        (b"<a>\n x & y</a>", "not-well-formed", 2, 5, b" "),
        (b"<a>", "not-well-formed", 1, 4, b""),
        (b"", "not-well-formed", 1, 1, b""),
        (b"hello world", "not-well-formed", 1, 1, b"hello"),
        (b"\x00\x01\x02", "not-well-formed", 1, 1, b"\x00"),
        ("é".encode() + b"<a/>", "not-well-formed", 1, 1, "é".encode()),
        ("<a>é\u20ac <".encode(), "not-well-formed", 1, 7, b"<"),
        (b"<a>\xfc</a>", "not-well-formed", 1, 4, b"\xfc"),
        ("\ufeff<a>é\n&é</a>".encode(), "not-well-formed", 2, 3, b"</a"),
        ("<?xml version='1.0' encoding='iso-8859-1'?>\n<a>é</b>".encode("latin-1"), "not-well-formed", 2, 7, b"b"),
        (b"<?xml version='1.0' encoding='klingon'?><a/>", "not-well-formed", 1, 31, b"klingon"),
        (b"<?xml version='1.0' encoding='ascii'?><a>\xe9</a>", "not-well-formed", 1, 42, b"\xe9"),
        (b"<a/>\n<!-- x --><b/>", "not-well-formed", 2, 11, b"<b"),
        (b"<a>\xff\xff\xe2\x86\0\n</a>", "not-well-formed", 1, 7, b"\0"),
        (b"\n<!DOCTYPE a [<!ENTITY x 'y'>]><a/>", "doctype", 2, 1, b"<!DOCTYPE"),
        # UTF-16 that is cut off in the middle of a character, which is an LF behind a CR.
        ("\ufeff<a>".encode("utf-16-le") + b"x\r\n", "not-well-formed", 1, 10, b""),
        (b"<" + b"x" * 500, "not-well-formed", 1, 1, b"<" + b"x" * 79),
    ],
)
def test_a_text_that_is_refused_is_a_finding_at_its_place(data, rule, line, column, at):
    finding = refused(data)
    assert finding.rule == rule
    assert (finding.place.start.line, finding.place.start.column) == (line, column)
    assert data[finding.place.span.start : finding.place.span.end] == at
    assert finding.place.end.line == line
    assert finding.fix is None


def test_a_wide_text_has_its_place_too():
    finding = refused("<a>\n<é></a>".encode("utf-16"))
    assert (finding.place.start.line, finding.place.start.column) == (2, 6)
    assert finding.excerpt.text == "<é></a>"


def test_the_line_is_shown_without_its_secrets():
    assert "hunter2" not in refused(b"<domain><graphics passwd='hunter2'></domain>").excerpt.text


def test_the_way_out_is_said():
    assert refused(b"<!DOCTYPE a><a/>").message == (
        "a DOCTYPE is not accepted; remove the DOCTYPE: domain XML has no use for one, and its entities are never read"
    )


@pytest.mark.parametrize("kind", [InputKind.LIMIT, InputKind.OTHER])
def test_other_errors_are_no_findings(kind):
    assert refusal_of("a.xml", b"<a/>", InputError("no", kind=kind)) is None


@pytest.mark.parametrize("mark", [b"$n", b"{{a", b"${a}", b"<%=a", b"@a@", b"{%a", b"<a/>", b"__A__", b"<domain"])
@pytest.mark.parametrize(
    ("magic", "format_"),
    [
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"BZh9", "bzip2"),
        (b"\xfd7zXZ\0", "xz"),
        (b"\x28\xb5\x2f\xfd", "zstd"),
        (b"PK\3\4", "zip"),
        (b"QFI\xfb", "qcow2"),
    ],
)
def test_bytes_of_another_format_are_no_template_whatever_stands_in_them(magic, format_, mark):
    data = magic + mark + b" \2"
    seen = read(Source("guest.xml", lambda: data))
    assert isinstance(seen, Refused)
    assert seen.draft.rule == "not-well-formed"
    assert format_ in seen.draft.message
