"""Compares the agent's channel of a file, and its controllers, with those of a domain on a host."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from chanfix.change.compare import ADDED, is_completed
from chanfix.domain import Channel, Domain
from chanfix.domain.path.generated import generated
from chanfix.xml.document import Node

__all__ = ["Comparison", "compare_agents"]

_CONTROLLER = "virtio-serial"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a definition on a host has in place of a file's channel: ``differences`` is empty where it has the same."""

    port: str | None
    differences: tuple[str, ...]


def compare_agents(ours: Domain, theirs: Domain) -> Comparison:
    """Return how the agent's channel of ``ours``, a file, differs in ``theirs``, what libvirt has stored or runs.

    What libvirt adds counts as the same, and so does what a template fills in. Names of parts are given, never values.
    """
    wanted, there = _agent(ours), _agent(theirs)
    if wanted is None:
        found = () if there is None else (f"has a channel '{there.port_name}' that the file does not have",)
        return Comparison(None, found)
    name = wanted.port_name
    match = next((channel for channel in theirs.channels if channel.port_name == name), None)
    if match is None:
        other = f", and has '{there.port_name}'" if there else ""
        return Comparison(name, (f"does not have it{other}",))
    different = [f"differs in {part}" for part in _differing(wanted, match)]
    for controller in _controllers(ours):
        if not any(is_completed(controller, other) for other in _controllers(theirs)):
            different.append(f"has no such controller '{_CONTROLLER}'")
    return Comparison(name, tuple(different))


def _agent(domain: Domain) -> Channel | None:
    """Return the channel of libvirt's agent, else that of the first detached one."""
    return next(iter([*domain.agent_channels, *domain.detached_agents]), None)


def _controllers(domain: Domain) -> Iterable[Node]:
    return [node for node in domain.devices_of("controller") if node.get("type") == _CONTROLLER]


def _differing(wanted: Channel, found: Channel) -> list[str]:
    """Return the parts of a channel that another one does not have in the same way, each once."""
    # libvirt adds the path of a socket that it makes itself; any other was written by somebody.
    has_own_source = wanted.path is None and (
        found.mode == "connect" or (found.type == "unix" and found.path is not None and generated(found) is None)
    )
    if has_own_source:
        return ["<source>"]
    if is_completed(wanted.node, found.node):
        return []
    children = [child for child in wanted.node.children() if child.tag not in ADDED]
    parts = [f"<{child.tag}>" for child in children if not _is_met(child, found.node)]
    # Every part is there, so what differs are attributes of the channel itself.
    return list(dict.fromkeys(parts)) or ["<channel>"]


def _is_met(child: Node, found: Node) -> bool:
    return any(is_completed(child, other) for other in found.children() if other.tag == child.tag)
