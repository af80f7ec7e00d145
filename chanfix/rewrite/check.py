"""Is the agent channel there and right?"""

from __future__ import annotations

from dataclasses import dataclass

from chanfix.domain import AGENT_NAME, Domain, agent_number, place_of
from chanfix.errors import InputError
from chanfix.markup.document import Document
from chanfix.markup.span import Position
from chanfix.rewrite.add import channel_findings
from chanfix.rewrite.plan import Wish, with_agent

__all__ = ["Verdict", "check"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One line about a domain's agent channel, and where it is."""

    is_right: bool
    message: str
    position: Position | None


def check(document: Document, wish: Wish) -> Verdict:
    """Say whether libvirt would find its agent channel and could use it. A domain that cannot have one is not right.

    Raises ``InputError`` for a document that is no domain.
    """
    Domain.of(document)  # what is no domain at all is an error, not a verdict
    try:
        domain = with_agent(document, wish.version)
    except InputError as error:
        return Verdict(False, error.message, error.position)
    if findings := channel_findings(domain, wish):
        worst = max(findings, key=lambda finding: finding.severity)
        more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
        return Verdict(False, f"{worst.message} [{worst.rule}]{more}", worst.place.start)
    if domain.agent_channels:
        node = domain.agent_channels[0].node
        return Verdict(True, f"the channel '{AGENT_NAME}' is there and right", place_of(node))
    return Verdict(False, *_why_missing(domain))


def _why_missing(domain: Domain) -> tuple[str, Position]:
    for channel in domain.channels:
        if channel.is_virtio and (agent_number(channel.name) or 0) >= 1:
            return f"the agent channel is detached from libvirt as '{channel.name}'", place_of(channel.node)
    return f"no channel '{AGENT_NAME}'", place_of(domain.node)
