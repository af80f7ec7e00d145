"""``Document``: its verdict is lxml's, and every place that it tells is one of the text."""

from __future__ import annotations

from lxml import etree

from chanfix.errors import InputError, InputKind
from chanfix.xml.decode import decode
from chanfix.xml.document import Document
from fuzz.invariants import accepted, check_position

__all__ = ["try_one"]


def try_one(data: bytes) -> None:
    """Read an input, and look at all that is in it."""
    accepted(data)
    try:
        document = Document.parse(data)
    except InputError as error:
        if error.position is not None:
            check_position(data, error.position)
        assert error.kind is not InputKind.NOT_WELL_FORMED or _is_unknown(data) or _tree(data) is None, error.message
        return
    if document.is_editable:
        tree = _tree(data)
        assert tree is not None
        assert document.root.text == str(tree.xpath("string()"))
    _check(data, document)


def _is_unknown(data: bytes) -> bool:
    """Return True if an input is in an encoding that lxml knows and chanfix need not."""
    try:
        text = decode(data)
    except InputError:
        return True
    return not text.is_original or text.encoding != "utf-8"


def _tree(data: bytes) -> etree._Element | None:
    try:
        return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return None


def _check(data: bytes, document: Document) -> None:
    size = len(document.data)
    for node in document.root.descendants("*"):
        place, parent = node.place, node.parent
        assert 0 <= place.start < place.inner <= place.outer <= place.end <= size
        assert document.data[place.start : place.start + 1] == b"<"
        assert document.data[place.end - 1 : place.end] == b">"
        if parent is not None:
            assert parent.place.inner <= place.start < place.end <= parent.place.outer
        check_position(data, document.position(place.start))
        assert document.lines.offset(document.position(place.start)) == place.start
        written = {attribute.name for attribute in node.attribute_places}
        assert len(node.attributes) <= len(written)
        for name, value in node.attributes.items():
            if not name.startswith("{"):
                found = node.attribute_place(name)
                assert found is not None
                assert place.start < found.span.start < found.value.start <= found.value.end < place.inner
                assert "&" in document.text(found.value) or document.text(found.value).split() == value.split()
    for comment in document.comments:
        assert document.data[comment.start : comment.end].startswith(b"<!--")
        assert document.data[comment.start : comment.end].endswith(b"-->")
