"""Asks the rules about a domain, part by part: each level that a rule has is called once for each such part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from functools import lru_cache

from chanfix.domain import Domain
from chanfix.domain.path.kinds import port_paths
from chanfix.domain.virtio_serial import ports_asked_for
from chanfix.errors import ChanfixError, InternalError
from chanfix.lint.rule import Draft, Facts, RuleEntry
from chanfix.lint.rules import load
from chanfix.xml.span import Span

__all__ = ["drafts_of"]


def drafts_of(domain: Domain, rules: Sequence[RuleEntry], facts: Facts) -> Iterator[tuple[RuleEntry, Draft]]:
    """Return the drafts of all rules about one domain, each with its rule, in the order of the rules.

    A rule's module is imported when the domain has a part that the rule looks at. Raises ``InternalError`` that names
    the rule when one fails.
    """
    rules, text = tuple(rules), domain.document.data
    held = frozenset(word for word in _words(rules) if word in text)
    has_live_state = domain.is_record or (facts.is_running and not domain.is_inactive)
    parts = _parts(domain, facts)
    found: list[tuple[RuleEntry, Draft]] = []
    for rule, level in _questions(rules, held, has_live_state):
        if level not in parts:
            parts[level] = domain.devices_of(level)
        if parts[level]:
            found += [(rule, draft) for draft in _ask(rule, level, parts[level], domain, facts)]
    return _most_telling(found) if any(rule.yields_to for rule, _ in found) else iter(found)


@lru_cache
def _words(rules: tuple[RuleEntry, ...]) -> frozenset[bytes]:
    return frozenset(word for rule in rules for word in rule.only_if_text_has)


@lru_cache
def _questions(
    rules: tuple[RuleEntry, ...], held: frozenset[bytes], has_live_state: bool
) -> tuple[tuple[RuleEntry, str], ...]:
    """Return the rules to ask about a text that holds these words, with each of their levels."""
    return tuple(
        (rule, level)
        for rule in rules
        if not (has_live_state and rule.about_live_state)
        and not (rule.only_if_text_has and held.isdisjoint(rule.only_if_text_has))
        for level in rule.levels
    )


def _parts(domain: Domain, facts: Facts) -> dict[str, Sequence[object]]:
    """Return the parts of a domain by level, for all levels but the tags of devices."""
    channels, consoles, commandline_ports = domain.channels, domain.consoles, domain.commandline_ports
    controllers = domain.virtio_serial_controllers if domain.document.may_hold("virtio-serial") else []
    ports = ports_asked_for(domain) if channels or consoles else []
    return {
        "domain": (domain,),
        "channel": channels,
        "channels": (channels,) if channels else (),
        "agent_channel": domain.agent_channels if channels else (),
        "console": consoles,
        "path": list(port_paths(domain, facts.version, facts.claims)) if channels else (),
        "port": ports,
        "ports": (ports,) if ports else (),
        "controller": controllers,
        "controllers": (controllers,) if controllers else (),
        "commandline_ports": (commandline_ports,) if commandline_ports else (),
    }


def _ask(rule: RuleEntry, level: str, parts: Sequence[object], domain: Domain, facts: Facts) -> list[Draft]:
    about = (facts,) if level == "domain" else (domain, facts)
    try:
        ask = getattr(load(rule), level)
        return [draft for part in parts for draft in ask(part, *about)]
    except ChanfixError:
        raise
    except Exception as error:
        raise InternalError(f"the rule '{rule.name}' failed: {error!r}") from error


def _most_telling(found: list[tuple[RuleEntry, Draft]]) -> Iterator[tuple[RuleEntry, Draft]]:
    """Leave out the drafts of rules that yield to another one at the same place."""
    said = {(rule.name, draft.at.span) for rule, draft in found}
    # A draft that yields itself is seen by nobody: nothing yields to it.
    said -= {(rule.name, draft.at.span) for rule, draft in found if _yields(rule, draft, said)}
    return ((rule, draft) for rule, draft in found if not _yields(rule, draft, said))


def _yields(rule: RuleEntry, draft: Draft, said: Set[tuple[str, Span]]) -> bool:
    return any((other, draft.at.span) in said for other in rule.yields_to)
