"""XML files that are no single domain: a device for ``virsh attach-device``, or several documents in a row."""

from __future__ import annotations

import re
from collections.abc import Mapping

from chanfix.embedded.container import Container, Kind
from chanfix.embedded.regions import Outer, Region
from chanfix.embedded.tokens import find_xml
from chanfix.errors import InternalError
from chanfix.xml.decode import decode
from chanfix.xml.document import Document, Node
from chanfix.xml.origin import Piece
from chanfix.xml.scan import ElementSpan, scan
from chanfix.xml.span import Span

__all__ = ["device_of", "documents_in", "roots_in"]

_DOMAINS = (b"domain", b"domainsnapshot", b"domaincheckpoint", b"domainbackup", b"domstatus")
# What of a root tells that it is a device of libvirt (``virDomainDeviceDefParse`` in ``src/conf/domain_conf.c``): an
# attribute or a child element that only its kind has.
_DEVICES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "channel": ((), ("target",)),
    "console": (("type",), ("target",)),
    "controller": (("type",), ()),
    "disk": (("type", "device"), ("target",)),
    "filesystem": (("type",), ("target",)),
    "graphics": (("type",), ()),
    "hostdev": (("mode",), ("source",)),
    "hub": (("type",), ()),
    "input": (("type",), ()),
    "interface": (("type",), ("source", "mac", "model")),
    "iommu": (("model",), ()),
    "memballoon": (("model",), ()),
    "panic": (("model",), ()),
    "parallel": (("type",), ("target", "source")),
    "redirdev": (("bus",), ()),
    "rng": (("model",), ("backend",)),
    "serial": (("type",), ("target", "source")),
    "shmem": (("name",), ("model", "server", "size")),
    "smartcard": (("mode",), ()),
    "sound": (("model",), ()),
    "tpm": (("model",), ("backend",)),
    "video": ((), ("model",)),
    "vsock": (("model",), ("cid",)),
    "watchdog": (("model",), ()),
}
_BETWEEN = re.compile(rb"(?:\s++|<!--.*?-->|<\?.*?\?>|(?!))*+", re.DOTALL)
_DECLARATION = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml\b.*?\?>\s*|(?:\xef\xbb\xbf)?\s*", re.DOTALL)


def device_of(document: Document, name: str) -> Region | None:
    """Return the region of a document whose root is a device of a domain, None if the root is something else."""
    root = document.root
    if not document.is_editable or document.encoding != "utf-8" or not is_device(root):
        return None
    return _region(Outer(document.data), Span(0, len(document.data)), root.place, name)


def roots_in(data: bytes, name: str) -> list[Region]:
    """Return the regions of a text that is several documents, one after the other; none where it is something else."""
    text = decode(data)
    if text.encoding != "utf-8" or not text.is_original:
        return []
    try:
        elements = scan(data).elements
    except InternalError:
        return []
    roots: list[ElementSpan] = []
    end = 0
    for element in elements:
        if element.start >= end:
            if not _is_between(data, end, element.start):
                return []
            roots.append(element)
            end = element.end
    names = {root.name for root in roots}
    is_ours = names <= {*_DOMAINS, *map(str.encode, _DEVICES)}
    if len(roots) < 2 or not is_ours or not _is_between(data, end, len(data)):
        return []
    outer = Outer(data)
    starts = [0, *(root.end for root in roots)]
    return [_region(outer, Span(start, root.end), root, name) for start, root in zip(starts, roots, strict=False)]


def documents_in(data: bytes, name: str) -> list[Region]:
    """Return the regions of a template that makes several documents, whatever its language has around each of them."""
    text = decode(data)
    if text.encoding != "utf-8" or not text.is_original:
        return []
    outer = Outer(data)
    regions = []
    for found in find_xml(data):
        start, end = found.span
        container = Container(found.span, Kind.BLOCK)
        piece = Piece(0, Span(start, start), is_copy=True)
        is_fragment = found.is_fragment
        regions.append(Region(outer, found.span, data[start:end], (piece,), (), container, is_fragment, name=name))
    return regions


def is_device(root: Node) -> bool:
    """Return True if an element is a device of a domain, by its name and what only such a device has."""
    if root.tag not in _DEVICES:
        return False
    attributes, children = _DEVICES[root.tag]
    if root.tag == "interface" and root.get("name") is not None:
        return False  # of the host: for virsh iface-define
    has_attributes = all(root.get(name) is not None for name in attributes)
    return has_attributes and (not children or any(root.child(name) is not None for name in children))


def _is_between(data: bytes, start: int, end: int) -> bool:
    if start == 0 and data.startswith(b"\xef\xbb\xbf"):
        start = 3
    match = _BETWEEN.match(data, start, end)
    return match is not None and match.end() == end


def _region(outer: Outer, around: Span, root: ElementSpan, name: str) -> Region:
    """Return the region of a root, with what is around it but the declaration."""
    match = _DECLARATION.match(outer.data, around.start, root.start)
    start = match.end() if match else around.start
    container = Container(Span(start, around.end), Kind.BLOCK)
    piece = Piece(0, Span(start, start), is_copy=True)
    is_fragment = root.name not in _DOMAINS
    return Region(
        outer, container.span, outer.data[start : around.end], (piece,), (), container, is_fragment, name=name
    )
