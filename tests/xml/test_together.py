"""Which elements of a template are known to be there together."""

import pytest

from chanfix.template import read_document
from chanfix.xml.together import nodes_by_block, partners


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<a/><b/>", "b"),
        ("<b/><a/>", "b"),
        ("<a/>", None),
        ("{% if x %}<a/>{% endif %}<b/>", "b"),
        ("<a/>{% if x %}<b/>{% endif %}", "b"),
        ("{% if x %}<a/><b/>{% endif %}", "b"),
        ("{% if x %}<a/>{% if y %}<b/>{% endif %}{% endif %}", "b"),
        ("{% if x %}<a/>{% else %}<b/>{% endif %}", None),
        ("{% if x %}<a/>{% endif %}{% if y %}<b/>{% endif %}", None),
        ("{% if x %}<a/>{% endif %}{% if y %}<b/>{% endif %}<c/>", "c"),
    ],
)
def test_node_has_a_partner_that_is_known_to_be_there_with_it(text, expected):
    root = read_document(f"<domain type='kvm'>{text}</domain>".encode()).root
    found = [(node.tag, other.tag) for node, other in partners(root.children("a"), root.children("b", "c"))]
    assert found == ([("a", expected)] if expected else [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<a/><b/>", [["a", "b"]]),
        ("<a/>{% if x %}<b/>{% endif %}<c/>", [["a", "c"], ["b"]]),
        ("{% if x %}<a/>{% else %}<b/>{% endif %}", [["a"], ["b"]]),
        ("", []),
    ],
)
def test_nodes_of_one_block_are_one_group(text, expected):
    root = read_document(f"<domain type='kvm'>{text}</domain>".encode()).root
    assert [[node.tag for node in group] for group in nodes_by_block(root.children())] == expected
