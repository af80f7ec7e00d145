import pytest

from chanfix.xml.document import Document
from chanfix.xml.edit import (
    insert_after,
    insert_before,
    insert_first,
    remove_attribute,
    remove_comment,
    remove_element,
    replace_in_attribute,
    set_attribute,
    set_text,
    take_element,
)
from chanfix.xml.patch import apply_edits

NEW = Document.parse(b"<n k='v'><m/></n>").root


def edited(text, edit):
    document = Document.parse(text.encode())
    edits = edit(document.root)
    return apply_edits(document.data, edits if isinstance(edits, list) else [edits]).decode()


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("<r a='1'/>", "2", "<r a='2'/>"),
        ('<r a="1"/>', "2", '<r a="2"/>'),
        ("<r a='1'/>", "it's <&>", "<r a='it&apos;s &lt;&amp;>'/>"),
        ('<r a="1"/>', 'say "hi"', '<r a="say &quot;hi&quot;"/>'),
        ('<r a = "1"/>', "\t\n", '<r a = "&#9;&#10;"/>'),
        ("<r/>", "2", "<r a='2'/>"),
        ('<r b="x" />', "2", '<r b="x" a="2" />'),
        ('<r><c d="x"/></r>', "2", '<r a="2"><c d="x"/></r>'),
    ],
)
def test_set_attribute_keeps_the_quote_and_escapes_for_it(text, value, expected):
    assert edited(text, lambda root: set_attribute(root, "a", value)) == expected


def test_set_text_replaces_all_between_the_tags():
    assert edited("<r> 1 <!-- why --></r>", lambda root: set_text(root, "a<b&c")) == "<r>a&lt;b&amp;c</r>"
    with pytest.raises(ValueError, match="no place for a text"):
        edited("<r/>", lambda root: set_text(root, "1"))


def test_set_attribute_can_go_behind_another():
    assert edited("<r a='1' c='3'/>", lambda root: set_attribute(root, "b", "2", after="a")) == "<r a='1' b='2' c='3'/>"


def test_values_are_written_in_the_encoding_of_the_document():
    data = "<?xml version='1.0' encoding='iso-8859-1'?><r a='é'/>".encode("latin-1")
    document = Document.parse(data)
    edit = set_attribute(document.root, "a", "ü→")
    assert apply_edits(data, [edit]) == data.replace(b"\xe9", b"\xfc&#8594;")


def test_a_part_of_a_value_is_replaced_and_the_rest_stays_as_written():
    assert (
        edited("<r a='&#x2f;x.0/&amp;x.0'/>", lambda root: replace_in_attribute(root, "a", "x.0", "x.1"))
        == "<r a='&#x2f;x.1/&amp;x.1'/>"
    )


def test_a_part_that_is_written_with_references_makes_the_value_anew():
    assert (
        edited("<r a='x.&#48;&#47;'/>", lambda root: replace_in_attribute(root, "a", "x.0", "x.1")) == "<r a='x.1/'/>"
    )


@pytest.mark.parametrize(
    ("value", "old", "after"),
    [
        ("agent.0&#10;", "0", "agent.X&#10;"),
        ("a&amp;m", "m", "a&amp;X"),
        ("a&amp;b", "&", "aXb"),
        ("a&amp;amp;b", "&amp;", "aXb"),
        ("0&#48;", "0", "XX"),
    ],
)
def test_a_reference_is_replaced_as_the_character_that_it_is_or_not_at_all(value, old, after):
    assert edited(f"<r a='{value}'/>", lambda root: replace_in_attribute(root, "a", old, "X")) == f"<r a='{after}'/>"


