"""Asks the rules about a domain, part by part: each level that a rule has is called once for each such part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from functools import lru_cache
from typing import TypeAlias

from chanfix.domain import Domain
from chanfix.domain.path.kinds import port_paths
from chanfix.domain.versions import Version
from chanfix.domain.virtio_serial import ports_asked_for
from chanfix.errors import ChanfixError, InternalError
from chanfix.lint.rule import Draft, Facts, RuleEntry
from chanfix.lint.rules import load
from chanfix.xml.span import Span

__all__ = ["drafts_of"]

# What libvirt's vocabulary does not have; it is only asked for a rule that looks at it.
_OF_VOCABULARY = ("unknown_names", "unknown_value", "newer_part")
# The levels that are no tag of a device, and the tags whose parts are more than elements.
_NAMED = frozenset(
    {
        *("domain", "channel", "channels", "agent_channel", "console", "path", "port", "ports"),
        *("controller", "controllers", "commandline_ports"),
        *_OF_VOCABULARY,
    }
)


def drafts_of(domain: Domain, rules: Sequence[RuleEntry], facts: Facts) -> Iterator[tuple[RuleEntry, Draft]]:
    """Return the drafts of all rules about one domain, each with its rule, in the order of the rules.

    A rule's module is imported when the domain has a part that the rule looks at. Raises ``InternalError`` that names
    the rule when one fails.
    """
    rules = tuple(rules)
    if facts.targets:
        # Most runs have none.
        from chanfix.lint.on_targets import on_targets

        found = on_targets(rules, facts, lambda some, asked: _found(domain, some, asked))
    else:
        found = _found(domain, rules, facts)
    return _most_telling(found) if found else iter(())


def _found(domain: Domain, rules: tuple[RuleEntry, ...], facts: Facts) -> list[tuple[RuleEntry, Draft]]:
    words = domain.document.words
    has_live_state = domain.is_record or (facts.is_running and not domain.is_inactive)
    parts = _parts(domain, facts)
    found: list[tuple[int, RuleEntry, Draft]] = []
    for level, asked in _questions(rules, has_live_state, facts.version):
        if level in _OF_VOCABULARY and level not in parts:
            parts |= _strays(domain)
        of_level = parts.get(level) or (() if level in _NAMED else domain.devices_of(level))
        if not of_level:
            continue
        about = (facts,) if level == "domain" else (domain, facts)
        try:
            for number, rule, only_if in asked:
                if only_if and words is not None and words.isdisjoint(only_if):
                    continue
                ask = getattr(load(rule), level)
                for part in of_level:
                    for draft in ask(part, *about):
                        found.append((number, rule, draft))
        except ChanfixError:
            raise
        except Exception as error:
            raise InternalError(f"the rule '{rule.name}' failed: {error!r}") from error
    found.sort(key=lambda entry: entry[0])
    return [(rule, draft) for _, rule, draft in found]


# A rule, its place in the order, and the words of which a text must have one.
_Question: TypeAlias = tuple[int, RuleEntry, tuple[bytes, ...]]


@lru_cache
def _questions(
    rules: tuple[RuleEntry, ...], has_live_state: bool, version: Version
) -> tuple[tuple[str, tuple[_Question, ...]], ...]:
    """Return for each level the rules that look at it."""
    by_level: dict[str, list[_Question]] = {}
    for number, rule in enumerate(rules):
        if (has_live_state and rule.about_live_state) or not rule.holds_in(version):
            continue
        for level in rule.levels:
            by_level.setdefault(level, []).append((number, rule, rule.only_if_text_has))
    return tuple((level, tuple(asked)) for level, asked in by_level.items())


def _parts(domain: Domain, facts: Facts) -> dict[str, Sequence[object]]:
    """Return the parts that a domain has, by level, for all levels but the tags of devices."""
    parts: dict[str, Sequence[object]] = {"domain": (domain,)}
    # Most domains have none of these, and to find that out must cost next to nothing.
    channels = domain.channels if domain.devices_of("channel") else []
    consoles = domain.consoles if domain.devices_of("console") else []
    if channels:
        parts |= {
            "channel": channels,
            "channels": (channels,),
            "agent_channel": domain.agent_channels,
            "path": list(port_paths(domain, facts.version, facts.claims)),
        }
    if consoles:
        parts["console"] = consoles
    if (channels or consoles) and (ports := ports_asked_for(domain)):
        parts |= {"port": ports, "ports": (ports,)}
    holds_any = domain.document.holds_any
    if holds_any((b"virtio-serial",)) and (controllers := domain.virtio_serial_controllers):
        parts |= {"controller": controllers, "controllers": (controllers,)}
    if holds_any((b"commandline",)) and (commandline_ports := domain.commandline_ports):
        parts["commandline_ports"] = (commandline_ports,)
    return parts


def _strays(domain: Domain) -> dict[str, Sequence[object]]:
    from chanfix.domain.vocabulary import strays_of

    names, values, newer = strays_of(domain)
    return {"unknown_names": (names,) if names else (), "unknown_value": values, "newer_part": newer}


def _most_telling(found: list[tuple[RuleEntry, Draft]]) -> Iterator[tuple[RuleEntry, Draft]]:
    """Leave out the drafts of rules that yield to another one at the same place."""
    if not any(rule.yields_to for rule, _ in found):
        return iter(found)
    said = {(rule.name, draft.at.span) for rule, draft in found}
    # A draft that yields itself is seen by nobody: nothing yields to it.
    said -= {(rule.name, draft.at.span) for rule, draft in found if _yields(rule, draft, said)}
    return ((rule, draft) for rule, draft in found if not _yields(rule, draft, said))


def _yields(rule: RuleEntry, draft: Draft, said: Set[tuple[str, Span]]) -> bool:
    return any((other, draft.at.span) in said for other in rule.yields_to)
