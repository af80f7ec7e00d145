"""The kinds of paths that a port's socket can have: what is to be said of each, the most telling first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import Enum

from chanfix.domain import Channel, Domain, is_templated
from chanfix.domain.path.generated import generated, is_dropped, is_libvirts_own
from chanfix.domain.path.sockets import Claim, bare, binders, binds, holder_beside, is_port, rivals, socket_of
from chanfix.domain.versions import PATH_OPTIONAL, Version
from chanfix.named_tuple import NamedTuple
from chanfix.xml.span import Span

__all__ = ["MAX_BYTES", "PathKind", "PortPath", "exposing_folder", "literal_beginning", "other_name", "port_paths"]

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


class PortPath(NamedTuple):
    """The explicit path of a port, and the other channel of the domain that keeps its socket, if there is one."""

    channel: Channel
    kind: PathKind
    holder: Channel | None = None

    @property
    def path(self) -> str:
        """The path as it is written."""
        return self.channel.path or ""


def port_paths(domain: Domain, version: Version, claims: Mapping[str, tuple[Claim, ...]]) -> Iterator[PortPath]:
    """Yield the explicit paths that are of some kind; of a path in a template the beginning may be enough to tell."""
    with_path = [channel for channel in domain.channels if channel.path is not None and is_port(channel)]
    ports = [channel for channel in with_path if not is_templated(channel.path)]
    for channel in with_path:
        if is_templated(channel.path) and (kind := _kind_of_beginning(channel)):
            yield PortPath(channel, kind)
    if not ports:
        return
    holders = binders(ports, version)
    for channel in ports:
        holder = holder_beside(channel, holders) if binds(channel, version) else None
        is_shared = binds(channel, version) and (holder is not None or any(rivals(channel, domain, claims)))
        if kind := _kind_of(channel, domain, version, is_shared=is_shared):
            yield PortPath(channel, kind, holder)


def _kind_of(channel: Channel, domain: Domain, version: Version, *, is_shared: bool) -> PathKind | None:
    path = channel.path or ""
    dropped = is_dropped(channel, version)
    if not dropped:  # what define drops fails nowhere
        if len(path.encode()) > MAX_BYTES:
            return PathKind.TOO_LONG
        if not path.startswith("/"):
            return PathKind.NOT_ABSOLUTE
    if is_shared:
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
    if re.fullmatch(_UUID, bare(other)):
        is_own = not domain.uuid or bare(other) == bare(domain.uuid)
    else:
        is_own = other in name or name in other or set(re.split(r"[^a-z]+", other)) - {""} <= _NO_DOMAINS
    return None if is_own else match[1]
