"""The domains that a file is or holds, for commands that work on a domain; and the file with one of them changed."""

from __future__ import annotations

from chanfix.embedded.languages import language_of
from chanfix.errors import InputError
from chanfix.template import read_document
from chanfix.xml.bounds import refuse_size
from chanfix.xml.document import Document

__all__ = ["read_domain", "read_domains", "with_domain"]


def read_domains(data: bytes, name: str) -> list[Document]:
    """Return the document that a file is, or those of the domains in a script, a document or the like.

    Raises ``InputError`` for a file that cannot be read, and for one of the latter without a domain in it.
    """
    language = language_of(name, data)
    if language is None:
        return [read_document(data, name)]
    # Most files are XML.
    from chanfix.embedded.reading import read_region
    from chanfix.embedded.regions import Outer, find_regions

    refuse_size(data)
    regions = [one for one in find_regions(Outer(data), language) if one.data.startswith((b"<domain ", b"<domain\n"))]
    if not regions:
        raise InputError("no libvirt domain stands in the file", hint="a libvirt domain starts <domain type='kvm'>")
    return [read_region(region, is_planned=True) for region in regions]


def read_domain(data: bytes, name: str) -> Document:
    """Return the document of the only domain that a file is or holds. Raises ``InputError`` where there are several."""
    documents = read_domains(data, name)
    if len(documents) > 1:
        hint = "keep one domain in a file, or let chanfix lint --fix fix all of them"
        position = documents[1].position(documents[1].root.place.start)
        raise InputError(f"{len(documents)} domains stand in the file", hint=hint, position=position)
    return documents[0]


def with_domain(document: Document, new: bytes, name: str) -> bytes:
    """Return the bytes of a file with new bytes for the document of the only domain in it.

    Raises ``InputError`` where the file would then be read in another way, or writes the XML with escapes.
    """
    if document.origin is None:
        return new
    from chanfix.embedded.reading import RegionOrigin

    origin = document.origin
    if not isinstance(origin, RegionOrigin):
        return new
    region, frame = origin.region, origin.frame
    if new == document.data:
        return region.outer.data
    text = new[len(frame.head) : len(new) - len(frame.tail)]
    data = region.outer.data[: region.span.start] + text + region.outer.data[region.span.end :]
    if not region.is_literal or not _reads_as(data, name, new, len(region.holes)):
        raise InputError(
            "the file writes this XML with escapes or marks; chanfix shows the change and does not write it",
            hint="change it by hand",
            position=document.position(document.root.place.start),
        )
    return data


def _reads_as(data: bytes, name: str, text: bytes, holes: int) -> bool:
    """Return True if the domain in a file is a text with no more holes than that."""
    from chanfix.embedded.reading import RegionOrigin

    try:
        again = read_domain(data, name)
    except InputError:
        return False
    return again.data == text and isinstance(again.origin, RegionOrigin) and len(again.origin.region.holes) <= holes
