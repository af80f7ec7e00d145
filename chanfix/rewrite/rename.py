"""Detach the agent channel from libvirt by its name, and attach it again: the name changes and nothing else."""

from __future__ import annotations

import shlex
from itertools import combinations, islice

from chanfix.domain import AGENT_NAME, Channel, Domain, agent_name, place_of
from chanfix.domain.path.generated import is_dropped
from chanfix.errors import InputError, UsageError
from chanfix.rewrite.add import channel_findings
from chanfix.rewrite.commandline import refuse_taken_name
from chanfix.rewrite.plan import (
    Plan,
    Verb,
    Wish,
    channels_of,
    edited,
    notes_on_running,
    ports_named,
    refuse_new_findings,
    with_path_on_each,
    workable,
)
from chanfix.xml.document import Document
from chanfix.xml.edit import Edit, replace_in_attribute
from chanfix.xml.together import collisions

__all__ = ["attach", "detach"]

# Pairs of channels that are compared where several names could become one.
_MOST_PAIRS = 1000
# What libvirt can no longer do, by the name that virsh has for it.
_LOST = (
    "shutdown and reboot --mode agent",
    "domtime",
    "domfsfreeze, domfsthaw, domfstrim, domfsinfo",
    "snapshot-create --quiesce",
    "domifaddr --source agent",
    "domhostname",
    "guestinfo",
    "guestvcpus",
    "set-user-password",
    "get-user-sshkeys and set-user-sshkeys",
    "dompmsuspend",
    "qemu-agent-command",
)


def detach(document: Document, wish: Wish) -> Plan:
    """Plan the new name, ``org.qemu.guest_agent.1`` if none is wished for. libvirt then lets go of the channel."""
    domain = workable(document, wish)
    port = agent_name(1) if wish.port is None else wish.port
    if port == AGENT_NAME:
        raise UsageError(f"'{AGENT_NAME}' is the name that libvirt takes for its own", hint=f"try '{agent_name(1)}'")
    agents, taken = _agents(document), ports_named(document, port)
    if not agents and not taken:
        raise InputError(
            f"the domain has no channel '{AGENT_NAME}' to detach",
            hint=f"chanfix add --port {port} adds a channel that libvirt does not take",
            position=place_of(domain.node),
        )
    refuse_taken_name(document, port, agents or taken)
    if not agents:
        return _finish(document, taken, wish, port)
    if taken:
        raise InputError(
            f"a channel '{port}' is there already",
            hint="choose another name with --port",
            position=place_of(taken[0].target or taken[0].node),
        )
    plan = _finish(document, agents, wish, port)
    if wish.path is None:
        _refuse_what_cannot_be_undone(plan, agents[0], port, wish)
    return plan


def attach(document: Document, wish: Wish) -> Plan:
    """Plan the way back to ``org.qemu.guest_agent.0``; ``wish.port`` says from which name, if it could be several."""
    domain = workable(document, wish)
    if wish.port == AGENT_NAME:
        message = f"'{AGENT_NAME}' is the name to come; --port is the one that the channel has now"
        raise UsageError(message, hint="leave it out")
    agents, detached = _agents(document), _detached(document, wish.port)
    if agents and detached:
        raise InputError(
            f"libvirt has a channel '{AGENT_NAME}' beside '{detached[0].name}' already",
            hint="remove one of the two by hand",
            position=place_of(detached[0].target or detached[0].node),
        )
    if not agents and not detached:
        raise InputError(
            f"the domain has no channel '{wish.port or agent_name(1)}' to attach",
            hint="chanfix add puts the agent channel in place",
            position=place_of(domain.node),
        )
    if not _is_one_port(detached):
        names = ", ".join(str(channel.name) for channel in detached)
        raise InputError(
            f"several channels could be the agent's: {names}",
            hint="say which with --port",
            position=place_of(detached[1].target or detached[1].node),
        )
    refuse_taken_name(document, AGENT_NAME, agents or detached)
    return _finish(document, agents or detached, wish, AGENT_NAME)


def _detached(document: Document, port: str | None) -> list[Channel]:
    if port is not None:
        return ports_named(document, port)
    return [channel for channel in channels_of(document) if channel.is_detached_agent]


