"""Where a document leaves a grammar: with small grammars, one construct at a time."""

import pytest

from chanfix.errors import InternalError
from chanfix.relaxng.explain import Kind, explain
from chanfix.relaxng.grammar import read_grammar
from chanfix.relaxng.schema import Schema
from chanfix.xml.document import Document

OPEN = """<grammar xmlns='http://relaxng.org/ns/structure/1.0'
 datatypeLibrary='http://www.w3.org/2001/XMLSchema-datatypes'>"""

BOX = f"""{OPEN}
  <include href='parts.rng'/>
  <start><ref name='box'/></start>
  <define name='lid' combine='choice'><element name='cover'><text/></element></define>
  <define name='box'>
    <element name='box'>
      <choice>
        <group>
          <attribute name='kind'><value>round</value></attribute>
          <attribute name='radius'><data type='unsignedInt'/></attribute>
        </group>
        <group>
          <attribute name='kind'><choice><value>flat</value><value>tall</value></choice></attribute>
          <optional><attribute name='depth'/></optional>
        </group>
      </choice>
      <interleave>
        <ref name='lid'/>
        <zeroOrMore><ref name='shelf'/></zeroOrMore>
        <optional><element name='sealed'><empty/></element></optional>
        <optional><element name='banned'><notAllowed/></element></optional>
      </interleave>
    </element>
  </define>
</grammar>
"""
PARTS = f"""{OPEN}
  <define name='lid'><element name='lid'><optional><text/></optional></element></define>
  <define name='shelf'>
    <element name='shelf'>
      <optional><attribute name='unit'/></optional>
      <choice><attribute name='width'/><attribute name='columns'/></choice>
      <element name='front'><data type='string'><param name='pattern'>[a-z]+</param></data></element>
      <element name='back'><optional><ref name='shelf'/></optional></element>
      <optional><ref name='note'/></optional>
      <zeroOrMore><ref name='any'/></zeroOrMore>
    </element>
  </define>
  <define name='note'>
    <element name='note' ns='urn:n'><mixed><optional><element name='b'><empty/></element></optional></mixed></element>
  </define>
  <define name='any'>
    <element><anyName/>
      <zeroOrMore><choice><attribute><anyName/></attribute><text/><ref name='any'/></choice></zeroOrMore>
    </element>
  </define>
</grammar>
"""


@pytest.fixture(scope="module")
def box(tmp_path_factory):
    folder = tmp_path_factory.mktemp("grammar")
    (folder / "parts.rng").write_text(PARTS)
    (folder / "box.rng").write_text(BOX)
    return folder / "box.rng"


def faults(grammar, text, limit=20, effort=1000):
    document = Document.parse(text.encode())
    return [
        (found.kind, found.node.tag, found.text or found.name, *sorted(found.expected))
        for found in explain(grammar, document.root, limit=limit, effort=effort)
    ]


FRONT = "<front>a</front>"
SHELF = f"<shelf width='1'>{FRONT}<back/></shelf>"


@pytest.mark.parametrize(
    "text",
    [
        "<box kind='round' radius='1'><lid/></box>",
        "<box radius='1' kind='round'><sealed/><cover>x</cover></box>",
        f"<box kind='tall' depth='x'>{SHELF}<lid/>{SHELF}<sealed/></box>",
        f"<box kind='flat'><lid>x</lid><shelf columns='1'>{FRONT}<back>{SHELF}</back></shelf></box>",
        f"<box kind='flat'><lid/><shelf columns='1' unit=''>{FRONT}<back/><x y='1'>a<z/>b</x></shelf></box>",
        f"<box kind='flat'><lid/><shelf columns='1'>{FRONT}<back/><note xmlns='urn:n'>a<b/>c</note></shelf></box>",
    ],
)
def test_what_the_grammar_accepts_has_no_fault(box, text):
    assert Schema.load(box).accepts(Document.parse(text.encode()).root)
    assert faults(box, text) == []


