"""Where a cursor is in a text that somebody is writing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chanfix.xml.cursor import Cursor, Open, Standing, read_before

DISK = Open("disk", {"type": "file"})


@pytest.mark.parametrize(
    ("text", "cursor"),
    [
        ("", Cursor(Standing.TEXT, ())),
        ("<", Cursor(Standing.ELEMENT, ())),
        ("<domain><di", Cursor(Standing.ELEMENT, (Open("domain", {}),), "di")),
        ("<disk type='file'>", Cursor(Standing.TEXT, (DISK,))),
        ('<disk type="file">\n  some', Cursor(Standing.TEXT, (DISK,), "some")),
        ("<disk type='file'><source/></", Cursor(Standing.END, (DISK,))),
        ("<disk type='file'></di", Cursor(Standing.END, (DISK,), "di")),
        ("<disk type='file'></disk ", Cursor(Standing.ASIDE, (DISK,))),
        ("<disk type='file'><!-- <source", Cursor(Standing.ASIDE, (DISK,))),
        ("<disk type='file'><!-- <source --><?a b?>", Cursor(Standing.TEXT, (DISK,))),
        ("<disk type='file'><![CDATA[ <source ]]>", Cursor(Standing.TEXT, (DISK,))),
        ("<disk type='file' ", Cursor(Standing.ATTRIBUTE, (DISK,))),
        ("<disk type='file'\n\tde", Cursor(Standing.ATTRIBUTE, (DISK,), "de")),
        ("<disk type='file' device=", Cursor(Standing.ASIDE, (DISK,))),
        ("<disk type='file' device='cd", Cursor(Standing.VALUE, (DISK,), "cd", "device", "'")),
        ('<disk type="file" device = "', Cursor(Standing.VALUE, (DISK,), "", "device", '"')),
        ("<a><b><c></b><d", Cursor(Standing.ELEMENT, (Open("a", {}),), "d")),
        ("<a></b></c><d", Cursor(Standing.ELEMENT, (Open("a", {}),), "d")),
        ("<a><b <c><d", Cursor(Standing.ELEMENT, (Open("a", {}), Open("c", {})), "d")),
        ("<a b='1' c='2'><b <", Cursor(Standing.ELEMENT, (Open("a", {"b": "1", "c": "2"}),))),
        ("<!DOCTYPE a><a>{% if b < c %}<d>", Cursor(Standing.TEXT, (Open("a", {}), Open("d", {})))),
    ],
)
def test_cursor_is_where_the_tokens_in_front_of_it_say(text, cursor):
    assert read_before(text) == cursor


@given(st.text(alphabet="<>/='\"!-? ab\n{%}", max_size=80))
def test_any_text_has_a_place_at_its_end(text):
    cursor = read_before(text)
    assert text.endswith(cursor.written)
    assert (cursor.standing is Standing.VALUE) == bool(cursor.attribute and cursor.quote)


@pytest.mark.parametrize(
    "part", ["<a>", "</a>", "<a ", "<a b='", "'", "<!--", "<a></b>", "<![CDATA[", "<a b='c' ", "<?"]
)
def test_text_of_one_part_again_and_again_has_a_place_at_its_end(part):
    assert read_before(part * 50_000).standing in Standing
