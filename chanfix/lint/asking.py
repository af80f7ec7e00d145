"""Asks the rules about a domain, part by part: each level that a rule has is called once for each such part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from chanfix.domain import Domain
from chanfix.domain.path.kinds import port_paths
from chanfix.domain.virtio_serial import ports_asked_for
from chanfix.errors import ChanfixError, InternalError
from chanfix.lint.rule import At, Draft, Facts, RuleEntry
from chanfix.lint.rules import load

__all__ = ["drafts_of"]


def drafts_of(domain: Domain, rules: Iterable[RuleEntry], facts: Facts) -> Iterator[tuple[RuleEntry, Draft]]:
    """Yield what the rules have to say of one domain, in the order of the rules.

    A rule's module is imported when the domain has a part that the rule looks at. Raises ``InternalError`` that names
    the rule when one fails.
    """
    text = domain.document.data
    has_live_state = domain.is_record or (facts.is_running and not domain.is_inactive)
    parts = _Parts(domain, facts)
    asked: list[tuple[RuleEntry, Draft]] = []
    for rule in rules:
        if has_live_state and rule.about_live_state:
            continue
        if rule.only_if_text_has and not any(word in text for word in rule.only_if_text_has):
            continue
        for level in rule.levels:
            if parts[level]:
                asked += [(rule, draft) for draft in _ask(rule, level, parts[level], domain, facts)]
    yield from _most_telling(asked)


def _ask(rule: RuleEntry, level: str, parts: Sequence[object], domain: Domain, facts: Facts) -> Iterator[Draft]:
    about = (facts,) if level == "domain" else (domain, facts)
    try:
        ask = getattr(load(rule), level)
        for part in parts:
            yield from ask(part, *about)
    except ChanfixError:
        raise
    except Exception as error:
        raise InternalError(f"the rule '{rule.name}' failed: {error!r}") from error


def _most_telling(asked: list[tuple[RuleEntry, Draft]]) -> Iterator[tuple[RuleEntry, Draft]]:
    """Leave out the drafts of rules that yield to another one at the same place."""
    said = {(rule.name, _span(draft)) for rule, draft in asked} if any(rule.yields_to for rule, _ in asked) else set()
    for rule, draft in asked:
        if not any((other, _span(draft)) in said for other in rule.yields_to):
            yield rule, draft


def _span(draft: Draft) -> object:
    return draft.at.span if isinstance(draft.at, At) else draft.at


class _Parts(dict[str, Sequence[object]]):
    """The parts of a domain by level, found when a rule has that level."""

    def __init__(self, domain: Domain, facts: Facts) -> None:
        super().__init__()
        self._domain = domain
        self._facts = facts

    def __missing__(self, level: str) -> Sequence[object]:
        self[level] = parts = self._find(level)
        return parts

    def _find(self, level: str) -> Sequence[object]:
        domain = self._domain
        match level:
            case "domain":
                return (domain,)
            case "channel":
                return domain.channels
            case "agent_channel":
                return domain.agent_channels
            case "console":
                return domain.consoles
            case "controller":
                return domain.virtio_serial_controllers if domain.document.may_hold("virtio-serial") else ()
            case "port":
                return ports_asked_for(domain)
            case "channels" | "controllers" | "ports" as plural:
                return (self[plural[:-1]],) if self[plural[:-1]] else ()
            case "commandline_ports":
                return (domain.commandline_ports,) if domain.commandline_ports else ()
            case "path":
                return list(port_paths(domain, self._facts.version, self._facts.claims))
            case tag:
                return domain.devices_of(tag)