REFUSED = {
    "another root": ("<bag/>", [(Kind.UNKNOWN_ELEMENT, "bag", "", "box")]),
    "an unknown attribute": (
        "<box kind='flat' dept='1'><lid/></box>",
        [(Kind.UNKNOWN_ATTRIBUTE, "box", "dept", "depth")],
    ),
    "an attribute of the other choice": (
        "<box kind='flat' radius='1'><lid/></box>",
        [(Kind.UNKNOWN_ATTRIBUTE, "box", "radius", "depth")],
    ),
    "a value that is none of them": (
        "<box kind='oval'><lid/></box>",
        [(Kind.BAD_VALUE, "box", "oval", "flat", "round", "tall")],
    ),
    "a value of another type": ("<box kind='round' radius='r'><lid/></box>", [(Kind.BAD_VALUE, "box", "r")]),
    "a missing attribute": ("<box kind='round'><lid/></box>", [(Kind.MISSING_ATTRIBUTE, "box", "radius")]),
    "one of two missing attributes": (
        f"<box kind='flat'><lid/><shelf>{FRONT}<back/></shelf></box>",
        [(Kind.MISSING_ATTRIBUTE, "shelf", "", "columns", "width")],
    ),
    "an unknown element": (
        "<box kind='flat'><led/><lid/></box>",
        [(Kind.UNKNOWN_ELEMENT, "led", "", "cover", "lid", "sealed", "shelf")],
    ),
    "an element that was there": (
        "<box kind='flat'><lid/><sealed/><lid/></box>",
        [(Kind.UNKNOWN_ELEMENT, "lid", "", "shelf")],
    ),
    "an element out of order": (
        f"<box kind='flat'><lid/><shelf width='1'><back/>{FRONT}</shelf></box>",
        [(Kind.TOO_EARLY, "back", "front")],
    ),
    "a fault in an element out of order": (
        f"<box kind='flat'><lid/><shelf width='1'><back z='1'/>{FRONT}</shelf></box>",
        [(Kind.TOO_EARLY, "back", "front"), (Kind.UNKNOWN_ATTRIBUTE, "back", "z")],
    ),
    "an element of one choice behind that of the other": (
        "<box kind='flat'><lid/><cover/></box>",
        [(Kind.UNKNOWN_ELEMENT, "cover", "", "sealed", "shelf")],
    ),
    "an element that is never allowed": (
        "<box kind='flat'><lid/><banned/></box>",
        [(Kind.UNKNOWN_ELEMENT, "banned", "", "sealed", "shelf")],
    ),
    "an element of another namespace": (
        "<box kind='flat'><lid/><x:sealed xmlns:x='urn:x'/></box>",
        [(Kind.UNKNOWN_ELEMENT, "{urn:x}sealed", "", "sealed", "shelf")],
    ),
    "a missing element": (
        "<box kind='flat'><lid/><shelf width='1'><front>a</front></shelf></box>",
        [(Kind.MISSING_ELEMENT, "shelf", "back")],
    ),
    "one of two missing elements": ("<box kind='flat'/>", [(Kind.MISSING_ELEMENT, "box", "", "cover", "lid")]),
    "a text of another type": (
        "<box kind='flat'><lid/><shelf width='1'><front>A</front><back/></shelf></box>",
        [(Kind.BAD_TEXT, "front", "A")],
    ),
    "a text that is missing": (
        "<box kind='flat'><lid/><shelf width='1'><front/><back/></shelf></box>",
        [(Kind.BAD_TEXT, "front", "")],
    ),
    "text between elements": ("<box kind='flat'>a<lid/></box>", [(Kind.BAD_TEXT, "box", "a")]),
    "text where nothing goes": (
        "<box kind='flat'><lid/><sealed>x</sealed></box>",
        [(Kind.BAD_TEXT, "sealed", "x")],
    ),
    "an element in a text": (
        "<box kind='flat'><lid><b/></lid></box>",
        [(Kind.UNKNOWN_ELEMENT, "b", "")],
    ),
    "a fault deep inside": (
        f"<box kind='flat'><lid/><shelf width='1'>{FRONT}<back>{SHELF.replace('width', 'with')}</back></shelf></box>",
        [(Kind.UNKNOWN_ATTRIBUTE, "shelf", "with", "columns", "unit", "width")],
    ),
    "faults that have nothing to do with each other": (
        f"<box kind='oval'><shelf width='1' x='1'>{FRONT}<back z='1'/></shelf><lid><c/></lid></box>",
        [
            (Kind.BAD_VALUE, "box", "oval", "flat", "round", "tall"),
            (Kind.UNKNOWN_ATTRIBUTE, "shelf", "x", "unit"),
            (Kind.UNKNOWN_ATTRIBUTE, "back", "z"),
            (Kind.UNKNOWN_ELEMENT, "c", ""),
        ],
    ),
}


