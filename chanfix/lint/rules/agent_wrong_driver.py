"""The agent channel is on a domain that QEMU does not run.

What it does
    Reports an agent channel on a domain of another type than QEMU's: ``lxc``, ``xen``, ``bhyve``, ``vz``, ...

Why it matters
    libvirt's QEMU driver is the only one that talks to a guest agent. The others leave the channel out without a word
    (lxc, bhyve), or refuse it: ``channel target type not supported`` at start (xen), ``changing devices parameters is
    not supported by vz driver`` at define (vz).

Fix
    None: either the channel or the domain's type is wrong.

References
    libvirt ``src/libxl/libxl_conf.c:libxlMakeChannel``; libvirt ``docs/formatdomain.rst``, "Channel"
"""

from __future__ import annotations

from collections.abc import Iterator

from chanfix.domain import AGENT_NAME, Domain
from chanfix.lint.finding import Severity
from chanfix.lint.rules.base import At, Bad, Draft, Facts, Fixable, Good, Rule

__all__ = ["AgentWrongDriver"]


class AgentWrongDriver(Rule):
    """An agent channel that no driver will ever use."""

    name = "agent-wrong-driver"
    summary = "the agent channel is on a domain that QEMU does not run"
    severity = Severity.WARNING
    fixable = Fixable.NEVER
    since = "0.1.0"
    devices = ("channel",)
    examples = (
        Bad(
            """\
<domain type='lxc'>
  <devices>
    <channel type='unix'>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
  </devices>
</domain>
""",
            at="<channel type='unix'>",
        ),
        Good(
            """\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
"""
        ),
        Good(
            """\
<domain type='{{ engine }}'>
  <devices>
    <channel type='unix'>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
  </devices>
</domain>
"""
        ),
    )

    def check(self, domain: Domain, facts: Facts) -> Iterator[Draft]:
        """Yield the agent channels of a domain that another driver runs."""
        if not domain.is_of_other_driver:
            return
        agents = [channel for channel, name in domain.meant_agents if channel.is_virtio and name == AGENT_NAME]
        for channel in agents:
            yield self.finding(
                f"the domain is of type '{domain.type}'; libvirt talks to a guest agent on QEMU's domains only",
                At(channel.node),
                At(domain.node, "type", "the domain's type"),
            )
