from hypothesis import given
from hypothesis import strategies as st

from chanfix.lsp.lines import Lines
from chanfix.position import Position
from chanfix.xml.span import LineIndex

ENDS = ["\n", "\r\n", "\r"]
texts = st.lists(st.sampled_from(["a", "é", "😀", "\u2028", "\x0c", "", *ENDS])).map("".join)


def offset(text, place, codec, unit):
    """Return where in a text a place of the protocol is, by a way of its own: one character at a time."""
    line = column = at = 0
    while (line, column) < place:
        length = 2 if text.startswith("\r\n", at) else 1
        ends = text[at : at + length] in ENDS
        line, column = (line + 1, 0) if ends else (line, column + len(text[at].encode(codec)) // unit)
        at += length
    return at


@given(texts, st.data())
def test_positions_of_reports_are_places_of_the_protocol(text, data):
    at = data.draw(st.integers(0, len(text)))
    if text[at - 1 : at + 1] == "\r\n":
        at += 1
    position = LineIndex(text.encode(), "utf-8").position(len(text[:at].encode()))
    for name, codec, unit in (("utf-8", "utf-8", 1), ("utf-16", "utf-16-le", 2), ("utf-32", "utf-32-le", 4)):
        assert offset(text, Lines(text, name).at(position), codec, unit) == at


@given(texts, texts)
def test_a_replacement_makes_the_new_text(old, new):
    start, end, text = Lines(old, "utf-16").replacement(new)
    first, last = (offset(old, place, "utf-16-le", 2) for place in (start, end))
    assert old[:first] + text + old[last:] == new


def test_a_replacement_leaves_the_lines_around_it_alone():
    old = "a\nb\nc\nd\ne"
    assert Lines(old, "utf-16").replacement("a\nb\nX\nd\ne") == ((2, 0), (3, 0), "X\n")
    assert Lines(old, "utf-16").replacement("a\nb\nd\ne") == ((2, 0), (3, 0), "")


def test_a_byte_order_mark_is_a_column_of_the_protocol_alone():
    lines = Lines("\ufeffab\ncd", "utf-16")
    assert [lines.at(Position(1, 2)), lines.at(Position(2, 2))] == [(0, 2), (1, 1)]
