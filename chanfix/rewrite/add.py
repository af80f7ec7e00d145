"""Put the agent channel in place: insert it, or repair the one that is there."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable

from chanfix.domain import AGENT_NAME, Channel, Domain, place_of
from chanfix.domain.element import render_channel
from chanfix.domain.path.fixes import documented_path
from chanfix.domain.placement import insert_channel
from chanfix.domain.strays import misplaced_channels, misplaced_targets
from chanfix.domain.versions import PATH_OPTIONAL
from chanfix.errors import InputError
from chanfix.lint.check import check_domain
from chanfix.lint.draft import Hidden
from chanfix.lint.finding import Finding, Severity
from chanfix.lint.resolve import resolve
from chanfix.lint.rule import Draft, Facts
from chanfix.rewrite.commandline import refuse_taken_name
from chanfix.rewrite.plan import (
    Plan,
    Verb,
    Wish,
    edited,
    notes_on_running,
    ports_named,
    refuse_new_findings,
    rules_for,
    serious_drafts,
    with_path_on_each,
    workable,
)
from chanfix.xml.document import Document, Node
from chanfix.xml.edit import Safety
from chanfix.xml.span import Span

__all__ = ["add", "channel_findings"]

_CONDITIONAL = "the channel stands in a block of the template, and is there only when that is"
_MAY_BE_THERE = "a device that the template fills in may be the agent's channel already; QEMU does not start with two"


def add(document: Document, wish: Wish) -> Plan:
    """Plan the agent channel, or with ``wish.port`` a further port of that name.

    A channel that is there and right stays as it is; a broken one is repaired with the fixes of the lint rules, the
    unsafe ones too. Raises ``InputError`` where the document is not ours to edit, or where a finding would come of it.
    """
    domain = workable(document, wish)
    port = AGENT_NAME if wish.port is None else wish.port
    if not ports_named(document, port):
        _refuse_hidden(document, port)
        _refuse_foreign(domain, port)
        _refuse_conditional_target(domain, port)
    refuse_taken_name(document, port, ports_named(document, port))
    if port != AGENT_NAME:
        plan = _finish(document, document, port, wish) if ports_named(document, port) else _insert(domain, wish, port)
    elif _agent_nodes(domain):
        plan = _repair(domain, wish)
    else:
        _refuse_other_arm(document)
        _refuse_detached(domain)
        plan = _insert(domain, wish, port)
    has_path = wish.path is not None or not PATH_OPTIONAL.holds(wish.version)
    is_usual = plan.verb is Verb.ADD and port == AGENT_NAME and not has_path
    refuse_new_findings(document, plan.data, wish, is_usual=is_usual)
    return plan


def _insert(domain: Domain, wish: Wish, port: str) -> Plan:
    path = wish.path
    if path is None and domain.is_of_other_driver:
        raise InputError(
            f"libvirt is not known to make a path for the channel in a domain of type '{domain.type}'",
            hint="give one with --path",
            position=place_of(domain.node),
        )
    if path is None and not PATH_OPTIONAL.holds(wish.version):
        path = documented_path(domain)
        if path is None:
            raise InputError(
                f"libvirt {wish.version} needs a path for the channel, and the domain's name cannot be in one",
                hint="give one with --path",
                position=place_of(domain.name_node or domain.node),
            )
    edits = insert_channel(domain, render_channel(port, path))
    notes = notes_on_running(domain)
    if port == AGENT_NAME and domain.may_have_agent:
        notes = (_MAY_BE_THERE, *notes)
    return Plan(
        domain.document, edited(domain.document, edits), Verb.ADD, f"the channel '{port}'", notes=notes, port=port
    )


def _repair(domain: Domain, wish: Wish) -> Plan:
    rules = rules_for(wish)
    if domain.is_running and not channel_findings(domain, wish):
        return _finish(domain.document, domain.document, AGENT_NAME, wish)

    def look(text: Document) -> Hidden:
        domain = Domain.of(text)
        return Hidden(list(filter(_about_the_agent(domain), check_domain(domain, rules, Facts(version=wish.version)))))

    # Most documents have no channel to repair.
    from chanfix.lint.fix import fix

    fixed = fix(domain.document, look, Safety.UNSAFE)
    if not Domain.of(fixed.document).agent_channels:
        raise _cannot_repair(domain, Domain.of(fixed.document), wish)
    steps = [f"{draft.fix.title} [{draft.rule}]" for draft in fixed.done if draft.fix]
    return _finish(domain.document, fixed.document, AGENT_NAME, wish, steps)


def _finish(document: Document, repaired: Document, port: str, wish: Wish, steps: list[str] | None = None) -> Plan:
    """Plan for a channel that is there: the path that the user asks for, and what no fix could repair."""
    steps = list(steps or ())
    channels = ports_named(repaired, port)
    with_paths = with_path_on_each(repaired, port, wish)
    data = with_paths.data
    if data != repaired.data:
        steps.append(f"Set the path to '{wish.path}'")
    left = channel_findings(Domain.of(with_paths), wish)
    notes = tuple(f"still wrong: {finding.message} [{finding.rule}]" for finding in left)
    if all(channel.node.is_conditional for channel in channels):
        notes += (_CONDITIONAL,)
    domain = Domain.of(document)
    if data == document.data:
        of_what = ", of a running domain" if domain.is_running else ""
        what = f"the channel '{port}', which is there{of_what}"
        return Plan(document, data, Verb.KEEP, what, notes=notes, port=port)
    notes += notes_on_running(domain)
    return Plan(document, data, Verb.REPAIR, f"the channel '{port}'", tuple(steps), notes, port)


def channel_findings(domain: Domain, wish: Wish) -> list[Finding]:
    """Return the errors and warnings that are about the agent's channel, or about one that was meant to be it."""
    return list(resolve(filter(_about_the_agent(domain), serious_drafts(domain, wish)), domain.document))


