"""Blanks and quotes that look like those of XML, and are none."""

import pytest

from chanfix.errors import InputError, InputKind
from chanfix.xml.document import Document

BETWEEN = "stands between the attributes; XML takes a space, a tab or the end of a line there"
IN_A_TAG = "stands in a tag; XML takes a space, a tab or the end of a line there"
OUTSIDE = "stands outside of all elements; XML takes a space, a tab or the end of a line there"
NO_QUOTE = "is no quote in XML; a value stands in ' or \""
NBSP = "U+00A0 NO-BREAK SPACE"

NAMED = {
    "between-attributes": ("<a x='1'\u00a0y='2'/>", f"{NBSP} {BETWEEN}"),
    "beside-a-space": ("<a x='1' \u2003 y='2'/>", f"U+2003 EM SPACE {BETWEEN}"),
    "behind-a-name": ("<a\u3000x='1'/>", f"U+3000 IDEOGRAPHIC SPACE {IN_A_TAG}"),
    "that-has-no-width": ("<a\u200b x='1'/>", f"U+200B ZERO WIDTH SPACE {IN_A_TAG}"),
    "of-a-control": ("<a x='1'\x0by='2'/>", f"U+000B {BETWEEN}"),
    "in-front-of-the-slash": ("<a x='1'\u00a0/>", f"{NBSP} {BETWEEN}"),
    "around-the-equals-sign": ("<a x\u00a0=\u00a0'1'/>", f"{NBSP} {IN_A_TAG}"),
    "in-an-end-tag": ("<a></a\u00a0>", f"{NBSP} {IN_A_TAG}"),
    "behind-the-bracket": ("<\u00a0a/>", f"{NBSP} {IN_A_TAG}"),
    "in-front-of-the-root": ("\u00a0<a/>", f"{NBSP} {OUTSIDE}"),
    "second-mark": ("\ufeff\ufeff<a/>", f"U+FEFF ZERO WIDTH NO-BREAK SPACE {OUTSIDE}"),
    "behind-the-root": ("<a/>\u00a0", f"{NBSP} {OUTSIDE}"),
    "in-a-long-text": ("<a>" + "<b/>" * 20_000 + "<b x='1'\u00a0y='2'/></a>", f"{NBSP} {BETWEEN}"),
    "quotes": ("<a x=\u201c1\u201d/>", f"U+201C LEFT DOUBLE QUOTATION MARK {NO_QUOTE}"),
    "single-quotes": ("<a x=\u20181\u2019 y='2'/>", f"U+2018 LEFT SINGLE QUOTATION MARK {NO_QUOTE}"),
    "closing-quote": ('<a x="1\u201d y="2"/>', f"U+201D RIGHT DOUBLE QUOTATION MARK {NO_QUOTE}"),
    "grave": ("<a x=`1`/>", f"U+0060 GRAVE ACCENT {NO_QUOTE}"),
}
SOMETHING_ELSE = {
    "quotes-in-a-value": "<a t='\u201c\u201d' x=1/>",
    "quotes-in-another-tag": "<a t='\u201c'><b x=1/></a>",
    "control-in-a-text": "<a>\x01</a>",
    "no-quotes": "<a x=1/>",
}


@pytest.mark.parametrize(("text", "words"), NAMED.values(), ids=NAMED)
def test_character_that_only_looks_right_is_named(text, words):
    with pytest.raises(InputError) as refusal:
        Document.parse(text.encode())
    assert refusal.value.message.removeprefix("not well-formed XML: ") == words
    assert refusal.value.kind is InputKind.NOT_WELL_FORMED


@pytest.mark.parametrize("text", SOMETHING_ELSE.values(), ids=SOMETHING_ELSE)
def test_character_that_is_not_the_fault_is_not_named(text):
    with pytest.raises(InputError) as refusal:
        Document.parse(text.encode())
    assert "U+" not in refusal.value.message


def test_character_of_another_encoding_is_named():
    text = "<?xml version='1.0' encoding='iso-8859-1'?><a x='1'\u00a0y='2'/>"
    with pytest.raises(InputError, match="U\\+00A0 NO-BREAK SPACE stands between the attributes"):
        Document.parse(text.encode("latin-1"))
