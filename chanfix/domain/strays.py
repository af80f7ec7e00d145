"""Agent ports that stand in a domain's text and that libvirt does not see.

They are outside ``<devices>``, in a device that is no channel, on QEMU's own command line, or in a comment.
"""

from __future__ import annotations

from collections import defaultdict

from chanfix.domain import AGENT_NAME, Channel, CommandlinePort, Domain, guess_agent_name
from chanfix.named_tuple import NamedTuple
from chanfix.xml.document import Node
from chanfix.xml.span import Span
from chanfix.xml.together import collisions

__all__ = [
    "Clash",
    "commandline_clashes",
    "commandline_ports",
    "commented_channels",
    "has_strays",
    "may_be_given_agent",
    "misplaced_channels",
    "misplaced_targets",
]

_NAME = AGENT_NAME.encode()


def misplaced_channels(domain: Domain) -> list[Channel]:
    """Return the agent channels outside ``<devices>``; what ``<metadata>`` or a foreign element holds is no channel."""
    placed = set(domain.devices_of("channel"))
    channels = (Channel(node) for node in domain.node.descendants("channel") if node not in placed)
    return [channel for channel in channels if channel.is_agent and _is_libvirts(domain, channel.node)]


def misplaced_targets(domain: Domain) -> list[Node]:
    """Return the targets with the agent's name, or one that was meant to be it, in devices that are no channels."""
    return [
        target
        for kind in ("serial", "parallel", "console")
        for device in domain.devices_of(kind)
        for target in device.children("target")
        if guess_agent_name(target.get("name")) == AGENT_NAME
    ]


def commandline_ports(domain: Domain) -> list[CommandlinePort]:
    """Return the ports of the agent's name that the domain gives to QEMU itself."""
    return [port for port in domain.commandline_ports if port.name == AGENT_NAME]


class Clash(NamedTuple):
    """A channel, or a later port on QEMU's command line, with the name of a port on that command line."""

    later: Channel | CommandlinePort
    port: CommandlinePort


def commandline_clashes(domain: Domain) -> list[Clash]:
    """Return what QEMU does not start with because of a port on its command line.

    A channel that is a duplicate of another channel is left out.
    """
    by_name: defaultdict[str, list[Channel | CommandlinePort]] = defaultdict(list)
    for port in domain.commandline_ports:
        by_name[port.name].append(port)
    duplicates = set()
    for name, ports in by_name.items():
        channels = [channel for channel in domain.channels if channel.port_name == name]
        duplicates |= {channel.node for channel, _ in collisions(channels, _node_of)}
        ports += [channel for channel in channels if channel.node not in duplicates]
    clashes = (pair for ports in by_name.values() for pair in collisions(ports, _node_of))
    return [Clash(later, first) for later, first in clashes if isinstance(first, CommandlinePort)]


def _node_of(port: Channel | CommandlinePort) -> Node:
    return port.node if isinstance(port, Channel) else port.argument


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


def may_be_given_agent(domain: Domain) -> bool:
    """Return True if nothing in a domain is an agent's port already, or may be one: QEMU does not start with two."""
    if domain.document.others:  # what another reading shows
        return False
    has_meant = any(name == AGENT_NAME for _, name in domain.meant_agents)
    return not (has_meant or domain.may_have_agent or misplaced_channels(domain) or commandline_ports(domain))


def has_strays(domain: Domain) -> bool:
    """Return True if there is any agent port that libvirt does not see."""
    strays = misplaced_channels, misplaced_targets, commandline_ports, commented_channels
    return any(find(domain) for find in strays)


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
