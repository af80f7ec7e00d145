import pytest

from chanfix.position import Position
from chanfix.xml.span import LineIndex, Span


@pytest.mark.parametrize(
    ("text", "encoding", "part", "expected"),
    [
        ("<a>\n<b/>", "utf-8", "<b", (2, 1)),
        ("<a>\r\n  <b/>", "utf-8", "<b", (2, 3)),
        ("<a>\r<b/>\r\n<c/>", "utf-8", "<c", (3, 1)),
        ("<ä>𝄞<b/>", "utf-8", "<b", (1, 5)),
        ("\ufeff<a/>", "utf-8", "<a", (1, 1)),
        ("<ä><b/>", "latin-1", "<b", (1, 4)),
    ],
    ids=["lf", "crlf", "cr", "code-points", "byte-order-mark", "latin-1"],
)
def test_position_counts_lines_and_code_points_from_one(text, encoding, part, expected):
    data = text.encode(encoding)
    assert LineIndex(data, encoding).position(data.index(part.encode())) == Position(*expected)


def test_the_end_of_the_text_is_a_place():
    assert LineIndex(b"<a/>\n", "utf-8").position(5) == Position(2, 1)


def test_line_text_is_without_its_end_and_without_the_mark():
    index = LineIndex("\ufeff<a>\r\nü\n".encode(), "utf-8")
    assert [index.line_text(line) for line in (1, 2, 3)] == ["<a>", "ü", ""]


@pytest.mark.parametrize(
    "data", [b"\xff\xff\xffa\xe2\x86<b/>", b"a\n\xff\xc3\xa9\xf0\x9f\x90\xffb", "\ufffdé→b".encode()]
)
def test_a_position_behind_bytes_that_are_no_text_is_found_again(data):
    index = LineIndex(data, "utf-8")
    starts = [offset for offset in range(len(data)) if data[offset : offset + 1] in (b"\xff", b"<", b"b", b"a")]
    assert [index.offset(index.position(start)) for start in starts] == starts
    assert index.offset(Position(1, 99)) == index.line_span(1).end


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((0, 3), (3, 5), False),
        ((0, 4), (3, 5), True),
        ((3, 3), (3, 5), True),
        ((2, 2), (3, 5), False),
        ((4, 4), (4, 4), True),
    ],
)
def test_overlap(one, other, expected):
    assert Span(*one).overlaps(Span(*other)) is expected
    assert Span(*other).overlaps(Span(*one)) is expected


@pytest.mark.parametrize(("offset", "expected"), [(0, (0, 3)), (2, (0, 3)), (3, (3, 6)), (5, (3, 6)), (7, (6, 7))])
def test_a_line_is_found_by_any_of_its_bytes(offset, expected):
    assert LineIndex(b"ab\nc\r\nd", "utf-8").line_at(offset) == Span(*expected)


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "utf-16-le"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_positions_in_one_long_line_do_not_depend_on_what_was_asked_before(mark, encoding):
    text = "aé€\U0001f600\ufffd" * 700 + "\n" + "ü" * 3000
    data = mark + text.encode(encoding, "replace")
    offsets = [*range(0, len(data), 37), *range(len(data), 0, -53), len(data)]
    lines = LineIndex(data, encoding)
    assert [lines.position(offset) for offset in offsets] == [
        LineIndex(data, encoding).position(offset) for offset in offsets
    ]


def test_bytes_that_are_no_text_count_the_same_from_anywhere():
    data = b"a\xe2\x82\xff\xc3(" * 2000
    lines = LineIndex(data, "utf-8")
    for offset in (*range(0, len(data), 997), *range(len(data), 0, -991)):
        assert lines.position(offset).column == len(data[:offset].decode(errors="replace")) + 1
