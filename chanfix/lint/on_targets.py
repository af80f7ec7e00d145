"""Asks the rules for several targets: those that depend on the target for each, all others once.

A finding that is made on some targets only, or only because of them, names these at the end of its message. Names of
targets are no part of what makes a finding the same one in the next run: that is its rule and its line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from chanfix.lint.draft import Draft, Facts
from chanfix.lint.finding import Severity
from chanfix.lint.rule import RuleEntry
from chanfix.named_tuple import NamedTuple
from chanfix.xml.span import Span

if TYPE_CHECKING:
    from chanfix.domain.targets import Target

__all__ = ["on_targets"]

_Found = Sequence[tuple[RuleEntry, Draft]]
_Ask = Callable[[tuple[RuleEntry, ...], Facts], _Found]
# A finding is the same on two targets if its rule has it at the same place, as the same one of several there.
_Key = tuple[str, Span, int]

_FIX_DIFFERS = "not fixed: what is to be done depends on the target"


class _Seen(NamedTuple):
    """A finding on one target."""

    target: Target
    draft: Draft

    @property
    def message_for_any(self) -> str:
        """The message without the target's own version."""
        return self.draft.message.replace(f"libvirt {self.target.libvirt}", "libvirt")


def on_targets(rules: tuple[RuleEntry, ...], facts: Facts, ask: _Ask) -> list[tuple[RuleEntry, Draft]]:
    """Return what ``ask`` finds, in the order of the rules: equal findings on several targets once."""
    dependent = tuple(filter(_depends, rules))
    found = list(ask(tuple(rule for rule in rules if not _depends(rule)), facts.on_none()))
    seen: dict[_Key, list[_Seen]] = {}
    rule_of: dict[_Key, RuleEntry] = {}
    for target in facts.targets:
        for key, (rule, draft) in _by_key(ask(dependent, facts.on(target))).items():
            seen.setdefault(key, []).append(_Seen(target, draft))
            rule_of[key] = rule
    if seen:
        usual = {key: draft for key, (_, draft) in _by_key(ask(dependent, facts.on_none())).items()}
        for key, drafts in seen.items():
            is_usual = len(drafts) == len(facts.targets) and key in usual
            rule = rule_of[key]
            found.append((rule, _merged(rule, drafts, usual[key] if is_usual else None)))
        order = {rule.name: number for number, rule in enumerate(rules)}
        found.sort(key=lambda entry: order[entry[0].name])
    return found


def _depends(rule: RuleEntry) -> bool:
    return rule.about_targets or rule.libvirt_since is not None or rule.libvirt_until is not None


def _by_key(found: _Found) -> dict[_Key, tuple[RuleEntry, Draft]]:
    before: Counter[tuple[str, Span]] = Counter()
    by_key: dict[_Key, tuple[RuleEntry, Draft]] = {}
    for rule, draft in found:
        place = rule.name, draft.at.span
        by_key[(*place, before[place])] = rule, draft
        before[place] += 1
    return by_key


def _merged(rule: RuleEntry, seen: Sequence[_Seen], usual: Draft | None) -> Draft:
    """Return one draft for a finding on several targets; ``usual`` is the same one without any, if all have it."""
    is_about_version = len({each.message_for_any for each in seen}) < len({each.draft.message for each in seen})
    worst = max(seen, key=lambda each: each.draft.severity or rule.severity)
    # What is said of the worst comes first.
    by_message: dict[str, list[str]] = {worst.message_for_any if is_about_version else worst.draft.message: []}
    for each in seen:
        message = each.message_for_any if is_about_version else each.draft.message
        by_message.setdefault(message, []).append(each.target.name)
    first = worst.draft
    severity = first.severity or rule.severity
    (message, named), *others = by_message.items()
    fix, notes = first.fix, [first.note] if first.note else []
    if usual is None or others or (usual.message, usual.severity or rule.severity) != (message, severity):
        message += f"; on {', '.join(named)}"
        notes += [f"on {', '.join(names)}: {other}" for other, names in others]
    # Where the finding is a lesser one without a fix, nothing is to be done.
    if any(each.draft.fix != fix and not _needs_no_fix(rule, each.draft, severity) for each in seen):
        fix = None
        notes.append(_FIX_DIFFERS)
    targets = tuple(each.target.name for each in seen if (each.draft.severity or rule.severity) is severity)
    return first._replace(message=message, severity=severity, fix=fix, note="; ".join(notes), targets=targets)


def _needs_no_fix(rule: RuleEntry, draft: Draft, worst: Severity) -> bool:
    return draft.fix is None and (draft.severity or rule.severity) < worst
