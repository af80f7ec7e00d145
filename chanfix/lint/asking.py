"""Asks the rules about a domain, part by part: each level that a rule has is called once for each such part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from functools import lru_cache

from chanfix.domain import Domain
from chanfix.domain.path.kinds import port_paths
from chanfix.domain.versions import Version
from chanfix.domain.virtio_serial import ports_asked_for
from chanfix.errors import ChanfixError, InternalError
from chanfix.lint.rule import Draft, Facts, RuleEntry
from chanfix.lint.rules import load
from chanfix.named_tuple import NamedTuple
from chanfix.xml.document import Document
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
# The word that is in each text with such a part, empty if no word is. Any other level is the tag of a device, and that
# is its word.
_WORD_OF = dict.fromkeys(("domain", *_OF_VOCABULARY), b"")
_WORD_OF |= dict.fromkeys(("channels", "agent_channel", "path"), b"channel")
_WORD_OF |= dict.fromkeys(("controller", "controllers", "port", "ports"), b"virtio-serial")
_WORD_OF["commandline_ports"] = b"commandline"


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
    has_live_state = domain.is_record or (facts.is_running and not domain.is_inactive)
    parts = _parts(domain, facts)
    found: list[tuple[RuleEntry, Draft]] = []
    for rule in _questions(rules, has_live_state, facts.version).about(domain.document):
        for level in rule.levels:
            if level in _OF_VOCABULARY and level not in parts:
                parts |= _strays(domain)
            of_level = parts.get(level) or (() if level in _NAMED else domain.devices_of(level))
            if not of_level:
                continue
            about = (facts,) if level == "domain" else (domain, facts)
            try:
                ask = getattr(load(rule), level)
                for part in of_level:
                    for draft in ask(part, *about):
                        found.append((rule, draft))
            except ChanfixError:
                raise
            except Exception as error:
                raise InternalError(f"the rule '{rule.name}' failed: {error!r}") from error
    return found


# Two texts are of one kind if they have the same words of those that rules look for. So many kinds are remembered.
_MOST_KINDS = 4096


class _Questions(NamedTuple):
    """The rules to be asked, in their order; and by a word the numbers of those that a text with it is asked about.

    ``always`` are the numbers of those that need no word, ``by_bytes`` those of rules that look for what is no word.
    ``kinds`` keeps the rules for each set of such words that was met.
    """

    rules: tuple[RuleEntry, ...]
    always: frozenset[int]
    by_word: dict[bytes, frozenset[int]]
    by_bytes: dict[bytes, frozenset[int]]
    words: frozenset[bytes]
    kinds: dict[frozenset[bytes], list[RuleEntry]]

    def about(self, document: Document) -> Sequence[RuleEntry]:
        """Return the rules for a document, all for one of whose words nothing is known."""
        if document.words is None:
            return self.rules
        found = self.words & document.words
        if there := [each for each in self.by_bytes if each in document.markup]:
            found = found.union(there)
        rules = self.kinds.get(found)
        if rules is None:
            numbers = self.always.union(*(self.by_bytes.get(each) or self.by_word[each] for each in found))
            rules = [self.rules[number] for number in sorted(numbers)]
            if len(self.kinds) < _MOST_KINDS:
                self.kinds[found] = rules
        return rules


@lru_cache
def _questions(rules: tuple[RuleEntry, ...], has_live_state: bool, version: Version) -> _Questions:
    asked = tuple(rule for rule in rules if rule.holds_in(version) and not (has_live_state and rule.about_live_state))
    by_text: dict[bytes, set[int]] = {}
    for number, rule in enumerate(asked):
        for text in rule.only_if_text_has or [_WORD_OF.get(level, level.encode()) for level in rule.levels]:
            by_text.setdefault(text, set()).add(number)
    always = frozenset(by_text.pop(b"", ()))
    by_word = {text: frozenset(numbers) for text, numbers in by_text.items() if text[:1].isalnum()}
    by_bytes = {text: frozenset(numbers) for text, numbers in by_text.items() if text not in by_word}
    return _Questions(asked, always, by_word, by_bytes, frozenset(by_word), {})


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
