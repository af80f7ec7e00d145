"""The sockets that the domains of a run bind: what one document can tell the others."""

from __future__ import annotations

from chanfix.domain import Domain
from chanfix.domain.path.sockets import binders
from chanfix.domain.versions import NEWEST, Version
from chanfix.lint.rule import At, Claim
from chanfix.lint.traced import traced_place
from chanfix.xml.place import Place

__all__ = ["claims_of"]


def claims_of(domain: Domain, path: str | None, version: Version = NEWEST) -> list[Claim]:
    """List the sockets that a domain binds at paths of its own; ``path`` is its file's, for people.

    A domain without a name claims nothing: nobody can tell whether it is another one.
    """
    if not domain.devices_of("channel") or not domain.name:
        return []
    name, document = domain.name, domain.document
    claims = []
    always_there = [channel for channel in domain.channels if channel.node.is_there_with(domain.node)]
    for socket, channel in binders(always_there, version).items():
        span = At(channel.source or channel.node, "path").span
        label = f"domain '{name}' binds it here"
        place = Place(span, document.position(span.start), document.position(span.end), label, path)
        claims.append(Claim(socket, name, domain.uuid or "", traced_place(place, document.origin)))
    return claims
