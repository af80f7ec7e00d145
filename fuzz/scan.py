"""``chanfix.xml.scan`` beside lxml and expat: the same elements, attributes and comments at the same bytes."""

from __future__ import annotations

import re
from xml.parsers import expat

from chanfix.errors import InputError
from chanfix.xml.document import Document
from chanfix.xml.scan import Scan, scan, scan_attributes

__all__ = ["try_one"]

_ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_REFERENCE = re.compile("&([^;]+);")


def try_one(data: bytes) -> None:
    """Scan what lxml has accepted."""
    try:
        document = Document.parse(data)
    except InputError:
        return
    found = scan(document.data)
    # Asking for a place joins the scan to lxml's tree, and fails where their elements differ.
    assert document.root.place == found.elements[0]
    theirs = _Expat(document)
    if theirs.has_read:
        _compare(document, found, theirs)


class _Expat:
    """What expat finds in a document, and at which byte."""

    def __init__(self, document: Document) -> None:
        self.elements: list[tuple[int, str, dict[str, str]]] = []
        self.ends: list[int] = []
        self.comments: list[int] = []
        encoding = "utf-8" if document.encoding == "utf-8" else None
        parser = self._parser = expat.ParserCreate(encoding)
        parser.StartElementHandler = self._start
        parser.EndElementHandler = lambda name: self.ends.append(parser.CurrentByteIndex)
        parser.CommentHandler = lambda text: self.comments.append(parser.CurrentByteIndex)
        try:
            parser.Parse(document.data, True)
        except (expat.ExpatError, ValueError, LookupError):  # names of the fifth edition, or an encoding
            self.has_read = False
        else:
            self.has_read = True

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.elements.append((self._parser.CurrentByteIndex, name, attributes))


def _compare(document: Document, found: Scan, theirs: _Expat) -> None:
    ours = [
        (element.start, element.name.decode(document.encoding), _attributes(document, element))
        for element in found.elements
    ]
    assert ours == theirs.elements
    ends = [element.outer for element in found.elements if not element.is_self_closing]
    assert set(ends) <= set(theirs.ends)
    assert [comment.start for comment in found.comments] == theirs.comments


def _attributes(document: Document, element: object) -> dict[str, str]:
    return {
        each.name.decode(document.encoding): _value(document.text(each.value))
        for each in scan_attributes(document.data, element)
    }


def _value(written: str) -> str:
    """Return what an attribute's value means, as XML 1.0 section 3.3.3 has it."""
    return _REFERENCE.sub(_character, re.sub("\r\n?|[\t\n]", " ", written))


def _character(reference: re.Match[str]) -> str:
    name = reference[1]
    if name.startswith("#"):
        return chr(int(name[2:], 16) if name[1] == "x" else int(name[1:]))
    return _ENTITIES[name]
