"""Is the agent channel there and right?"""

from __future__ import annotations

from chanfix.domain import AGENT_NAME, Domain, place_of
from chanfix.domain.strays import commandline_ports
from chanfix.errors import InputError
from chanfix.lint.finding import summary_of, worst_of
from chanfix.named_tuple import NamedTuple
from chanfix.position import Position
from chanfix.rewrite.add import channel_findings
from chanfix.rewrite.plan import Wish, with_agent
from chanfix.xml.document import Document

__all__ = ["CheckResult", "check"]

_IN_A_BLOCK = ", in a block of the template"


class CheckResult(NamedTuple):
    """One line about a domain's agent channel, and where it is."""

    is_right: bool
    message: str
    position: Position | None
    is_missing: bool = False
    """Nothing is wrong with a channel, for there is none."""


def check(document: Document, wish: Wish) -> CheckResult:
    """Return the verdict on the agent channel. A domain that cannot have one is not right.

    Of a template every reading counts: the first one that is not right gives the verdict, and a channel that only some
    have stands in a block. Raises ``InputError`` for a document that is no domain.
    """
    results = [_check_reading(reading, wish) for reading in document.readings]
    present = [result for result in results if not result.is_missing]
    if not present:
        return results[0]
    worst = min(present, key=lambda result: result.is_right)
    if not worst.is_right or len(present) == len(results):
        return worst
    return worst._replace(message=f"the channel '{AGENT_NAME}' is there and right{_IN_A_BLOCK}")


def _check_reading(document: Document, wish: Wish) -> CheckResult:
    Domain.of(document)  # what is no domain at all is an error, not a verdict
    try:
        domain = with_agent(document, wish.version)
    except InputError as error:
        return CheckResult(False, error.message, error.position)
    if findings := channel_findings(domain, wish):
        beside = "".join(f"; to take away: {port.written}" for port in commandline_ports(domain)[:1])
        return CheckResult(False, f"{summary_of(findings)}{beside}", worst_of(findings).place.start)
    if domain.agent_channels:
        agents = domain.agent_channels
        where = _IN_A_BLOCK if all(agent.node.is_conditional for agent in agents) else ""
        of_what = ", of a running domain" if domain.is_running else ""
        message = f"the channel '{AGENT_NAME}' is there and right{where}{of_what}"
        return CheckResult(True, message, place_of(agents[0].node))
    return CheckResult(False, *_why_missing(domain), is_missing=True)


def _why_missing(domain: Domain) -> tuple[str, Position]:
    for channel in domain.channels_at_times(AGENT_NAME):
        return "the agent channel's target stands in a block of the template", place_of(channel.node)
    for port in commandline_ports(domain):
        message = f"QEMU's command line has the port '{port.name}', and libvirt does not see it [agent-in-commandline]"
        return f"{message}; to take away: {port.written}", place_of(port.argument)
    for channel in domain.detached_agents:
        return f"the agent channel is detached from libvirt as '{channel.name}'", place_of(channel.node)
    return f"no channel '{AGENT_NAME}'", place_of(domain.node)
