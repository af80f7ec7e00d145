"""A port on QEMU's own command line is a port: no channel gets its name."""

from __future__ import annotations

from collections.abc import Iterable

from chanfix.domain import Channel, Domain, place_of
from chanfix.errors import InputError
from chanfix.xml.document import Document

__all__ = ["refuse_taken_name"]


def refuse_taken_name(document: Document, name: str, channels: Iterable[Channel]) -> None:
    """Refuse a document whose QEMU command line has the port ``name`` that ``channels`` have or are to get.

    Without channels any such port is in the way, else one that can be there together with one of them. Raises
    ``InputError`` that names the arguments to take away.
    """
    nodes = [channel.node for channel in channels]
    for reading in document.readings:
        for port in Domain.of(reading).commandline_ports:
            if port.name == name and not (nodes and all(port.argument.excludes(node) for node in nodes)):
                raise InputError(
                    f"QEMU's command line has the port '{name}' already; QEMU does not start with two",
                    hint=f"take these arguments away first: {port.written}",
                    position=place_of(port.argument),
                )
