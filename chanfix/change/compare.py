"""Compares the definition that libvirt stored with the one that it was given.

libvirt parses a definition and writes its own text: quotes, order and comments mean nothing. It also adds defaults.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from chanfix.domain import Channel, Domain
from chanfix.named_tuple import NamedTuple
from chanfix.xml.document import Node
from chanfix.xml.holes import Unknown

__all__ = ["ADDED", "differences", "is_completed", "is_met_by", "runs_with_channels_of"]

# What libvirt completes, with addresses above all. New channels bring new controllers: virtio-serial, and on q35 the
# PCI port that this one sits in.
_COMPLETED = ("channel", "controller")

# Children that libvirt gives a device where it has none.
ADDED = ("address", "alias")


class _Element(NamedTuple):
    """An element by its meaning: two are equal when libvirt could not tell them apart.

    A tuple, because Python compares and hashes those without a stack frame for each level of a deep document.
    """

    tag: str
    attributes: frozenset[tuple[str, str]]
    text: str
    children: tuple[_Element, ...]

    @classmethod
    def of(cls, node: Node) -> _Element:
        children = [cls.of(child) for child in node.children() if not _says_nothing(child)]
        # A stable sort: the order of elements counts among those of one name only.
        children.sort(key=lambda child: child.tag)
        text = "" if children else node.text.strip()
        return cls(node.tag, frozenset(node.attributes.items()), text, tuple(children))

    def without(self, tag: str) -> _Element:
        """Return the element without its children of that name."""
        return self._replace(children=tuple(child for child in self.children if child.tag != tag))

    def is_completed_by(self, other: _Element) -> bool:
        """Return True if ``other`` has all that this element has."""
        return (
            self.tag == other.tag
            and self.text == other.text
            and self.attributes <= other.attributes
            and _all_met(self.children, other.children)
        )


def differences(wanted: Domain, found: Domain) -> list[str]:
    """Name what of ``wanted`` is not so in ``found``, or is there without being wanted; never a value of it."""
    different = _differing(_Element.of(wanted.node).without("devices"), _Element.of(found.node).without("devices"))
    for tag in sorted({device.tag for device in wanted.devices + found.devices}):
        ours = [_Element.of(node) for node in wanted.devices_of(tag)]
        theirs = [_Element.of(node) for node in found.devices_of(tag)]
        if tag in _COMPLETED:
            is_same = _all_met(ours, theirs)
            is_same &= tag == "controller" or len(ours) == len(theirs)
        else:
            is_same = ours == theirs
        if not is_same:
            different.append(f"<{tag}>")
    return different


def runs_with_channels_of(stored: Domain, running: Domain) -> bool:
    """Return True if a running domain has the channels of a stored definition, at any address."""
    ours = [_Element.of(channel.node).without("address") for channel in stored.channels]
    theirs = [_Element.of(channel.node) for channel in running.channels]
    return len(ours) == len(theirs) and _all_met(ours, theirs)


def is_met_by(stored: Channel, running: Channel) -> bool:
    """Return True if a stored channel, once it runs, is the running one, at any address."""
    # Where no path is stored libvirt makes one, and has QEMU listen on it.
    if stored.path is None and running.mode == "connect":
        return False
    return _Element.of(stored.node).without("address").is_completed_by(_Element.of(running.node))


def is_completed(wanted: Node, found: Node) -> bool:
    """Return True if ``found`` has all that a part of a file says, at any address.

    A running domain's own state counts as nothing in the file, and what a template fills in as the same.
    """
    return _known(_Element.of(wanted)).is_completed_by(_Element.of(found))


def _known(element: _Element) -> _Element:
    """Return an element without what is not known of it, and without what only a running domain has."""
    state = {"state"} if element.tag == "target" else set()
    attributes = frozenset(
        (name, value) for name, value in element.attributes if not isinstance(value, Unknown) and name not in state
    )
    children = tuple(_known(child) for child in element.children if child.tag not in ADDED)
    text = "" if isinstance(element.text, Unknown) else element.text
    return _Element(element.tag, attributes, text, children)


def _differing(wanted: _Element, found: _Element) -> list[str]:
    """Name the children, and the element itself for its attributes, that are not the same."""
    ours, theirs = Counter(wanted.children), Counter(found.children)
    different = {child.tag for child in (ours - theirs) + (theirs - ours)}
    if wanted.attributes != found.attributes:
        different.add(wanted.tag)
    return [f"<{tag}>" for tag in sorted(different)]


def _says_nothing(node: Node) -> bool:
    """Return True for an element without a setting, which libvirt does not write: a ``<source>`` without a path."""
    parent = node.parent
    return (
        node.tag == "source"
        and parent is not None
        and (parent.tag, parent.get("type")) == ("channel", "unix")
        and not node.get("path")
        and not node.children()
    )


def _all_met(wanted: Iterable[_Element], found: Iterable[_Element]) -> bool:
    """Return True if each wanted element has one of its own among those found, possibly completed."""
    left = list(found)
    for element in wanted:
        match = next((other for other in left if element.is_completed_by(other)), None)
        if match is None:
            return False
        left.remove(match)
    return True
