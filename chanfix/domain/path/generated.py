"""The socket paths that libvirt makes by itself, and what its define does with one that it finds in a definition.

The path is read as libvirt's QEMU driver reads it (``src/qemu/qemu_domain.c``); no host is asked, so every directory
that may be a driver's counts for one.
"""

from __future__ import annotations

import re

from chanfix.domain import Channel
from chanfix.domain.versions import (
    PATH_BY_ID,
    PATH_BY_NAME,
    PATH_DROPPED,
    PATH_DROPPED_BY_PATTERN,
    PATH_DROPPED_BY_WHOLE_PATTERN,
    PATH_IN_RUN,
    PATH_OPTIONAL,
    Version,
    VersionChange,
)
from chanfix.named_tuple import NamedTuple

__all__ = ["Generated", "generated", "is_dropped", "is_libvirts_own"]

# Where the drivers of a system, of a user and of ``qemu:///embed`` keep their channels: up to 9.6, and since 9.7.0
# (``src/qemu/qemu_conf.c:virQEMUDriverConfigNew``). Some old drivers of users had a "lib" in it.
_OLD = r"(?:/var/lib/libvirt/qemu|/.+/\.config/libvirt/qemu(?:/lib)?|/.+/lib/qemu)/channel"
_NEW = r"(?:(?:/var)?/run/libvirt/qemu|(?:/var)?/run/user/[0-9]+/libvirt/qemu/run|/.+/run/qemu)/channel"
# Patterns are compiled when the first path comes by: most runs see none.
_OLD_DIRECTORY = f"(?s){_OLD}/target"
_NEW_DIRECTORY = f"(?s){_NEW}"
_LIBVIRTS_OWN = f"(?s)(?:{_OLD}|{_NEW})/"

# virDomainDefGetShortName cuts the name of a domain for a directory.
_SHORT_NAME = 20
_OF_ONE_RUN = r"(?s)[0-9]+-(.+)"

# What define drops: 3.4.0 to 9.6 the first and a path that ends in the second and the port's name, 9.7.0 the last
# and the port's name.
_BELOW_OLD = f"(?s){_OLD}/target/[^/]+\\."
_DOMAIN = r"domain-[^/]+/"
_DOMAIN_LAST = r"domain-[^/]+/\Z"
_WHOLE = f"(?s)(?:{_OLD}|{_NEW})/(?:target/)?(?:[^/]+\\.|domain-[^/]+/|[0-9]+-[^/]+/)"
_LONGEST = 4096


class Generated(NamedTuple):
    """A path as libvirt makes one: since when it does, and the names that its domain may have."""

    layout: VersionChange
    names: frozenset[str]

    @property
    def is_of_one_run(self) -> bool:
        """Return True if the path holds the number of one run of the domain."""
        return self.layout.since >= PATH_BY_ID.since

    def is_for(self, name: str) -> bool:
        """Return True if a domain of that name may have got the path."""
        return name in self.names or name[:_SHORT_NAME] in self.names


def generated(channel: Channel) -> Generated | None:
    """Read the path of a channel as a generated one, whichever libvirt made it."""
    directory, _, file = (channel.path or "").rpartition("/")
    end = f".{channel.name or '(null)'}"
    if file.endswith(end) and file != end and re.fullmatch(_OLD_DIRECTORY, directory):
        return Generated(PATH_OPTIONAL, frozenset({file.removesuffix(end)}))
    parent, _, own = directory.rpartition("/")
    if own.startswith("domain-") and re.fullmatch(_OLD_DIRECTORY, parent):
        own = own.removeprefix("domain-")
        run = re.fullmatch(_OF_ONE_RUN, own)
        return Generated(PATH_BY_ID, frozenset({own, run[1]})) if run else Generated(PATH_BY_NAME, frozenset({own}))
    if (run := re.fullmatch(_OF_ONE_RUN, own)) and re.fullmatch(_NEW_DIRECTORY, parent):
        return Generated(PATH_IN_RUN, frozenset({run[1]}))
    return None


def is_libvirts_own(path: str) -> bool:
    """Return True if a path lies in a directory that libvirt keeps for its channels."""
    return re.match(_LIBVIRTS_OWN, path) is not None


def is_dropped(channel: Channel, version: Version) -> bool:
    """Return True if define loses the path of a virtio channel of type ``unix``, which QEMU listens on then."""
    path = channel.path
    if path is None or len(path) > _LONGEST or not PATH_DROPPED.holds(version):
        return False
    if PATH_DROPPED_BY_WHOLE_PATTERN.holds(version):
        return _is_whole(path, channel.name)
    if PATH_DROPPED_BY_PATTERN.holds(version):
        return re.match(_BELOW_OLD, path) is not None or _ends_in_domain(path, channel.name)
    return re.match(_OLD_DIRECTORY, path) is not None


# Of a port without a name libvirt's patterns have no end.


def _is_whole(path: str, port: str | None) -> bool:
    if port is None:
        return re.match(_WHOLE, path) is not None
    return path.endswith(port) and re.fullmatch(_WHOLE, path.removesuffix(port)) is not None


def _ends_in_domain(path: str, port: str | None) -> bool:
    if port is None:
        return re.search(_DOMAIN, path) is not None
    return path.endswith(port) and re.search(_DOMAIN_LAST, path.removesuffix(port)) is not None