def test_remove_attribute_takes_the_white_space_before_it():
    assert edited("<r a='1'\n  b='2' c='3'/>", lambda root: remove_attribute(root, "b")) == "<r a='1' c='3'/>"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<r>\n  <a/>\n  <b/>\n</r>", "<r>\n  <b/>\n</r>"),
        ("<r>\r\n  <a/>\r\n  <b/>\r\n</r>", "<r>\r\n  <b/>\r\n</r>"),
        ("<r>\n  <a>\n    x\n  </a>\t\n  <b/>\n</r>", "<r>\n  <b/>\n</r>"),
        ("<r>\n  <a/> <!-- why -->\n</r>", "<r>\n   <!-- why -->\n</r>"),
        ("<r><a/><b/></r>", "<r><b/></r>"),
        ("<r>\n  <a>\n    <!-- 1 -->\n    <b/> <!-- 2 -->\n  </a>\n</r>", "<r>\n  <!-- 1 -->\n  <!-- 2 -->\n</r>"),
        ("<r><a><!-- 1 --></a><b><!-- 2 --></b></r>", "<r><!-- 1 --><b><!-- 2 --></b></r>"),
    ],
)
def test_remove_element_takes_its_own_line_and_no_comment(text, expected):
    assert edited(text, lambda root: remove_element(root.child("a"))) == expected


def test_take_element_takes_the_comments_inside_it():
    text = "<r>\n  <!-- 1 -->\n  <a>\n    <!-- 2 -->\n  </a>\n</r>"
    assert edited(text, lambda root: take_element(root.child("a"))) == "<r>\n  <!-- 1 -->\n</r>"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<r>\n  <!-- c -->\n  <b/>\n</r>", "<r>\n  <b/>\n</r>"),
        ("<r>\r\n\t<!-- c\r\n c -->  \r\n</r>", "<r>\r\n</r>"),
        ("<r>\n  <b/> \t<!-- c -->\n</r>", "<r>\n  <b/>\n</r>"),
        ("<r>\n  <!-- c --> <b/>\n</r>", "<r>\n  <b/>\n</r>"),
        ("<r><b/> <!-- c --> <b/></r>", "<r><b/>  <b/></r>"),
        ("<!-- c --><r/>", "<r/>"),
        ("<r/> <!-- c -->", "<r/>"),
    ],
)
def test_remove_comment_takes_its_own_lines_or_the_blanks_around_it(text, expected):
    assert edited(text, lambda root: remove_comment(root.document, root.document.comments[0])) == expected


AFTER = {
    "spaces": ("<r>\n  <a b='1'/>\n</r>", "<r>\n  <a b='1'/>\n  <n k='v'>\n    <m/>\n  </n>\n</r>"),
    "tabs": ("<r>\n\t<a b='1'/>\n</r>", "<r>\n\t<a b='1'/>\n\t<n k='v'>\n\t\t<m/>\n\t</n>\n</r>"),
    "crlf": ("<r>\r\n <a b='1'/>\r\n</r>", "<r>\r\n <a b='1'/>\r\n <n k='v'>\r\n  <m/>\r\n </n>\r\n</r>"),
    "double-quotes": ('<r>\n  <a b="1"/>\n</r>', '<r>\n  <a b="1"/>\n  <n k="v">\n    <m/>\n  </n>\n</r>'),
    "blank-before-slash": ("<r>\n  <a />\n</r>", "<r>\n  <a />\n  <n k='v'>\n    <m />\n  </n>\n</r>"),
    "unit-from-inside": (
        "<r>\n  <a>\n     <c/>\n  </a>\n</r>",
        "<r>\n  <a>\n     <c/>\n  </a>\n  <n k='v'>\n     <m/>\n  </n>\n</r>",
    ),
    "one-line": ("<r><a/></r>", "<r><a/><n k='v'><m/></n></r>"),
    "trailing-comment": (
        "<r>\n  <a/> <!-- why -->\n</r>",
        "<r>\n  <a/> <!-- why -->\n  <n k='v'>\n    <m/>\n  </n>\n</r>",
    ),
    "trailing-comment-over-lines": (
        "<r>\n  <a/> <!-- why\n            so -->\n</r>",
        "<r>\n  <a/> <!-- why\n            so -->\n  <n k='v'>\n    <m/>\n  </n>\n</r>",
    ),
    "comment-before-another": (
        "<r>\n  <a/> <!-- why --> <c/> <!-- c -->\n</r>",
        "<r>\n  <a/>\n  <n k='v'>\n    <m/>\n  </n> <!-- why --> <c/> <!-- c -->\n</r>",
    ),
    "comment-on-the-next-line": (
        "<r>\n  <a/>\n  <!-- c -->\n</r>",
        "<r>\n  <a/>\n  <n k='v'>\n    <m/>\n  </n>\n  <!-- c -->\n</r>",
    ),
    "not-indented": ("<r>\n<a/>\n</r>", "<r>\n<a/>\n<n k='v'>\n  <m/>\n</n>\n</r>"),
}


