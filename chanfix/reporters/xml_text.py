"""XML in ASCII, whatever the encoding of the stream is, for a log that a CI runner reads along."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

__all__ = ["dump_xml"]


def dump_xml(root: Element, stream: TextIO) -> None:
    """Write a document, with nothing in it that the runners of GitHub and Azure would take for a command."""
    from xml.etree.ElementTree import indent, tostring

    indent(root)
    text = tostring(root, encoding="us-ascii", xml_declaration=True).decode("ascii")
    # Both can only stand in an attribute or a text, where the reference means the same.
    stream.write(text.replace("##[", "##&#91;").replace("##vso[", "##vso&#91;") + "\n")
