"""Edits of the paths of ports: leave a path to libvirt, give one, make QEMU listen."""

from __future__ import annotations

import re
from collections.abc import Collection

from chanfix.domain import Channel, Domain
from chanfix.domain.path.generated import generated, is_dropped
from chanfix.domain.path.kinds import MAX_BYTES
from chanfix.domain.versions import PATH_OPTIONAL, Version
from chanfix.xml.document import Document, Node
from chanfix.xml.edit import Edit, Fix, Safety, insert_before, remove_attribute, remove_element, set_attribute

__all__ = ["bind_at", "documented_path", "leave_to_libvirt", "listen", "own_path", "strip"]


def leave_to_libvirt(channel: Channel, domain: Domain, version: Version, safety: Safety) -> Fix | None:
    """Return the fix that drops the path of a port, or gives it the domain's own where libvirt needs one.

    There is none for a port that a program of the host may wait for: any but the agent, unless libvirt made the path.
    An agent that connects may have a relay behind its path: its fix is unsafe.
    """
    if channel.source is None or not (channel.is_agent or generated(channel)):
        return None
    if domain.is_of_other_driver:  # which may make no path
        return None
    if channel.mode == "connect" and not is_dropped(channel, version):
        safety = min(safety, Safety.UNSAFE)
    if not PATH_OPTIONAL.holds(version):
        return own_path(channel, domain, safety)
    edits = strip(channel.source, attributes=("path", "mode"), children=("reconnect",))
    return Fix("Leave the path to libvirt", safety, edits)


def documented_path(domain: Domain) -> str | None:
    """Return the path that libvirt's documentation advised before 1.0.6; None when the name cannot be in one."""
    name = domain.name
    path = f"/var/lib/libvirt/qemu/{name}.agent"
    if not name or re.search(r"[/\x00-\x1f\x7f]", name) or len(path.encode()) > MAX_BYTES:
        return None
    return path


def own_path(channel: Channel, domain: Domain, safety: Safety) -> Fix | None:
    """Return the fix that gives the agent channel the documented path."""
    path = documented_path(domain)
    if path is None or channel.target is None or not channel.is_agent or channel.path == path:
        return None
    return Fix(f"Set the path to '{path}'", safety, bind_at(channel, channel.target, path))


def bind_at(channel: Channel, target: Node, path: str) -> tuple[Edit, ...]:
    """Return the edits that make QEMU listen at a path; a missing ``<source>`` goes in front of the target."""
    if channel.source is None:
        from xml.sax.saxutils import quoteattr

        element = Document.parse(f"<source mode='bind' path={quoteattr(path)}/>".encode()).root
        return (insert_before(target, element),)
    path_edit = set_attribute(channel.source, "path", path, after="mode")
    return tuple(sorted([*listen(channel.source), path_edit]))


def listen(source: Node) -> tuple[Edit, ...]:
    """Return the edits that make QEMU listen; libvirt takes no ``<reconnect>`` then."""
    reconnects = source.children("reconnect")
    return (set_attribute(source, "mode", "bind"), *(remove_element(element) for element in reconnects))


def strip(source: Node, *, attributes: Collection[str] = (), children: Collection[str] = ()) -> tuple[Edit, ...]:
    """Return the edits that take things out of a ``<source>``, or all of it away when nothing would be left in it."""
    gone = [child for child in source.children() if child.tag in children]
    if source.attributes.keys() <= set(attributes) and len(gone) == len(source.children()) and not source.text.strip():
        return (remove_element(source),)
    removed = [remove_attribute(source, name) for name in attributes if source.get(name) is not None]
    return tuple(sorted([*removed, *(remove_element(child) for child in gone)]))