@pytest.mark.parametrize(("text", "expected"), AFTER.values(), ids=AFTER)
def test_insert_after_writes_in_the_layout_of_the_sibling(text, expected):
    assert edited(text, lambda root: insert_after(root.child("a"), NEW)) == expected


MOVED = {
    "deeper": (
        '<r>\n  <c k="v">\n    <!-- why -->\n\n    <d>x</d>\n  </c>\n  <e>\n    <a/>\n  </e>\n</r>',
        '    <a/>\n    <c k="v">\n      <!-- why -->\n\n      <d>x</d>\n    </c>\n  </e>',
    ),
    "not-indented": ("<r>\n<c>\n\n<d/>\n</c>\n<e>\n  <a/>\n</e>\n</r>", "  <a/>\n  <c>\n\n  <d/>\n  </c>\n</e>"),
    "crlf": ("<r>\r\n<c>\r\n<d/>\r\n</c>\r\n<e>\r\n\t<a/>\r\n</e>\r\n</r>", "<a/>\r\n\t<c>\r\n\t<d/>\r\n\t</c>"),
    "one-line": ('<r><c k="v"><d /></c><e><a/></e></r>', '<e><a/><c k="v"><d /></c></e>'),
}


@pytest.mark.parametrize(("text", "part"), MOVED.values(), ids=MOVED)
def test_element_of_the_same_document_is_copied_as_it_is_written(text, part):
    assert part in edited(text, lambda root: insert_after(root.child("e").child("a"), root.child("c")))


def test_insert_before_writes_in_the_layout_of_the_sibling():
    assert (
        edited("<r>\n  <a/>\n</r>", lambda root: insert_before(root.child("a"), NEW))
        == "<r>\n  <n k='v'>\n    <m/>\n  </n>\n  <a/>\n</r>"
    )


FIRST = {
    "self-closing": ("<r>\n  <a/>\n</r>", "<r>\n  <a>\n    <n k='v'>\n      <m/>\n    </n>\n  </a>\n</r>"),
    "self-closing-with-blank": (
        "<r>\n  <a x='1' />\n</r>",
        "<r>\n  <a x='1'>\n    <n k='v'>\n      <m />\n    </n>\n  </a>\n</r>",
    ),
    "empty": ("<r>\n  <a></a>\n</r>", "<r>\n  <a>\n    <n k='v'>\n      <m/>\n    </n>\n  </a>\n</r>"),
    "blank": ("<r>\n  <a>\n  </a>\n</r>", "<r>\n  <a>\n    <n k='v'>\n      <m/>\n    </n>\n  </a>\n</r>"),
    "with-children": (
        "<r>\n  <a>\n    <c/>\n  </a>\n</r>",
        "<r>\n  <a>\n    <n k='v'>\n      <m/>\n    </n>\n    <c/>\n  </a>\n</r>",
    ),
    "trailing-comment": (
        "<r>\n  <a> <!-- why -->\n    <c/>\n  </a>\n</r>",
        "<r>\n  <a> <!-- why -->\n    <n k='v'>\n      <m/>\n    </n>\n    <c/>\n  </a>\n</r>",
    ),
    "trailing-comment-over-lines": (
        "<r>\n  <a><!-- why\n    so --> <!-- and -->\n  </a>\n</r>",
        "<r>\n  <a><!-- why\n    so --> <!-- and -->\n    <n k='v'>\n      <m/>\n    </n>\n  </a>\n</r>",
    ),
    "one-line": ("<r><a/></r>", "<r><a><n k='v'><m/></n></a></r>"),
}


@pytest.mark.parametrize(("text", "expected"), FIRST.values(), ids=FIRST)
def test_insert_first_opens_the_parent_when_it_must(text, expected):
    assert edited(text, lambda root: insert_first(root.child("a"), NEW)) == expected
