"""Finds what is written in a domain and would not be stored: libvirt passes over what it does not know."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator

from chanfix.oracle.driver import Driver
from chanfix.oracle.parts import Piece, pieces_of
from chanfix.oracle.question import Question
from chanfix.xml.document import Document

__all__ = ["dropped"]

# So many parts of one domain are reported, and so many are asked about.
_MOST = 20
_ASKED = 60
_SECONDS = 2.0
# The ends of the paths of what libvirt writes of a running domain, in whose definition it does not stand: other rules
# are about that (``src/conf/domain_conf.c``, where it looks at VIR_DOMAIN_DEF_PARSE_INACTIVE).
_LIVE = (
    ("domain", "id"),
    ("seclabel", "baselabel"),
    ("seclabel", "imagelabel"),
    ("seclabel", "label"),
    ("alias",),
    ("alias", "name"),
    ("backingStore",),
    ("backingStore", "index"),
    ("source", "index"),
    ("disk", "target", "tray"),
    ("target", "state"),
    ("console", "tty"),
    ("console", "source"),
    ("console", "source", "path"),
    ("parallel", "source"),
    ("parallel", "source", "path"),
    ("serial", "source"),
    ("serial", "source", "path"),
    ("graphics", "port"),
    ("graphics", "tlsPort"),
    ("graphics", "websocket"),
    ("listen", "address"),
    ("interface", "actual"),
    ("interface", "target"),
    ("interface", "target", "dev"),
    ("interface", "source", "bridge"),
    ("interface", "source", "portid"),
)
# A block job of a running domain, with all that is in it.
_JOB = ("devices", "disk", "mirror")
# What means the same as nothing, so that libvirt does not write it.
_DEFAULTS = {
    ("channel", "source", "mode"): "bind",
    ("cpu", "model", "fallback"): "allow",
    ("disk", "snapshot"): "no",
    ("driver", "cache"): "default",
    ("driver", "io"): "default",
    ("graphics", "autoport"): "no",
    ("memtune", "hard_limit"): "9007199254740991",
    ("protocol", "type"): "raw",
    ("usbdev", "class"): "-1",
    ("usbdev", "product"): "-1",
    ("usbdev", "vendor"): "-1",
    ("usbdev", "version"): "-1",
}
# Elements that are as good as not there when they are empty.
_TEXTS = frozenset({"cmdline", "description", "dtb", "initrd", "kernel", "title"})
# What libvirt makes up where it is not written.
_MADE_UP = ("uuid", "mac")


def dropped(question: Question, stored: str, driver: Driver) -> list[Piece]:
    """Return the outermost elements and attributes of a domain that are not in what libvirt would store.

    Each is asked about: without it libvirt stores the same. Raises ``HostError`` when libvirt cannot be asked any more.
    """
    root = pieces_of(question.node)
    kept = Counter(_paths(pieces_of(Document.parse(stored.encode()).root)))
    written = Counter(_paths(root))
    lost = {path for path, number in written.items() if number > kept[path] and not _is_live(path)}
    lost.discard(root.path)
    if not lost:
        return []
    found: list[Piece] = []
    left, end = _ASKED, time.monotonic() + _SECONDS
    expected = _content(stored)
    for piece in _outermost(root, lost):
        if any(other.is_element and other.holds(piece) for other in found):
            continue
        if not left or len(found) == _MOST or time.monotonic() > end:
            break
        left -= 1
        verdict = driver.ask(question.text([piece.removal()]), with_stored=True)
        if verdict.is_accepted and verdict.stored and _content(verdict.stored) == expected:
            found.append(piece)
    return found


def _outermost(root: Piece, lost: set[tuple[str, ...]]) -> Iterator[Piece]:
    """Yield the parts of these paths in the order of the text, each in front of its own parts."""
    if root.path in lost and not _means_nothing(root):
        yield root
    for attribute in root.attributes():
        if attribute.path in lost and not attribute.is_text and not _is_default(attribute):
            yield attribute
    for child in root.children():
        yield from _outermost(child, lost)


def _paths(piece: Piece) -> Iterator[tuple[str, ...]]:
    path, node = piece.path, piece.node
    yield path
    for name in node.attributes:
        if not name.startswith("{"):
            yield (*path, name)
    for child in piece.children():
        yield from _paths(child)


def _is_live(path: tuple[str, ...]) -> bool:
    return path[1:4] == _JOB or any(path[-len(end) :] == end for end in _LIVE)


def _means_nothing(piece: Piece) -> bool:
    """Return True if an element says what libvirt would make of the domain without it."""
    if piece.name in _TEXTS and not piece.value.strip():
        return True
    children = list(piece.children())
    attributes = piece.attributes()
    inner = [*children, *attributes]
    return bool(inner) and all(map(_means_nothing, children)) and all(map(_is_default, attributes))


def _is_default(piece: Piece) -> bool:
    path = piece.path[:-1] if piece.is_text else piece.path
    return any(path[-len(end) :] == end and piece.value.strip() == value for end, value in _DEFAULTS.items())


def _content(stored: str) -> Counter[tuple[object, ...]]:
    """Return what a definition holds, without what libvirt makes up at each definition."""
    content: Counter[tuple[object, ...]] = Counter()
    for path, name, value in _values(pieces_of(Document.parse(stored.encode()).root)):
        if path[-1] not in _MADE_UP:
            content[path, name, value] += 1
    return content


def _values(piece: Piece) -> Iterator[tuple[tuple[str, ...], str, str]]:
    node = piece.node
    children = node.children()
    yield piece.path, "", "" if children else node.text
    for name, value in node.attributes.items():
        yield piece.path, name, value
    for child in piece.children():
        yield from _values(child)
