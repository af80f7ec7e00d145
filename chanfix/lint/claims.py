"""The sockets that the domains of a run bind: what one document can tell the others."""

from __future__ import annotations

from chanfix.domain import Domain
from chanfix.domain.path.sockets import binders
from chanfix.domain.versions import NEWEST, Version
from chanfix.lint.resolve import place_in
from chanfix.lint.rule import At, Claim

__all__ = ["claims_of"]


def claims_of(domain: Domain, path: str | None, version: Version = NEWEST) -> list[Claim]:
    """List the sockets that a domain binds at paths of its own; ``path`` is its file's, for people.

    A domain without a name claims nothing: it may be any domain of the run.
    """
    if not domain.devices_of("channel") or not domain.name:
        return []
    name, document = domain.name, domain.document
    claims = []
    always_there = [channel for channel in domain.channels if channel.node.is_there_with(domain.node)]
    for socket, channel in binders(always_there, version).items():
        at = At(channel.source or channel.node, "path", f"domain '{name}' binds it here")
        claims.append(Claim(socket, name, domain.uuid or "", place_in(document, at)._replace(path=path)))
    return claims
