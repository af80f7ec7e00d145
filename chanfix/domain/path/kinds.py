"""What is to be said of the path of a port's socket, who else claims it, and how to leave it to libvirt.

A port is a virtio ``<channel>`` of type ``unix``: only those have a path that libvirt can choose, and drop.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator, Mapping
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from chanfix.domain import Channel, Domain, is_templated
from chanfix.domain.path.generated import generated, is_dropped, is_libvirts_own
from chanfix.domain.versions import PATH_OPTIONAL, Version
from chanfix.xml.document import Document, Node
from chanfix.xml.edit import Edit, Fix, Safety, insert_before, remove_attribute, remove_element, set_attribute
from chanfix.xml.span import Span

if TYPE_CHECKING:
    from chanfix.lint.finding import Place

__all__ = [
    "MAX_BYTES",
    "Claim",
    "PathKind",
    "bind_at",
    "binders",
    "channels_with",
    "documented_path",
    "exposing_folder",
    "generated",
    "holder_beside",
    "is_dropped",
    "is_port",
    "kinds",
    "leave_to_libvirt",
    "listen",
    "listens",
    "literal_beginning",
    "other_name",
    "own_path",
    "rivals",
    "socket_of",
    "strip",
]

# sockaddr_un.sun_path holds 108 bytes, the closing NUL among them (unix(7)).
MAX_BYTES = 107
_DOC_EXAMPLE = "/var/lib/libvirt/qemu/f16x86_64.agent"

_NAMED_BY_HAND = (
    r"(?s)(?:/var/lib|(?:/var)?/run)/libvirt/qemu/(?:.*/)?([^/]+)\.(?:agent|org\.qemu\.guest_agent\.[0-9]+)(?:\.sock)?"
)
_NO_DOMAINS = frozenset({"agent", "channel", "domain", "ga", "guest", "libvirt", "qemu", "qga", "socket", "vm"})
_UUID = r"[0-9a-f]{32}"

# Directories that others can write to, or that are a user's; /run/user/UID is private to the user whose domain it is.
_OF_OTHERS = r"(/tmp|/var/tmp|/dev/shm|/home)/"


class PathKind(Enum):
    """What is to be said of an explicit path, the most telling first: a path has one kind."""

    TOO_LONG = "too long"
    NOT_ABSOLUTE = "not absolute"
    SHARED = "shared"
    OTHER_DOMAIN = "of another domain"
    DOC_EXAMPLE = "the documentation's example"
    LIVE_GENERATED = "generated for a running domain"
    IN_LIBVIRT_DIR = "in libvirt's own directory"
    EXPOSED = "in a directory of others"
    HARDCODED = "not needed"


class Claim(NamedTuple):
    """A socket (``socket_of``) that a domain of this run binds, and where it says so. ``place.path`` names the file."""

    socket: str
    domain_name: str
    domain_uuid: str
    place: Place


def is_port(channel: Channel) -> bool:
    """Say whether the channel is a virtio one over a Unix socket."""
    return channel.type == "unix" and channel.is_virtio


def kinds(
    domain: Domain, version: Version, claims: Mapping[str, tuple[Claim, ...]]
) -> Iterator[tuple[Channel, PathKind]]:
    """Yield the ports with a path that there is something to say of; of a template's path the beginning may tell."""
    with_path = [channel for channel in domain.channels if channel.path is not None and is_port(channel)]
    ports = [channel for channel in with_path if not is_templated(channel.path)]
    for channel in with_path:
        if is_templated(channel.path) and (kind := _kind_of_beginning(channel)):
            yield channel, kind
    if not ports:
        return
    holders = binders(ports, version)
    for channel in ports:
        kind = _kind_of(channel, domain, version, holders, claims)
        if kind is not None:
            yield channel, kind


def channels_with(
    kind: PathKind, domain: Domain, version: Version, claims: Mapping[str, tuple[Claim, ...]]
) -> Iterator[Channel]:
    """Yield the ports of a domain whose path is of that kind."""
    return (channel for channel, found in kinds(domain, version, claims) if found is kind)


def _kind_of(
    channel: Channel,
    domain: Domain,
    version: Version,
    holders: Mapping[str, Channel],
    claims: Mapping[str, tuple[Claim, ...]],
) -> PathKind | None:
    path = channel.path or ""
    dropped = is_dropped(channel, version)
    if not dropped:  # what define drops fails nowhere
        if len(path.encode()) > MAX_BYTES:
            return PathKind.TOO_LONG
        if not path.startswith("/"):
            return PathKind.NOT_ABSOLUTE
    if _binds(channel, version) and (holder_beside(channel, holders) or any(rivals(channel, domain, claims))):
        return PathKind.SHARED
    if other_name(channel, domain) is not None:
        return PathKind.OTHER_DOMAIN
    if path == _DOC_EXAMPLE and domain.name != "f16x86_64":
        return PathKind.DOC_EXAMPLE
    if generated(channel) is not None:
        return PathKind.LIVE_GENERATED
    if dropped or is_libvirts_own(path):
        return PathKind.IN_LIBVIRT_DIR
    if exposing_folder(path):
        return PathKind.EXPOSED
    if channel.is_agent and PATH_OPTIONAL.holds(version) and not domain.is_of_other_driver:
        return PathKind.HARDCODED
    return None


