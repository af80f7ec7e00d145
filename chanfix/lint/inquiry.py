"""What a job asks about one input: the rules, the facts, an installed libvirt; and what they say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from chanfix.domain.identity import Identity, identity_of
from chanfix.lint.check import check
from chanfix.lint.claims import claims_of
from chanfix.lint.draft import Draft, Hidden
from chanfix.lint.finding import Finding, Severity, Unasked
from chanfix.lint.hide import hide
from chanfix.lint.job import Job, Others
from chanfix.lint.judge import Judge
from chanfix.lint.known.config import Config
from chanfix.lint.resolve import Written, resolve, severity_of
from chanfix.lint.rule import Claim, Facts, RuleEntry
from chanfix.lint.rules import ASKED
from chanfix.lint.source import Parts, Refused, Text
from chanfix.named_tuple import NamedTuple
from chanfix.xml.document import Node
from chanfix.xml.edit import Safety

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
    """The rules that are asked about one file, the names of those whose silence proves something, and the facts.

    ``config`` says which drafts count, and which fixes. ``heeds_comments`` is false where suppressions do not count.
    """

    name: str
    rules: tuple[RuleEntry, ...]
    ran: frozenset[str]
    facts: Facts
    judge: Judge | None = None
    config: Config = Config()
    heeds_comments: bool = True

    @classmethod
    def of(cls, job: Job, name: str, others: Others, valid: Valid = NOT_ASKED) -> Inquiry:
        """Return what a job asks about a file."""
        ignored = job.config.ignored_in(name)
        rules = tuple(rule for rule in job.rules if rule.name not in ignored) if ignored else job.rules
        is_running = job.config.running
        ran = _names(rules, is_running)
        claims, twins = others
        facts = Facts(job.version, claims, job.schema, is_running, valid, job.qemu, targets=job.targets, twins=twins)
        return cls(name, rules, ran, facts, job.judge, job.config, job.heeds_comments)

    def look(self, text: Text) -> Hidden:
        """Return the drafts about a text, without those that its comments suppress."""
        return self.look_at(text).hidden

    def look_at(self, one: Text | Refused) -> Seen:
        """Return a text with the drafts about it, without those that its comments suppress."""
        if isinstance(one, Refused):
            return Seen(one, self._settled(Hidden([one.draft] if one.draft.rule in self.ran else [])))
        drafts: Sequence[Draft] = check(one, self.rules, self.facts)
        ran, unasked = self.ran - ASKED, None
        if self.judge is not None:
            judged = self.judge.judge(one, drafts, self.ran, self.facts.targets)
            drafts, unasked = judged.drafts, judged.unasked
            ran = self.ran if unasked is None else ran
        hidden = hide(one.document, drafts, ran) if self.heeds_comments else Hidden(drafts)
        return Seen(one.document, self._settled(hidden), unasked)

    def _settled(self, seen: Hidden) -> Hidden:
        """Leave out what is below the least severity, and all fixes that are not to be made."""
        config = self.config
        kept = seen.kept
        if config.min_severity > Severity.INFO:
            kept = [draft for draft in kept if severity_of(draft, config.severity) >= config.min_severity]
        if any(draft.fix and not config.may_fix(draft.rule) for draft in kept):
            kept = [draft if config.may_fix(draft.rule) else _without_fix(draft) for draft in kept]
        return seen._replace(kept=kept)


def _without_fix(draft: Draft) -> Draft:
    """Return a draft whose fix is shown and never made."""
    return draft._replace(fix=draft.fix and draft.fix._replace(safety=Safety.DISPLAY))


@lru_cache
def _names(rules: tuple[RuleEntry, ...], is_running: bool) -> frozenset[str]:
    return frozenset(rule.name for rule in rules if not (is_running and rule.about_live_state))


def claims_in(job: Job, text: Text | Parts) -> tuple[Claim, ...]:
    """Return the sockets that the domains of a text bind, on any of the targets; none for examples."""
    if isinstance(text, Parts) and text.are_examples:
        return ()
    versions = dict.fromkeys(target.libvirt for target in job.targets) or (job.version,)
    found = [claim for domain in text.domains for each in versions for claim in claims_of(domain, text.name, each)]
    return tuple(found) if len(versions) == 1 else tuple(dict.fromkeys(found))


def identities_in(job: Job, text: Text | Parts) -> tuple[Identity, ...]:
    """Return who the domains of a text are, if a rule wants to know; nothing of examples."""
    if not _compare_domains(job.rules) or (isinstance(text, Parts) and text.are_examples):
        return ()
    return tuple([one for domain in text.domains if (one := identity_of(domain, text.name)) is not None])


@lru_cache
def _compare_domains(rules: tuple[RuleEntry, ...]) -> bool:
    return any(rule.family == "repository" and not rule.is_local for rule in rules)


def findings_of(job: Job, seen: Sequence[Seen]) -> tuple[Finding, ...]:
    """Return the findings about the texts of one input, with the severities that the configuration gives them."""
    grades = job.config.severity
    kept = [(one.text, one.hidden.kept) for one in seen if one.hidden.kept]
    return tuple([finding for text, drafts in kept for finding in resolve(drafts, text, grades)])


def beside_baseline(job: Job, asked: Inquiry, findings: Iterable[Finding]) -> Filtered | None:
    """Return the findings apart from those that the baseline knows; None without a baseline."""
    if job.baseline is None:
        return None
    # An entry about what is below the least severity is not stale, and an entry does not have its severity.
    ran = asked.ran if job.config.min_severity is Severity.INFO else frozenset[str]()
    return job.baseline.filter(asked.name, findings, ran)
