"""The base of the rules about two virtio ports of one name: one for the agent's name, one for all others."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import ClassVar

from chanfix.domain.strays import commandline_clashes
from chanfix.lint.rule import AGENT_NAME, At, Channel, CommandlinePort, Domain, Drafts, Facts, Fix, Rule
from chanfix.xml.together import doubles, may_be_apart

__all__ = ["PortNameRule"]


class PortNameRule(Rule, ABC):
    """Reports ports whose name another one has: QEMU does not start with two."""

    is_about_the_agent: ClassVar[bool]

    def commandline_ports(self, ports: list[CommandlinePort], domain: Domain, facts: Facts) -> Drafts:
        """Yield the findings about names that a port of QEMU's command line has already."""
        for later, port in commandline_clashes(domain):
            if (port.name == AGENT_NAME) is self.is_about_the_agent and not domain.is_of_other_driver:
                yield self.finding(
                    f"QEMU's command line has the port '{port.name}' already; QEMU does not start with two",
                    _name_of(later) if isinstance(later, Channel) else At(later.argument, "value"),
                    At(port.argument, "value", "the first port with this name"),
                    note=f"the arguments of that port: {port.written}",
                )

    def _twice(self, what: str, alike: Iterable[Channel]) -> Drafts:
        """Yield the findings about channels of one name; ``what`` is that name in the sentence."""
        for channel, first in doubles(alike, lambda channel: channel.node):
            yield self.finding(
                f"another channel has the {what} already; QEMU does not start with two",
                _name_of(channel),
                _name_of(first, "the channel that stays"),
                fix=None if may_be_apart(channel.node, first.node) else self._fix(channel, first),
            )

    @abstractmethod
    def _fix(self, channel: Channel, first: Channel) -> Fix:
        """Return the fix that removes a channel and keeps the first."""


def _name_of(channel: Channel, label: str = "") -> At:
    if channel.name is None or channel.target is None:
        return At(channel.node, label=label)
    return At(channel.target, "name", label)
