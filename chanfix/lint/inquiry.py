"""What a job asks about one input: the rules, the facts, an installed libvirt; and what they say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from chanfix.domain.identity import Identity, identity_of
from chanfix.lint.check import check
from chanfix.lint.claims import claims_of
from chanfix.lint.draft import Draft, Hidden
from chanfix.lint.finding import Finding, Unasked
from chanfix.lint.hide import hide
from chanfix.lint.job import Job, Others
from chanfix.lint.judge import Judge
from chanfix.lint.resolve import Written, resolve
from chanfix.lint.rule import Claim, Facts, RuleEntry
from chanfix.lint.rules import ASKED
from chanfix.lint.source import Parts, Refused, Text
from chanfix.xml.document import Node

if TYPE_CHECKING:
    from chanfix.lint.known.baseline import Filtered

__all__ = [
    "NOT_ASKED",
    "Inquiry",
    "Seen",
    "Valid",
    "beside_baseline",
    "claims_in",
    "findings_of",
    "identities_in",
]

Valid = Mapping[Node, bool | None]
NOT_ASKED: Valid = {}


class Seen(NamedTuple):
    """A text with lines, the drafts about it, and why libvirt was not asked about it."""

    text: Written
    hidden: Hidden
    unasked: Unasked | None = None


class Inquiry(NamedTuple):
    """The rules that are asked about one file, the names of those whose silence proves something, and the facts."""

    name: str
    rules: tuple[RuleEntry, ...]
    ran: frozenset[str]
    facts: Facts
    judge: Judge | None = None

    @classmethod
    def of(cls, job: Job, name: str, others: Others, valid: Valid = NOT_ASKED) -> Inquiry:
        """Return what a job asks about a file."""
        ignored = job.config.ignored_in(name)
        rules = tuple(rule for rule in job.rules if rule.name not in ignored) if ignored else job.rules
        is_running = job.config.running
        ran = _names(rules, is_running)
        claims, twins = others
        facts = Facts(job.version, claims, job.schema, is_running, valid, job.qemu, targets=job.targets, twins=twins)
        return cls(name, rules, ran, facts, job.judge)

    def look(self, text: Text) -> Hidden:
        """Return the drafts about a text, without those that its comments suppress."""
        return self.look_at(text).hidden

    def look_at(self, one: Text | Refused) -> Seen:
        """Return a text with the drafts about it, without those that its comments suppress."""
        if isinstance(one, Refused):
            return Seen(one, Hidden([one.draft] if one.draft.rule in self.ran else []))
        drafts: Sequence[Draft] = check(one, self.rules, self.facts)
        if self.judge is None:
            return Seen(one.document, hide(one.document, drafts, self.ran - ASKED))
        judged = self.judge.judge(one, drafts, self.ran, self.facts.targets)
        ran = self.ran if judged.unasked is None else self.ran - ASKED
        return Seen(one.document, hide(one.document, judged.drafts, ran), judged.unasked)


@lru_cache
def _names(rules: tuple[RuleEntry, ...], is_running: bool) -> frozenset[str]:
    return frozenset(rule.name for rule in rules if not (is_running and rule.about_live_state))


def claims_in(job: Job, text: Text | Parts) -> tuple[Claim, ...]:
    """Return the sockets that the domains of a text bind, on any of the targets."""
    versions = dict.fromkeys(target.libvirt for target in job.targets) or (job.version,)
    found = [claim for domain in text.domains for each in versions for claim in claims_of(domain, text.name, each)]
    return tuple(found) if len(versions) == 1 else tuple(dict.fromkeys(found))


def identities_in(job: Job, text: Text | Parts) -> tuple[Identity, ...]:
    """Return who the domains of a text are, if a rule wants to know."""
    if not any(rule.family == "repository" and not rule.is_local for rule in job.rules):
        return ()
    return tuple([one for domain in text.domains if (one := identity_of(domain, text.name)) is not None])


def findings_of(job: Job, seen: Sequence[Seen]) -> tuple[Finding, ...]:
    """Return the findings about the texts of one input, with the severities that the configuration gives them."""
    grades = job.config.severity
    kept = [(one.text, one.hidden.kept) for one in seen if one.hidden.kept]
    return tuple([finding for text, drafts in kept for finding in resolve(drafts, text, grades)])


def beside_baseline(job: Job, asked: Inquiry, findings: Iterable[Finding]) -> Filtered | None:
    """Return the findings apart from those that the baseline knows; None without a baseline."""
    return None if job.baseline is None else job.baseline.filter(asked.name, findings, asked.ran)
