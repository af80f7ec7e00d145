"""The agent channel that chanfix writes, made from a template, parsed, and checked against our grammar."""

from __future__ import annotations

import re

from chanfix import resources
from chanfix.domain.agent_name import AGENT_NAME
from chanfix.domain.path.kinds import MAX_BYTES
from chanfix.errors import RenderError, UsageError
from chanfix.xml.document import Document, Node

__all__ = ["channel_text", "check_path", "check_port", "render_channel"]


# Control characters, and what XML 1.0 cannot hold: lone surrogates, as of bytes that are no text, and two more.
_NOT_IN_XML = "[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]"


def render_channel(name: str, path: str | None = None) -> Node:
    """Return the channel for a port of that name; ``path`` None leaves the socket to libvirt.

    Raises ``UsageError`` for a name or a path that cannot work and ``RenderError`` for a template that gives anything
    but an agent channel.
    """
    check_port(name)
    if path is not None:
        check_path(path)
    # docs/tools/generate.py has made the usual one beforehand: the template engine takes longer than all the rest.
    is_usual = name == AGENT_NAME and path is None
    text = resources.read("templates/agent.xml") if is_usual else channel_text(name, path)
    return Document.parse(text.encode()).root


def channel_text(name: str, path: str | None = None) -> str:
    """Return what the template makes of a name and a path, checked. Raises ``RenderError``."""
    # For the usual channel neither is needed.
    from chanfix.own_templates import render_markup
    from chanfix.relaxng.schema import Schema

    text = render_markup("channel.xml.j2", {"name": name, "path": path})
    if not Schema.load(resources.path("schemas/virtio-serial.rng")).accepts(Document.parse(text.encode()).root):
        raise RenderError("templates/channel.xml.j2 gives a channel that schemas/virtio-serial.rng refuses")
    return text


def check_port(name: str) -> None:
    """Refuse a port name that the guest or the socket's path could not carry."""
    # What is ASCII and printable is not looked at more closely: that pattern takes longer to compile than all the rest.
    is_plain = name.isascii() and name.isprintable()
    if not name or re.search(r"[\s/]", name) or (not is_plain and re.search(_NOT_IN_XML, name)):
        raise UsageError(
            f"port name {name!r} is empty, or holds a blank, a slash or a control character",
            hint="choose one like org.qemu.guest_agent.1",
        )


def check_path(path: str) -> None:
    """Refuse a socket path that QEMU or libvirt could not bind."""
    if not path.startswith("/"):
        raise UsageError(f"socket path {path!r} is not absolute", hint="start it with '/'")
    if re.search(_NOT_IN_XML, path):
        raise UsageError(f"socket path {path!r} holds a control character", hint="choose one without")
    if len(path.encode(errors="surrogateescape")) > MAX_BYTES:
        raise UsageError(f"socket path {path!r} is over {MAX_BYTES} bytes", hint="a Unix socket takes no more")
