"""The verdict on a domain's agent, as a pure function of what was seen of the domain and heard from the agent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from chanfix.agent.answer import AgentReply, Heard
from chanfix.agent.told import Address, GuestOs
from chanfix.domain import AGENT_NAME, Channel, Domain
from chanfix.domain.strays import commandline_ports
from chanfix.domain.versions import Version
from chanfix.lint.finding import Severity, summary_of
from chanfix.rewrite.add import channel_findings
from chanfix.rewrite.plan import Wish
from chanfix.status.features import Feature, features, may_be_frozen, notes_of
from chanfix.status.next_step import NextStep, next_step, take_away
from chanfix.status.verdict import Verdict
from chanfix.xml.document import Document

__all__ = ["Health", "PortToAsk", "Seen", "Verdict", "examine", "judge"]


@dataclass(frozen=True, slots=True)
class Seen:
    """What libvirt shows of a domain without asking its agent. ``running`` is None when it is shut off."""

    name: str
    stored: Document
    running: Document | None
    is_paused: bool
    version: Version


@dataclass(frozen=True, slots=True)
class PortToAsk:
    """The port of a running domain whose agent is to be asked. ``path`` is where QEMU listens for its client."""

    name: str
    path: str | None
    notes: tuple[str, ...] = ()

    @property
    def is_libvirts(self) -> bool:
        """Return True if libvirt holds the socket, so that only libvirt can ask."""
        return self.name == AGENT_NAME


@dataclass(frozen=True, slots=True)
class Health:
    """The verdict on a domain's agent, why, and what to do next.

    ``is_answering`` is what one wants to know: a detached port can answer as well. ``features`` are those of an agent
    that answers. ``addresses`` and ``system`` are what the guest says of itself, None where it was not asked or gave
    no answer. ``frozen_since`` is when its file systems were first seen frozen, None for a guest that is not.
    """

    name: str
    verdict: Verdict
    summary: str
    next_step: NextStep
    port: str | None = None
    is_answering: bool = False
    rules: tuple[str, ...] = ()
    agent_version: str | None = None
    features: tuple[Feature, ...] = ()
    addresses: tuple[Address, ...] | None = None
    system: GuestOs | None = None
    frozen_since: datetime | None = None
    notes: tuple[str, ...] = ()

    @property
    def is_well(self) -> bool:
        """Return True if the agent answers and the guest can write."""
        return self.is_answering and self.verdict is not Verdict.FROZEN

    def has(self, feature: str) -> bool:
        """Return True if a feature is known to work."""
        return any(each.name == feature and each.works is True for each in self.features)


def examine(seen: Seen) -> Health | PortToAsk:
    """Return the verdict where the definitions tell it already, else the port to ask."""
    domain = Domain.of(seen.stored)
    if not domain.talks_to_agent(seen.version):
        why = f"a domain of type '{domain.type}': libvirt {seen.version} talks to no guest agent there"
        return _health(seen, Verdict.NOT_QEMU, why)
    findings = channel_findings(domain, Wish(version=seen.version))
    rules = tuple(dict.fromkeys(finding.rule for finding in findings))
    # A channel cannot be put right as long as QEMU has its name from the command line.
    beside = commandline_ports(domain)
    step = take_away(seen.name, beside[0].written) if beside else None
    if any(finding.severity >= Severity.ERROR for finding in findings):
        return _health(seen, Verdict.MISCONFIGURED, summary_of(findings), rules=rules, step=step)
    notes = tuple(f"{finding.message} [{finding.rule}]" for finding in findings)
    running = None if seen.running is None else Domain.of(seen.running)
    stored = _agent_port(domain)
    if stored is None:
        passing = None if running is None else _agent_port(running)
        if passing is None and beside:
            why = f"QEMU's command line has the port '{AGENT_NAME}', and libvirt does not see it"
            return _health(seen, Verdict.MISCONFIGURED, why, rules=("agent-in-commandline",), step=step)
        if passing is None:
            return _health(seen, Verdict.NOT_CONFIGURED, f"no channel '{AGENT_NAME}'")
        notes += ("the stored definition has no agent channel: it is gone at the next start",)
        return _look_inside(seen, passing, notes)
    name = stored.port_name or ""
    if running is None:
        if name != AGENT_NAME:
            return _health(seen, Verdict.DETACHED, f"detached from libvirt as '{name}'; shut off", name)
        return _health(seen, Verdict.SHUT_OFF, "the channel is right; the domain is shut off", name, notes=notes)
    live = next((channel for channel in running.channels if channel.port_name == name), None)
    if live is None or live.type != stored.type or (live.mode == "connect") != (stored.mode == "connect"):
        why = f"the stored channel '{name}' is not in the running domain"
        if live is not None:
            why = f"the running domain still has the old channel '{name}'"
        return _health(seen, Verdict.PENDING_POWER_CYCLE, why, name, notes=notes)
    return _look_inside(seen, live, notes)


def judge(seen: Seen, port: PortToAsk, reply: AgentReply, frozen_since: datetime | None = None) -> Health:
    """Return the verdict on a port that was asked; ``frozen_since`` is for a reply that says so."""
    heard, said = _IN_WORDS[reply.heard]
    if reply.heard is Heard.ANSWER and reply.version is not None:
        said = f"qemu-ga {reply.version} answers"
    elif reply.said:
        said = f"{said}: {reply.said}" if said else reply.said
    if not port.is_libvirts:
        if reply.heard is Heard.SILENCE:
            said += ": the agent hangs, or another client holds the socket"
        said = f"detached from libvirt as '{port.name}'; {said}"
    verdict = heard if port.is_libvirts else Verdict.DETACHED
    if reply.is_frozen:
        verdict = Verdict.FROZEN
        since = f", seen since {frozen_since:%Y-%m-%d %H:%M:%S %Z}" if frozen_since else ""
        said += f"; the guest's file systems are frozen{since}, and nothing in it can write"
    elif may_be_frozen(reply):
        said += (
            "; nothing that was asked is enabled: its policy forbids it, or file systems are frozen; --raw tells which"
        )
    notes = (*port.notes, *(notes_of(reply) if reply.heard is Heard.ANSWER else ()))
    return _health(seen, verdict, said, port.name, reply=reply, notes=notes, frozen_since=frozen_since)


_IN_WORDS = {
    Heard.ANSWER: (Verdict.RESPONDING, "the agent answers"),
    Heard.SILENCE: (Verdict.UNRESPONSIVE, "the port is open in the guest, and no right answer came in time"),
    Heard.NONSENSE: (Verdict.SPURIOUS, "something in the guest answers, and not to what was asked"),
    Heard.REFUSED: (Verdict.SPURIOUS, "libvirt has given up on what the open port says until the guest closes it"),
    Heard.NOBODY: (Verdict.DISCONNECTED, "nobody in the guest has the port open"),
    Heard.NOT_ASKED: (Verdict.UNRESPONSIVE, ""),
}


def _look_inside(seen: Seen, live: Channel, notes: tuple[str, ...]) -> Health | PortToAsk:
    name = live.port_name or ""
    if seen.is_paused and name == AGENT_NAME:
        why = "the domain is paused, so libvirt does not ask its agent"
        return _health(seen, Verdict.PAUSED, why, name, notes=notes)
    port = PortToAsk(name, live.path if live.type == "unix" and live.mode != "connect" else None, notes)
    if seen.is_paused:
        return judge(seen, port, AgentReply(Heard.NOT_ASKED, "the domain is paused"))
    if live.target is not None and live.target.get("state") == "disconnected":
        return judge(seen, port, AgentReply(Heard.NOBODY))
    return port


def _health(
    seen: Seen,
    verdict: Verdict,
    summary: str,
    port: str | None = None,
    *,
    reply: AgentReply | None = None,
    rules: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
    step: NextStep | None = None,
    frozen_since: datetime | None = None,
) -> Health:
    heard = None if reply is None else reply.heard
    answering = reply is not None and heard is Heard.ANSWER
    return Health(
        name=seen.name,
        verdict=verdict,
        summary=summary,
        next_step=step or next_step(verdict, seen.name, port, heard),
        port=port,
        is_answering=answering,
        rules=rules,
        agent_version=None if reply is None else reply.version,
        features=features(reply) if reply is not None and answering else (),
        addresses=None if reply is None else reply.addresses,
        system=None if reply is None else reply.system,
        frozen_since=frozen_since,
        notes=notes,
    )


def _agent_port(domain: Domain) -> Channel | None:
    """Return the channel that libvirt takes for its agent, else the first of a detached agent."""
    return next(iter([*domain.agent_channels, *domain.detached_agents]), None)