@pytest.mark.parametrize(("text", "expected"), REFUSED.values(), ids=REFUSED)
def test_fault_is_the_innermost_thing_that_is_wrong(box, text, expected):
    assert not Schema.load(box).accepts(Document.parse(text.encode()).root)
    assert faults(box, text) == expected


@pytest.mark.parametrize(
    ("text", "is_known"),
    [
        ("<box kind='flat' radius='1'><lid/></box>", True),
        ("<box kind='flat' height='1'><lid/></box>", False),
        ("<box kind='flat'><lid/><lid/></box>", True),
        ("<box kind='flat'><lid/><led/></box>", False),
    ],
)
def test_fault_tells_a_name_that_is_right_elsewhere_from_an_unknown_one(box, text, is_known):
    [found] = explain(box, Document.parse(text.encode()).root, limit=20, effort=1000)
    assert found.is_known == is_known


def test_type_of_a_text_has_the_name_that_the_grammar_gives_it(tmp_path):
    grammar = tmp_path / "a.rng"
    grammar.write_text(
        f"{OPEN}<start><element name='a'><ref name='count'/></element></start>"
        "<define name='count'><data type='int'><param name='maxInclusive'>9</param></data></define></grammar>"
    )
    [found] = explain(grammar, Document.parse(b"<a>10</a>").root, limit=20, effort=1000)
    [data] = found.types
    assert (data.name, data.type, data.limits) == ("count", "int", (("maxInclusive", "9"),))


def test_comments_are_no_part_of_a_text(box):
    assert faults(box, f"<box kind='flat'><!-- a --><lid/>{SHELF.replace('>a<', '>a<!-- b -->c<')}</box>") == []


@pytest.mark.parametrize("construct", ["<list><data type='int'/></list>", "<ref name='in-a-div'/>"])
def test_construct_that_is_not_known_accepts_everything(construct, tmp_path):
    grammar = tmp_path / "a.rng"
    grammar.write_text(f"{OPEN}<start><element name='a'>{construct}</element></start></grammar>")
    assert faults(grammar, "<a b='1'>x<c d='2'/></a>") == []


@pytest.mark.parametrize("repeated", ["zeroOrMore", "oneOrMore"])
def test_any_of_the_names_that_a_grammar_lists_is_taken_and_none_is_proposed(repeated, tmp_path):
    grammar = tmp_path / "a.rng"
    grammar.write_text(
        f"{OPEN}<start><element name='a'><attribute name='kind'/><{repeated}><attribute><choice><name>b</name>"
        f"<name>c</name></choice></attribute></{repeated}></element></start></grammar>"
    )
    assert faults(grammar, "<a kind='x' b='1' c='2'/>") == []
    assert faults(grammar, "<a b='1' d='2'/>") == [(Kind.UNKNOWN_ATTRIBUTE, "a", "d", "kind")]


def test_names_that_are_listed_with_any_other_are_any(tmp_path):
    grammar = tmp_path / "a.rng"
    grammar.write_text(
        f"{OPEN}<start><element name='a'><zeroOrMore><attribute><choice><name>b</name><nsName ns='urn:n'/></choice>"
        "</attribute></zeroOrMore></element></start></grammar>"
    )
    assert faults(grammar, "<a b='1' d='2'/>") == []


def test_faults_are_limited(box):
    assert len(faults(box, f"<box kind='flat'><lid/>{'<led/>' * 9}</box>", limit=4)) == 4


def test_walk_ends_when_the_effort_is_made(box):
    text = f"<box kind='flat'><lid/>{SHELF * 100}<led/></box>"
    assert faults(box, text) != []
    assert faults(box, text, effort=100) == []


def test_elements_may_be_nested_as_deep_as_a_document_can_be(box):
    deep = "<x>" * 250 + "</x>" * 250
    assert faults(box, f"<box kind='flat'><lid/>{SHELF.replace('</shelf>', f'{deep}</shelf>')}</box>") == []


def test_grammar_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(InternalError, match=r"nothing\.rng"):
        read_grammar(tmp_path / "nothing.rng")
