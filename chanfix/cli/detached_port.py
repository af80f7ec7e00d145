"""Which socket a question goes to: that of a path, or that of a port in a running domain. Never that of libvirt."""

from __future__ import annotations

import json
import os
import shlex
from urllib.parse import urlsplit

from chanfix.cli.session import Connection
from chanfix.domain import AGENT_NAME, Channel, Domain
from chanfix.errors import AgentError, InputError, UsageError

__all__ = ["socket_of"]


def socket_of(connection: Connection, target: str, port: str | None) -> str:
    """Return the path of the socket that ``target`` means: itself if it holds a slash, else that of the domain's port.

    Raises ``UsageError`` for the port that libvirt holds, ``AgentError`` where the domain has no such socket now.
    """
    if "/" in target:
        if port is not None:
            raise UsageError("--port is for a DOMAIN, and a path was given", hint="leave it out")
        # The last part of every path that libvirt makes by itself is the port's name, in libvirt 1.0.6 to 1.2.18 behind
        # the domain's and a dot.
        if any(f".{os.path.basename(path)}".endswith(f".{AGENT_NAME}") for path in (target, os.path.realpath(target))):
            raise _of_libvirt(None)
        return target
    ref = connection.find(target, of_file=f"a file of that name is here; if it is the socket: ./{target}")
    if there := urlsplit(connection.host.uri).hostname:
        raise AgentError(f"the sockets of '{target}' are on '{there}'", hint="run chanfix there", kind="unreachable")
    running = connection.host.running_xml(ref)
    if running is None:
        raise AgentError(f"the domain '{target}' is shut off", hint="start it", kind="unreachable")
    return _path_of(_channel(Domain.parse(running), target, port), target)


def _channel(domain: Domain, target: str, port: str | None) -> Channel:
    """Return the channel that is meant. Raises ``UsageError`` for libvirt's own, and ``InputError`` for none."""
    if port is not None and port != AGENT_NAME:
        for channel in domain.channels:
            if channel.port_name == port:
                return channel
        raise InputError(f"the running domain '{target}' has no port '{port}'", hint="virsh dumpxml shows its ports")
    detached = domain.detached_agents
    if port is None and len(detached) > 1:
        names = ", ".join(f"'{channel.port_name}'" for channel in detached)
        raise UsageError(f"the domain '{target}' has several detached ports: {names}", hint="choose one by --port")
    if port is None and detached:
        return detached[0]
    if domain.agent_channels:
        raise _of_libvirt(target)
    raise InputError(
        f"the running domain '{target}' has no detached port of an agent",
        hint="name another port by --port; chanfix status says how the domain's agent is",
    )


def _path_of(channel: Channel, target: str) -> str:
    if channel.type == "unix" and channel.mode != "connect" and channel.path:
        return channel.path
    raise AgentError(
        f"QEMU does not listen on a socket for the port '{channel.port_name}' of '{target}'",
        hint="the channel must be of type 'unix', with mode='bind'",
        kind="unreachable",
    )


def _of_libvirt(domain: str | None) -> UsageError:
    name = shlex.quote(domain) if domain else "DOMAIN"
    question = shlex.quote(json.dumps({"execute": "guest-info"}))
    return UsageError(
        f"libvirt holds the socket of '{AGENT_NAME}', and QEMU serves one client at a time",
        hint=f"let libvirt ask: virsh qemu-agent-command {name} {question}; "
        f"or take the port from libvirt: chanfix detach-libvirt {name}",
    )
