"""Counts the domains that do not define or start somewhere: on a target, or with a libvirt that was asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from chanfix.audit.report import DomainAudit, HostAudit
from chanfix.lint.error_texts import is_about_hosts, is_refusal
from chanfix.lint.finding import Asked, Finding, Severity
from chanfix.lint.rules import by_name
from chanfix.named_tuple import NamedTuple

__all__ = ["Cause", "Place", "Reason", "Refusals"]

# So many domains are named for each cause.
_NAMED = 20
# So many places and causes are counted: a report of others may name any number.
_PLACES = 100
_CAUSES = 1000


class Reason(NamedTuple):
    """A rule that has a finding. It is not certain for a path or a name that the target may have by other means."""

    rule: str
    is_certain: bool = True


@dataclass(slots=True)
class Cause:
    """A reason, the number of domains that it is about, and the first of them, each as its host and its name."""

    reason: Reason
    domains: int = 0
    named: list[tuple[str, str]] = field(default_factory=list)

    @property
    def rule(self) -> str:
        """The name of the rule."""
        return self.reason.rule

    @property
    def is_certain(self) -> bool:
        """True if libvirt or QEMU certainly refuse these domains."""
        return self.reason.is_certain


@dataclass(slots=True)
class Place:
    """A target, or with ``asked`` an installed libvirt, and the numbers of domains that were judged for it.

    ``refused`` of them do not define or start, and of the others ``doubtful`` may not.
    """

    name: str
    asked: Asked | None = None
    judged: int = 0
    refused: int = 0
    doubtful: int = 0
    by_reason: dict[Reason, Cause] = field(default_factory=dict)

    @property
    def causes(self) -> list[Cause]:
        """The causes: the certain ones first, and of these the most frequent."""
        return sorted(self.by_reason.values(), key=lambda cause: (not cause.is_certain, -cause.domains, cause.rule))

    def count(self, host: HostAudit, domain: DomainAudit, reasons: Iterable[Reason]) -> None:
        """Count a domain and the reasons to refuse it here."""
        self.judged += 1
        all_reasons = sorted(set(reasons))
        is_refused = any(reason.is_certain for reason in all_reasons)
        self.refused += is_refused
        self.doubtful += bool(all_reasons) and not is_refused
        for reason in all_reasons:
            if reason not in self.by_reason and len(self.by_reason) >= _CAUSES:
                continue
            cause = self.by_reason.setdefault(reason, Cause(reason))
            cause.domains += 1
            if len(cause.named) < _NAMED:
                cause.named.append((host.name, domain.name))


class Refusals:
    """The places that domains were judged for. What it keeps does not grow with the number of domains."""

    def __init__(self) -> None:
        self._places: dict[str | Asked, Place] = {}

    def __iter__(self) -> Iterator[Place]:
        """Yield the targets, then the libvirts that were asked, each in the order in which the hosts name them."""
        return iter(sorted(self._places.values(), key=lambda place: place.asked is not None))

    def count(self, host: HostAudit) -> None:
        """Count the domains of a host."""
        for target in dict.fromkeys(host.targets):
            if place := self._place(target, Place(target)):
                for domain in host.domains:
                    place.count(host, domain, _on_target(target, domain.findings))
        if host.asked and (place := self._place(host.asked, Place(_named(host.asked), host.asked))):
            for domain in host.domains:
                if domain.unasked is None:
                    refused = (Reason(finding.rule) for finding in domain.findings if finding.is_refused)
                    place.count(host, domain, refused)

    def _place(self, key: str | Asked, new: Place) -> Place | None:
        if key not in self._places and len(self._places) >= _PLACES:
            return None
        return self._places.setdefault(key, new)


def _named(asked: Asked) -> str:
    return f"libvirt {asked.libvirt} with QEMU {asked.qemu}"


def _on_target(target: str, findings: Iterable[Finding]) -> Iterator[Reason]:
    for finding in findings:
        is_there = not finding.targets or target in finding.targets
        if is_there and finding.severity >= _least(finding.rule):
            yield Reason(finding.rule, finding.severity is Severity.ERROR)


@lru_cache(_CAUSES)
def _least(name: str) -> float:
    """Return the severity from which on what a rule reports is a reason to refuse a domain."""
    rule = by_name(name)
    if rule is None or not is_refusal(rule):
        return float("inf")
    return Severity.WARNING if is_about_hosts(rule) else Severity.ERROR
