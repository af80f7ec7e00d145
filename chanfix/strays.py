"""Agent ports that stand in a domain's text and that libvirt does not see.

They are outside ``<devices>``, on QEMU's own command line, or in a comment.
"""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from chanfix.domain import AGENT_NAME, Channel, CommandlinePort, Domain
from chanfix.markup.document import Node
from chanfix.markup.span import Span
from chanfix.markup.together import Together

__all__ = [
    "Clash",
    "commandline_clashes",
    "commandline_ports",
    "commented_channels",
    "has_strays",
    "misplaced_channels",
]

_NAME = AGENT_NAME.encode()


def misplaced_channels(domain: Domain) -> list[Channel]:
    """Return the agent channels outside ``<devices>``; what ``<metadata>`` or a foreign element holds is no channel."""
    placed = set(domain.devices_of("channel"))
    channels = (Channel(node) for node in domain.node.descendants("channel") if node not in placed)
    return [channel for channel in channels if channel.is_agent and _is_libvirts(domain, channel.node)]


def commandline_ports(domain: Domain) -> list[CommandlinePort]:
    """Return the ports of the agent's name that the domain gives to QEMU itself."""
    return [port for port in domain.commandline_ports if port.name == AGENT_NAME]


class Clash(NamedTuple):
    """A channel, or a later port on QEMU's command line, with the name of a port on that command line."""

    later: Channel | CommandlinePort
    port: CommandlinePort


def commandline_clashes(domain: Domain) -> list[Clash]:
    """Return what QEMU does not start with because of a port on its command line.

    Of several channels with one name only the first is here: the others are duplicates of it.
    """
    clashes: list[Clash] = []
    taken: defaultdict[str, Together[Channel | CommandlinePort]] = defaultdict(Together)
    for port in domain.commandline_ports:
        if isinstance(first := taken[port.name].add(port.argument, port), CommandlinePort):
            clashes.append(Clash(port, first))
    channels: defaultdict[str, Together[Channel]] = defaultdict(Together)
    for channel in domain.channels if taken else ():
        name = channel.port_name
        if name is None or name not in taken:
            continue
        first = taken[name].add(channel.node, channel)
        is_first = channels[name].add(channel.node, channel) is None
        if is_first and isinstance(first, CommandlinePort):
            clashes.append(Clash(channel, first))
    return clashes


def commented_channels(domain: Domain) -> list[Span]:
    """Return the comments inside the domain that hold an agent channel's target."""
    document = domain.document
    # The scan for comments is not cheap, and hardly any text needs it.
    if b"<!--" not in document.data or _NAME not in document.data:
        return []
    inside = domain.node.place.content
    return [
        comment
        for comment in document.comments
        if inside.start <= comment.start < inside.end and _holds_target(document.data[comment.start : comment.end])
    ]


def has_strays(domain: Domain) -> bool:
    """Say whether there is any agent port that libvirt does not see."""
    return bool(misplaced_channels(domain) or commandline_ports(domain) or commented_channels(domain))


def _is_libvirts(domain: Domain, node: Node) -> bool:
    parent = node.parent
    while parent is not None and parent != domain.node:
        if parent.tag == "metadata" or parent.tag.startswith("{"):
            return False
        parent = parent.parent
    return True


def _holds_target(comment: bytes) -> bool:
    _, _, target = comment.partition(b"<target")
    return any(quote + _NAME + quote in target for quote in (b"'", b'"'))