def _is_one_port(channels: list[Channel]) -> bool:
    """Return True if the channels can all get one name.

    Those of one name must not be known to be there together; those of several names must exclude each other.
    """
    if _collide(channels):
        return False
    if len({channel.name for channel in channels}) < 2:
        return True
    pairs = list(islice(combinations(channels, 2), _MOST_PAIRS + 1))
    return len(pairs) <= _MOST_PAIRS and all(one.node.excludes(other.node) for one, other in pairs)


def _collide(channels: list[Channel]) -> bool:
    return any(collisions(channels, lambda channel: channel.node))


def _agents(document: Document) -> list[Channel]:
    """Return the agent channels. Raises ``InputError`` for two that are known to be there together."""
    channels = [channel for channel in channels_of(document) if channel.is_agent]
    if _collide(channels):
        raise InputError(
            f"{len(channels)} channels are named '{AGENT_NAME}'; QEMU does not start with two",
            hint="chanfix add repairs that",
            position=place_of(channels[1].target or channels[1].node),
        )
    return channels


def _finish(document: Document, channels: list[Channel], wish: Wish, port: str) -> Plan:
    """Plan the name and, where one is wished for, the path. What else is wrong with the channel is left, and said."""
    old = channels[0].name or ""
    keep_path = wish.path is not None
    edits = [
        edit for channel in channels if channel.name != port for edit in _rename(channel, port, keep_path=keep_path)
    ]
    renamed = with_path_on_each(document.reread(edited(document, set(edits))), port, wish)
    if wish.path is not None:
        refuse_new_findings(document, renamed.data, wish)
    notes = _notes(renamed, port, wish) if port != AGENT_NAME else _complaints(Domain.of(renamed), wish)
    verb, what = Verb.RENAME, f"the channel '{old}' to '{port}'"
    if renamed.data == document.data:
        verb, what = Verb.KEEP, f"the channel '{port}', which is there"
    elif old == port:
        verb, what = Verb.REPAIR, f"the channel '{port}'"
    if renamed.data != document.data:
        notes += notes_on_running(Domain.of(renamed))
    # Where the new name is stored already, the old one may still run.
    replaces = AGENT_NAME if port != AGENT_NAME else old if old != port else wish.port or agent_name(1)
    return Plan(document, renamed.data, verb, what, notes=notes, port=port, replaces=replaces)


def _rename(channel: Channel, new: str, *, keep_path: bool) -> list[Edit]:
    old = channel.name or ""
    if channel.target is None:
        raise ValueError("a channel with a name has a target")
    edits = replace_in_attribute(channel.target, "name", old, new)
    if channel.source is None or keep_path or old not in (channel.path or ""):
        return edits
    return [*edits, *replace_in_attribute(channel.source, "path", old, new)]


def _refuse_what_cannot_be_undone(plan: Plan, agent: Channel, port: str, wish: Wish) -> None:
    """Refuse a new name from which attach-libvirt could not get back to these very bytes."""
    back = attach(plan.document.reread(plan.data), Wish(port=port, version=wish.version))
    if back.data != plan.document.data:
        raise InputError(
            "attach-libvirt could not give these bytes back",
            hint=f"write the name without character references; set a path that carries '{port}' too with --path",
            position=place_of(agent.node),
        )


def _complaints(domain: Domain, wish: Wish) -> tuple[str, ...]:
    return tuple(f"still wrong: {finding.message} [{finding.rule}]" for finding in channel_findings(domain, wish))


def _notes(document: Document, port: str, wish: Wish) -> tuple[str, ...]:
    channel = ports_named(document, port)[0]
    socket = (
        f"the socket on the host is {channel.path}"
        if channel.path and not is_dropped(channel, wish.version)
        else "libvirt makes the socket's path anew at each start; --path PATH gives it one that stays"
    )
    return (
        "libvirt no longer talks to the agent; these answer 'QEMU guest agent is not configured': " + "; ".join(_LOST),
        f"in the guest, qemu-ga must open the new port: chanfix guest-config --port {shlex.quote(port)} shows how",
        socket,
    )
