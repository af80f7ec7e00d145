import pytest

from chanfix.relaxng.schema import Schema
from chanfix.xml.document import Document

GRAMMAR = """\
<grammar xmlns="http://relaxng.org/ns/structure/1.0">
  <start>
    <choice><ref name="box"/><ref name="lid"/><ref name="hinge"/></choice>
  </start>
  <define name="box">
    <element name="box">
      <attribute name="size"/>
      <optional><attribute name="colour"><value>red</value></attribute></optional>
      <interleave>
        <optional><ref name="lid"/></optional>
        <optional><ref name="hinge"/></optional>
      </interleave>
    </element>
  </define>
  <define name="lid">
    <element name="lid"><optional><ref name="hinge"/></optional></element>
  </define>
  <define name="hinge">
    <element name="hinge"><attribute name="kind"/></element>
  </define>
</grammar>
"""


@pytest.fixture(scope="module")
def schema(tmp_path_factory):
    path = tmp_path_factory.mktemp("grammar") / "box.rng"
    path.write_text(GRAMMAR)
    return Schema.load(path)


def faults(schema, text):
    document = Document.parse(text.encode())
    return [
        (document.text(fault.node.place.start_tag), fault.attribute, fault.is_second)
        for fault in schema.faults(document.root)
    ]


def test_element_that_is_accepted_has_no_fault(schema):
    assert faults(schema, "<box size='1' colour='red'><hinge kind='a'/><lid><hinge kind='b'/></lid></box>") == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("<box size='1' colour='blue'/>", ("<box size='1' colour='blue'>", "colour", False)),
        ("<box size='1' weight='2'/>", ("<box size='1' weight='2'>", "weight", False)),
        ("<box colour='red'/>", ("<box colour='red'/>", None, False)),
        ("<box size='1'><lid><hinge kind='a' x='1'/></lid></box>", ("<hinge kind='a' x='1'/>", "x", False)),
        ("<box size='1'><lid><hinge/></lid><hinge kind='a'/></box>", ("<hinge/>", None, False)),
        ("<box size='1'><lid/><lid></lid></box>", ("<lid>", None, True)),
        ("<box size='1'><key/></box>", ("<key/>", None, False)),
        ("<box size='1'><lid>text</lid></box>", ("<lid>", None, False)),
        ("<lid><lid/></lid>", ("<lid/>", None, False)),
    ],
)
def test_fault_is_the_innermost_part(schema, text, fault):
    [(tag, attribute, is_second)] = faults(schema, text)
    assert (tag.replace("/>", ">"), attribute, is_second) == (fault[0].replace("/>", ">"), *fault[1:])


def test_two_faults_of_one_element_are_both_found(schema):
    assert [name for _, name, _ in faults(schema, "<box size='1' weight='2' price='3'/>")] == ["weight", "price"]


def test_element_with_very_many_parts_is_one_fault(schema):
    text = "<box size='1'>" + "<lid/>" * 5000 + "</box>"
    assert faults(schema, text) == [("<box size='1'>", None, False)]
