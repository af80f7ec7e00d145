"""Take a channel out: the agent's, or the one of another port. What carried it stays."""

from __future__ import annotations

from chanfix.domain import AGENT_NAME
from chanfix.rewrite.plan import Plan, Verb, Wish, edited, ports_named, workable
from chanfix.xml.document import Document
from chanfix.xml.edit import remove_element

__all__ = ["remove"]


def remove(document: Document, wish: Wish) -> Plan:
    """Plan a document without the channels of the port ``wish.port``, by default libvirt's own agent channel.

    The virtio-serial controller stays, for other ports and so that the channel can come back to a running domain.
    Raises ``InputError`` where the document is not ours to edit, or where a template makes the channel.
    """
    workable(document, wish)
    port = AGENT_NAME if wish.port is None else wish.port
    channels = ports_named(document, port)
    if not channels:
        return Plan(document, document.data, Verb.KEEP, f"no channel '{port}' is there", port=port, replaces=port)
    data = edited(document, [remove_element(channel.node) for channel in channels])
    return Plan(document, data, Verb.REMOVE, f"the channel '{port}'", port=port, replaces=port)
