"""The sockets behind the ports of a domain: who binds which, and who is in whose way."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator, Mapping

from chanfix.domain import Channel, Domain, is_templated
from chanfix.domain.path.generated import is_dropped
from chanfix.domain.versions import Version
from chanfix.named_tuple import NamedTuple
from chanfix.xml.place import Place

__all__ = ["Claim", "bare", "binders", "binds", "holder_beside", "is_port", "listens", "rivals", "socket_of"]


class Claim(NamedTuple):
    """A socket (``socket_of``) that a domain of this run binds, and where it says so. ``place.path`` names the file."""

    socket: str
    domain_name: str
    domain_uuid: str
    place: Place


def is_port(channel: Channel) -> bool:
    """Return True if the channel is a virtio one over a Unix socket."""
    return channel.type == "unix" and channel.is_virtio


def listens(channel: Channel, version: Version) -> bool:
    """Return True if QEMU listens on the socket of a port: mode='bind', or any mode when libvirt makes the path."""
    return channel.path is None or channel.mode == "bind" or is_dropped(channel, version)


def socket_of(path: str) -> str:
    """Return one spelling of a path for all that mean the same."""
    return re.sub(r"^/var/run/", "/run/", posixpath.normpath("/" + path.lstrip("/")))


def binders(channels: Collection[Channel], version: Version) -> dict[str, Channel]:
    """Return for each socket that channels of one domain bind who keeps it: not the agent, which needs no path."""
    holders: dict[str, Channel] = {}
    for channel in channels:
        if binds(channel, version):
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
    name, uuid = domain.name, bare(domain.uuid or "")
    for claim in claims.get(socket_of(channel.path or ""), ()) if name else ():
        if claim.domain_name not in ("", name) and (not uuid or bare(claim.domain_uuid) != uuid):
            yield claim


def binds(channel: Channel, version: Version) -> bool:
    """Return True if a port makes a socket at a path of its own; an agent without a mode is meant to."""
    if channel.path is None or not is_port(channel) or is_dropped(channel, version) or is_templated(channel.path):
        return False
    return channel.mode == "bind" or (channel.mode is None and channel.is_agent)


def bare(uuid: str) -> str:
    """Return a UUID in the one spelling in which two can be compared."""
    return uuid.replace("-", "").lower()
