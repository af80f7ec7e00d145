"""From the words of libvirt or QEMU to the rules that report what they mean, and to what the host does."""

from __future__ import annotations

from collections.abc import Iterable

from chanfix.domain.host_errors import HOST_ERRORS, HostError
from chanfix.domain.refused.row import rows
from chanfix.lint.rule import RuleEntry
from chanfix.lint.rules import RULES, load
from chanfix.named_tuple import NamedTuple

__all__ = ["Meaning", "is_about_hosts", "is_refusal", "matches", "meaning_of"]

# More of an error text than anybody pastes; in code points.
_LONGEST = 20_000
# What libvirt answers to a call for the agent; it defines and starts such a domain.
_OF_AGENT_CALLS = "QEMU guest agent is not configured"
# The quotation marks that word processors and web pages make of plain ones.
_QUOTES = str.maketrans("\u2018\u2019\u201c\u201d`", "''\"\"'")


class Meaning(NamedTuple):
    """What an error text can mean: faults of the domain, which rules report, and faults of the host.

    ``combinations`` are the sentences of ``refused-combination`` for such words, with ``...`` for what varies.
    """

    rules: tuple[RuleEntry, ...]
    host_errors: tuple[HostError, ...]
    combinations: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.rules or self.host_errors)


def meaning_of(text: str) -> Meaning:
    """Return what a text means in which libvirt or QEMU reports an error, whatever stands around the words."""
    text = _plain(text[:_LONGEST])
    rules = tuple(rule for rule in RULES if _holds_any(text, load(rule).words_of_refusals()))
    host_errors = tuple(error for error in HOST_ERRORS if _holds_any(text, error.words))
    said = dict.fromkeys(row.sentence.replace("{}", "...") for row in rows() if _holds_any(text, row.said))
    return Meaning(rules, host_errors, tuple(said))


def is_refusal(rule: RuleEntry) -> bool:
    """Return True if libvirt or QEMU refuse to define or to start a domain for what a rule reports as an error.

    What one target has and another has not may be refused where it is reported as a warning, too.
    """
    if rule.needs_schema or rule.asks_libvirt:
        return False  # what is installed here says nothing of a target
    return is_about_hosts(rule) or any(words != _OF_AGENT_CALLS for words in load(rule).words_of_refusals())


def is_about_hosts(rule: RuleEntry) -> bool:
    """Return True if a rule reports what one target has and another has not."""
    return rule.family == "portability" and rule.about_targets


def matches(text: str, words: str) -> bool:
    """Return True if a text holds words, in which ``*`` stands for anything."""
    return _holds(_plain(text), words)


def _holds_any(text: str, all_words: Iterable[str]) -> bool:
    return any(_holds(text, words) for words in all_words)


def _holds(text: str, words: str) -> bool:
    # The first place of each part leaves the most room for those behind it, so one pass decides.
    end = 0
    for part in _plain(words).split("*"):
        start = text.find(part, end)
        if start < 0:
            return False
        end = start + len(part)
    return True


def _plain(text: str) -> str:
    """Return a text in lower case with single blanks and one kind of quotes: shells and wikis change those."""
    return " ".join(text.casefold().translate(_QUOTES).split())
