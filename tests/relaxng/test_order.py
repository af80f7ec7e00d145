"""An element that is right in another place, and one that a missing attribute would make right."""

import time

import pytest

from chanfix.relaxng.explain import Kind, explain
from chanfix.relaxng.order import out_of_order
from chanfix.relaxng.schema import Schema
from chanfix.xml.document import Document

OPEN = "<grammar xmlns='http://relaxng.org/ns/structure/1.0'><start><element name='top'>"
CLOSE = "</element></start></grammar>"


def element(name, inside="<empty/>"):
    return f"<element name='{name}'>{inside}</element>"


def optional(pattern):
    return f"<optional>{pattern}</optional>"


X = optional("<attribute name='x'/>")
IN_ORDER = f"{optional(element('a', X))}{element('b')}<zeroOrMore>{element('c')}</zeroOrMore>"
EITHER = f"<choice>{element('d')}{element('e')}</choice>"
ORDERED = f"{OPEN}{IN_ORDER}{EITHER}{CLOSE}"
DECIDED = f"""{OPEN}<optional><attribute name='note'/></optional><choice>
  <group><attribute name='kind'><value>full</value></attribute>{optional(element("a"))}{element("b")}</group>
  <group><attribute name='size'/>{element("c")}</group>
  <group><attribute name='length'/>{element("c")}</group>
  {optional(element("d"))}
</choice>{CLOSE}"""
# Nested interleaves, whose elements libxml2 2.9 takes apart in one place only.
INNER = "<interleave>{}</interleave>"
MIXED = (
    OPEN
    + INNER.format(
        INNER.format(element("name") + optional(element("uuid")) + optional(element("genid")))
        + INNER.format("".join(optional(element(name)) for name in ("memory", "vcpu", "swap")))
        + element("os")
    )
    + CLOSE
)


@pytest.fixture(scope="module")
def grammar(tmp_path_factory):
    folder = tmp_path_factory.mktemp("grammar")

    def write(text):
        path = folder / f"{abs(hash(text))}.rng"
        path.write_text(text)
        return str(path)

    return write


def top(names, attributes=""):
    return Document.parse(f"<top {attributes}>{''.join(f'<{name}/>' for name in names.split())}</top>".encode()).root


def found(path, node, effort=10_000):
    return [
        (mismatch.kind, mismatch.node.tag, mismatch.name, *sorted(mismatch.expected))
        for mismatch in explain(path, node, limit=20, effort=effort)
    ]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("b a d", [(Kind.TOO_LATE, "a", "b")]),
        ("b c c a d", [(Kind.TOO_LATE, "a", "b")]),
        ("c b d", [(Kind.TOO_EARLY, "c", "b")]),
        ("d b", [(Kind.TOO_EARLY, "d", "b")]),
        ("a d b c", [(Kind.TOO_EARLY, "d", "b"), (Kind.TOO_LATE, "c", "d")]),
        ("c a b d", [(Kind.TOO_EARLY, "c", "b")]),
        ("b d e", [(Kind.UNKNOWN_ELEMENT, "e", "")]),
        ("b b d", [(Kind.UNKNOWN_ELEMENT, "b", "", "c", "d", "e")]),
        ("b z d", [(Kind.UNKNOWN_ELEMENT, "z", "", "c", "d", "e")]),
    ],
)
def test_element_that_is_right_elsewhere_is_out_of_order(grammar, names, expected):
    path = grammar(ORDERED)
    assert not Schema.load(path).accepts(top(names))
    assert found(path, top(names)) == expected


def test_fault_inside_an_element_out_of_order_is_found(grammar):
    node = Document.parse(b"<top><b/><a y='1'/><d/></top>").root
    assert found(grammar(ORDERED), node) == [
        (Kind.TOO_LATE, "a", "b"),
        (Kind.UNKNOWN_ATTRIBUTE, "a", "y", "x"),
    ]


@pytest.mark.parametrize(
    ("names", "attributes", "expected"),
    [
        ("b", "", [(Kind.MISSING_ATTRIBUTE, "top", "kind")]),
        ("a b", "note='x'", [(Kind.MISSING_ATTRIBUTE, "top", "kind")]),
        ("c", "", [(Kind.MISSING_ATTRIBUTE, "top", "", "length", "size")]),
        ("b b", "", [(Kind.MISSING_ATTRIBUTE, "top", "kind"), (Kind.UNKNOWN_ELEMENT, "b", "")]),
        ("z b", "", [(Kind.UNKNOWN_ELEMENT, "z", "", "d"), (Kind.MISSING_ATTRIBUTE, "top", "kind")]),
        ("z", "", [(Kind.UNKNOWN_ELEMENT, "z", "", "d")]),
        ("c", "kind='full'", [(Kind.UNKNOWN_ELEMENT, "c", "", "a", "b")]),
    ],
)
def test_missing_attribute_that_decides_is_named_before_what_it_decides_about(grammar, names, attributes, expected):
    path = grammar(DECIDED)
    assert not Schema.load(path).accepts(top(names, attributes))
    assert found(path, top(names, attributes)) == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("name memory uuid vcpu os", [(Kind.TOO_LATE, "uuid", "memory")]),
        ("name memory uuid vcpu genid swap os", [(Kind.TOO_LATE, "uuid", "memory"), (Kind.TOO_EARLY, "genid", "swap")]),
    ],
)
def test_order_that_libxml2_alone_refuses_is_told(grammar, names, expected):
    path = grammar(MIXED)
    if Schema.load(path).accepts(top(names)):
        pytest.skip("this libxml2 takes the order")
    assert found(path, top(names)) == []
    moved = out_of_order(Schema.load(path), top(names))
    assert [(mismatch.kind, mismatch.node.tag, mismatch.name) for mismatch in moved] == expected


def test_refusal_that_no_order_repairs_is_not_one_of_order(grammar):
    path = grammar(MIXED)
    assert out_of_order(Schema.load(path), top("name memory nothing os")) == []


def test_many_elements_out_of_order_take_little_time(grammar):
    started = time.process_time()
    assert len(found(grammar(ORDERED), top("b c " + "a c " * 20_000 + "d"), effort=100_000)) == 20
    out_of_order(Schema.load(grammar(MIXED)), top("memory uuid vcpu name " * 500 + "os"))
    assert time.process_time() - started < 5
