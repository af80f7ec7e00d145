"""The base of the rules about paths: one rule for each kind of path, and a path has one kind."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar, TypeAlias

from chanfix.domain.path.fixes import leave_to_libvirt
from chanfix.domain.path.kinds import PathKind, PortPath
from chanfix.lint.rule import At, Domain, Drafts, Facts, Rule, Safety, Severity
from chanfix.xml.place import Place
from chanfix.xml.span import Span

__all__ = ["PathKind", "PathRule", "PortPath", "Related"]

Related: TypeAlias = Sequence[At | Place]


class PathRule(Rule, ABC):
    """Reports a port's path of one kind, with the fix that leaves the path to libvirt."""

    kind: ClassVar[PathKind]
    safety: ClassVar[Safety] = Safety.SAFE

    def path(self, port: PortPath, domain: Domain, facts: Facts) -> Drafts:
        """Yield the finding about a path of this rule's kind."""
        if port.kind is self.kind:
            yield self.finding(
                self._sentence(port, domain, facts),
                self._place(port),
                *self._related(port, domain, facts),
                fix=leave_to_libvirt(port.channel, domain, facts.version, self.safety),
                severity=self._severity(port, facts),
            )

    @abstractmethod
    def _sentence(self, port: PortPath, domain: Domain, facts: Facts) -> str:
        """Return the message."""

    def _place(self, port: PortPath) -> At | Span:
        """Return the place of the finding: the path."""
        return At(port.channel.source or port.channel.node, "path")

    def _related(self, port: PortPath, domain: Domain, facts: Facts) -> Related:
        """Return the other places that belong to the finding."""
        return ()

    def _severity(self, port: PortPath, facts: Facts) -> Severity | None:
        """Return the severity where it is not the rule's own."""
        return None
