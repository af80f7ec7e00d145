import re

import pytest

from chanfix.lint.excerpt import excerpt_of
from chanfix.xml.place import Place
from chanfix.xml.span import LineIndex, Span

SECRET = "ge\nhe\nim"
MARKED = {
    "nothing-secret": ("<a/>\n  <b/>", "<b/>", "  [<b/>]"),
    "behind-a-secret-of-this-line": ("<a passwd='geheim'/><b/>", "<b/>", "<a passwd='***'/>[<b/>]"),
    "behind-a-secret-of-an-earlier-line": (f"<a passwd='{SECRET}'/><b/>\n", "<b/>", "***'/>[<b/>]"),
    "before-a-secret-that-goes-on": (f"<b/><a passwd='{SECRET}'/>", "<b/>", "[<b/>]<a passwd='***"),
    "the-secret-itself": ("<a passwd='geheim'/>", "geheim", "<a passwd='[***]'/>"),
    "a-line-that-is-all-secret": (f"<a passwd='{SECRET}'/>", "he", "[***]"),
    "a-cookie-over-lines": ("<cookie>\nge<![CDATA[<h]]>eim</cookie><b/>", "<b/>", "***</cookie>[<b/>]"),
    "an-option-over-lines": ("<arg value='port=1,password=ge\nheim,x=1'/><b/>", "<b/>", "***,x=1'/>[<b/>]"),
    "wide-letters": ("<ä passwd='gé\nhäim' ü='𝄞'/><b/>", "<b/>", "***' ü='𝄞'/>[<b/>]"),
    "a-place-over-lines": ("<b\n/><a passwd='geheim'/>", "<b\n/>", "[<b]"),
}


def marked(text, part):
    data, wanted = text.encode(), part.encode()
    lines = LineIndex(data, "utf-8")
    at = data.index(wanted)
    span = Span(at, at + len(wanted))
    excerpt = excerpt_of(lines, Place(span, lines.position(span.start), lines.position(span.end)))
    shown = excerpt.text
    return f"{shown[: excerpt.start]}[{shown[excerpt.start : excerpt.end]}]{shown[excerpt.end :]}"


@pytest.mark.parametrize(("text", "part", "expected"), MARKED.values(), ids=MARKED)
def test_the_line_of_a_place_is_shown_without_its_secrets_and_marked_right(text, part, expected):
    assert marked(text, part) == expected


@pytest.mark.parametrize("filling", ["a", "ä", "𝄞", "aä€𝄞"])
@pytest.mark.parametrize("before", range(90, 110, 3))
def test_a_long_line_is_cut_between_characters_around_the_place(filling, before):
    text = (filling * 400)[:before] + "<b/>" + filling * 400
    assert marked(text, "<b/>").startswith((filling * 400)[max(0, before - 100) : before] + "[<b/>]")
    assert len(marked(text, "<b/>").replace("[<b/>]", "<b/>")) == 200
    assert re.search("\ufffd", marked(text, "<b/>")) is None


def test_a_byte_order_mark_is_not_shown():
    assert marked("\ufeff<b/>", "\ufeff<b/>") == "[<b/>]"