def exposing_folder(path: str) -> str:
    """Return the folder of others that a path is in; an empty text when it is in none."""
    match = re.match(_OF_OTHERS, socket_of(path))
    return match[1] if match else ""


def literal_beginning(channel: Channel) -> Span | None:
    """Return where the text in front of a template's first construct in a path stands; None where there is none."""
    place = channel.source.attribute_place("path") if channel.source is not None else None
    holes = channel.node.document.holes_in(place.value) if place is not None else ()
    if place is None or not holes or holes[0].span.start <= place.value.start:
        return None
    return Span(place.value.start, holes[0].span.start)


def _kind_of_beginning(channel: Channel) -> PathKind | None:
    """Return what is certain of a path, whatever a template puts behind its beginning."""
    span = literal_beginning(channel)
    if span is None:
        return None
    beginning, path = channel.node.document.text(span), channel.path or ""
    if not beginning.startswith("/"):
        # What ends like a path of libvirt's making, some versions drop wherever it is.
        return None if "domain-" in path else PathKind.NOT_ABSOLUTE
    # A directory of libvirt's may be anywhere, with a name that comes later.
    if "libvirt" in path or "qemu" in path:
        return None
    # Behind the last slash the name of the directory may go on.
    return PathKind.EXPOSED if exposing_folder(beginning[: beginning.rindex("/")] + "/x") else None


def listens(channel: Channel, version: Version) -> bool:
    """Say whether QEMU is to listen on the socket of a port: whatever the mode, it is when libvirt makes the path."""
    return channel.path is None or channel.mode == "bind" or is_dropped(channel, version)


def other_name(channel: Channel, domain: Domain) -> str | None:
    """Return the name that the path of a port carries, when that is certainly not the domain's.

    A name given by hand is taken for the domain's when one holds the other, and for none when it is a common word.
    """
    path = channel.path or ""
    if not domain.name or path == _DOC_EXAMPLE:
        return None
    made = generated(channel)
    if made is not None:
        return None if made.is_for(domain.name) else min(made.names, key=len)
    match = re.fullmatch(_NAMED_BY_HAND, path)
    if match is None:
        return None
    other, name = match[1].lower(), domain.name.lower()
    if re.fullmatch(_UUID, _bare(other)):
        is_own = not domain.uuid or _bare(other) == _bare(domain.uuid)
    else:
        is_own = other in name or name in other or set(re.split(r"[^a-z]+", other)) - {""} <= _NO_DOMAINS
    return None if is_own else match[1]


def socket_of(path: str) -> str:
    """Return one spelling of a path for all that mean the same."""
    return re.sub(r"^/var/run/", "/run/", posixpath.normpath("/" + path.lstrip("/")))


def binders(channels: Collection[Channel], version: Version) -> dict[str, Channel]:
    """Return for each socket that channels of one domain bind who keeps it: not the agent, which needs no path."""
    holders: dict[str, Channel] = {}
    for channel in channels:
        if _binds(channel, version):
            socket = socket_of(channel.path or "")
            if socket not in holders or (holders[socket].is_agent and not channel.is_agent):
                holders[socket] = channel
    return holders


def holder_beside(channel: Channel, holders: Mapping[str, Channel]) -> Channel | None:
    """Return the other channel of the domain that keeps the socket of a port, if it is there whenever this one is."""
    holder = holders[socket_of(channel.path or "")]
    return holder if holder.node != channel.node and holder.node.is_there_with(channel.node) else None


def rivals(channel: Channel, domain: Domain, claims: Mapping[str, tuple[Claim, ...]]) -> Iterator[Claim]:
    """Yield the claims of other domains on the socket of a port.

    Two definitions with one name, or with one UUID, are variants of one domain: a host takes only one of them.
    """
    name, uuid = domain.name, _bare(domain.uuid or "")
    for claim in claims.get(socket_of(channel.path or ""), ()) if name else ():
        if claim.domain_name not in ("", name) and (not uuid or _bare(claim.domain_uuid) != uuid):
            yield claim


def _binds(channel: Channel, version: Version) -> bool:
    """Say whether a port makes a socket at a path of its own; an agent without a mode is meant to."""
    if channel.path is None or not is_port(channel) or is_dropped(channel, version) or is_templated(channel.path):
        return False
    return channel.mode == "bind" or (channel.mode is None and channel.is_agent)


def _bare(uuid: str) -> str:
    return uuid.replace("-", "").lower()


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