def _about_the_agent(domain: Domain) -> Callable[[Draft], bool]:
    """Return a predicate: is a draft serious, and does it stand in the agent's channel or change it?

    A path as the documentation once advised it counts as well, though it does little harm where it is.
    """
    spans = sorted(node.place.span for node in _agent_nodes(domain))
    advised = documented_path(domain)
    has_advised_path = any(channel.path == advised for channel in domain.agent_channels if advised)

    def holds(inner: Span) -> bool:
        at = bisect_right(spans, Span(inner.start, inner.start + (1 << 40))) - 1
        return at >= 0 and spans[at].start <= inner.start and inner.end <= spans[at].end

    def is_ours(draft: Draft) -> bool:
        is_serious = draft.severity is not None and draft.severity >= Severity.WARNING
        if not is_serious and not (has_advised_path and draft.rule == "path-hardcoded"):
            return False
        return holds(draft.at.span) or any(holds(edit.span) for edit in (draft.fix.edits if draft.fix else ()))

    return is_ours


def _agent_nodes(domain: Domain) -> list[Node]:
    """Return the channels that are the agent's or were meant to be, wherever in the domain they stand."""
    meant = [channel for channel, name in domain.meant_agents if name == AGENT_NAME]
    others = [target.parent for target in misplaced_targets(domain)]
    return [*(channel.node for channel in (*meant, *misplaced_channels(domain))), *filter(None, others)]


def _refuse_hidden(document: Document, port: str) -> None:
    """Raise ``InputError`` where the port's name stands in a construct that may bring a channel."""
    name = port.encode(document.encoding, "replace")
    for hole in document.mask.holes if document.mask else ():
        if hole.may_be_output and name in document.data[hole.span.start : hole.span.end]:
            raise InputError(
                f"'{port}' stands in a part of the template that chanfix does not read; it may be the channel already",
                hint="write the channel out, or render the template and look at the result",
                position=document.position(document.data.index(name, hole.span.start)),
            )


def _refuse_foreign(domain: Domain, port: str) -> None:
    """Raise ``InputError`` where a channel with the port's name is a device in an element of another namespace."""
    for devices in domain.node.children("devices"):
        for node in devices.descendants("channel"):
            around = node.parent
            if around is not None and around.tag.startswith("{") and Channel(node).name == port:
                raise InputError(
                    f"a channel '{port}' stands in an element that is not libvirt's; it may be there already",
                    hint="take that element away, or render the template and look at the result",
                    position=place_of(node),
                )


def _refuse_conditional_target(domain: Domain, port: str) -> None:
    if channels := domain.channels_at_times(port):
        raise InputError(
            f"the target of this channel stands in a block of the template: it is '{port}' at times",
            hint="write the whole channel once in each arm of the block",
            position=place_of(channels[0].node),
        )


def _refuse_other_arm(document: Document) -> None:
    for reading in document.others:
        for node in _agent_nodes(Domain.of(reading)):
            raise InputError(
                "the agent channel stands in another arm of the template",
                hint="chanfix lint shows what is wrong with it",
                position=place_of(node),
            )


def _refuse_detached(domain: Domain) -> None:
    for channel in domain.detached_agents:
        raise InputError(
            f"the agent channel is detached from libvirt as '{channel.name}'",
            hint="chanfix attach-libvirt gives it back; chanfix add --port NAME adds a further port",
            position=place_of(channel.target or channel.node),
        )


def _cannot_repair(before: Domain, after: Domain, wish: Wish) -> InputError:
    for finding in channel_findings(after, wish):
        if finding.fix is None:
            return InputError(
                f"{finding.message}; no fix can repair that [{finding.rule}]",
                hint=f"repair it by hand; chanfix explain {finding.rule}",
                position=finding.place.start,
            )
    return InputError(
        "the channel with the agent's name cannot be made the agent's",
        hint=f"write its target as <target type='virtio' name='{AGENT_NAME}'/>, or remove the channel",
        position=place_of(_agent_nodes(before)[0]),
    )
