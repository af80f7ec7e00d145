"""Agent ports that stand in a domain's text and that libvirt does not see.

They are outside ``<devices>``, in a device that is no channel, on QEMU's own command line, or in a comment.
"""

from __future__ import annotations

from chanfix.domain import AGENT_NAME, QEMU_NAMESPACE, Channel, Domain, guess_agent_name
from chanfix.markup.document import Node
from chanfix.markup.span import Span

__all__ = [
    "commandline_ports",
    "commented_channels",
    "has_strays",
    "may_be_given_agent",
    "misplaced_channels",
    "misplaced_targets",
]

_QEMU = f"{{{QEMU_NAMESPACE}}}"
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


def commandline_ports(domain: Domain) -> list[Node]:
    """Return the ``<qemu:arg>`` elements that give QEMU the agent's port, in either spelling of ``-device``."""
    return [
        argument
        for commandline in domain.node.children(f"{_QEMU}commandline")
        for argument in commandline.children(f"{_QEMU}arg")
        if _is_agent_port(argument.get("value") or "")
    ]


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
    """Say whether there is any agent port that libvirt does not see."""
    strays = misplaced_channels, misplaced_targets, commandline_ports, commented_channels
    return any(find(domain) for find in strays)


def _is_libvirts(domain: Domain, node: Node) -> bool:
    parent = node.parent
    while parent is not None and parent != domain.node:
        if parent.tag == "metadata" or parent.tag.startswith("{"):
            return False
        parent = parent.parent
    return True


def _is_agent_port(argument: str) -> bool:
    if "virtserialport" not in argument or AGENT_NAME not in argument:
        return False
    device = _read_json(argument) if argument.lstrip().startswith("{") else _read_options(argument)
    return device.get("driver") == "virtserialport" and device.get("name") == AGENT_NAME


def _read_json(argument: str) -> dict[str, object]:
    import json

    try:
        device = json.loads(argument)
    except (ValueError, RecursionError):
        return {}
    return device if isinstance(device, dict) else {}


def _read_options(argument: str) -> dict[str, str]:
    """Read QEMU's ``driver,key=value,...``; the word "driver=" in front may be left out."""
    first, *_ = options = argument.split(",")
    return {"driver": first} | {key: value for key, _, value in (option.partition("=") for option in options)}


def _holds_target(comment: bytes) -> bool:
    _, _, target = comment.partition(b"<target")
    return any(quote + _NAME + quote in target for quote in (b"'", b'"'))
