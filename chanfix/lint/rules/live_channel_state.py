"""A channel's target carries the state of a running domain.

What it does
    Reports a ``state`` attribute on the ``<target>`` of a channel.
    In a record of libvirt's, as in a snapshot, it is right; so it is in the dump of a running domain (``--running``).

Why it matters
    libvirt writes the attribute when the domain runs (``connected``: someone in the guest has the port open) and
    ignores it on define, whatever it says: nothing is connected by it. The file was dumped from a running domain; what
    else is live in it may do harm.

Fix
    Removes the attribute. Safe: libvirt drops it.

References
    libvirt ``src/conf/domain_conf.c:virDomainChrDefParseTargetXML``; https://github.com/apache/cloudstack/pull/985
"""

from __future__ import annotations

from collections.abc import Iterator

from chanfix.domain import Domain
from chanfix.lint.finding import Severity
from chanfix.lint.rules.base import At, Bad, Draft, Facts, Fixable, Good, Rule, Safety
from chanfix.xml.edit import remove_attribute

__all__ = ["LiveChannelState"]


class LiveChannelState(Rule):
    """An attribute that only libvirt's output has."""

    name = "live-channel-state"
    summary = "a channel's target carries the state of a running domain"
    severity = Severity.WARNING
    fixable = Fixable.ALWAYS
    since = "0.1.0"
    about_live_state = True
    devices = ("channel",)
    examples = (
        Bad(
            """\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0' state='connected'/>
</channel>
""",
            at="connected",
            fixed="""\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
        ),
        Good(
            """\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
"""
        ),
    )

    def check(self, domain: Domain, facts: Facts) -> Iterator[Draft]:
        """Yield targets with a state."""
        for target in (target for channel in domain.channels for target in channel.targets):
            if (state := target.get("state")) is not None:
                yield self.finding(
                    f"the state '{state}' is that of a running domain; libvirt ignores it on define",
                    At(target, "state"),
                    fix=self.fix("Remove the state", Safety.SAFE, remove_attribute(target, "state")),
                )
