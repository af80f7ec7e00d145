"""The base of the rules about paths: one rule for each kind of path, and a path has one kind."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar, TypeAlias

from chanfix.domain.path.fixes import leave_to_libvirt
from chanfix.domain.path.kinds import PathKind, PortPath
from chanfix.lint.rule import AGENT_NAME, At, Domain, Drafts, Facts, Rule, Safety, Severity
from chanfix.xml.place import Place
from chanfix.xml.span import Span

__all__ = ["PathKind", "PathRule", "PortPath", "Related", "agent_at", "port_at"]

Related: TypeAlias = Sequence[At | Place]


def port_at(path: str, name: str = "com.example.log.0", mode: str = "bind") -> str:
    """Return a channel with a path, for examples."""
    source, target = f"<source mode='{mode}' path='{path}'/>", f"<target type='virtio' name='{name}'/>"
    return f"<channel type='unix'>\n  {source}\n  {target}\n</channel>\n"


def agent_at(path: str) -> str:
    """Return an agent channel with a path, for examples."""
    return port_at(path, AGENT_NAME)


class PathRule(Rule, ABC):
    """Reports a port's path of one kind, with the fix that leaves the path to libvirt."""

    about_targets: ClassVar[bool] = True
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
