"""The agent channel is on a domain whose driver talks to no guest agent.

What it does
    Reports an agent channel on a domain of a type that libvirt has no agent for: ``lxc``, ``xen``, ``vz``, ..., with
    libvirt before 12.4.0 ``bhyve``, and before 11.10.0 ``hyperv``.

Why it matters
    libvirt's QEMU driver talks to a guest agent, and since 12.4.0 its bhyve driver. The others leave the channel out
    without a word (lxc, and bhyve before), or refuse it: ``channel target type not supported`` at start (xen),
    ``changing devices parameters is not supported by vz driver`` at define (vz). A domain of type ``hyperv`` can be
    QEMU's since 11.10.0; before, it is the Hyper-V driver's, which has no agent.

Fix
    None: either the channel or the domain's type is wrong.

References
    libvirt ``src/libxl/libxl_conf.c:libxlMakeChannel``; libvirt ``docs/formatdomain.rst``, "Channel"; libvirt
    ``NEWS.rst``, 11.10.0 and 12.4.0
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
    summary = "the agent channel is on a domain whose driver talks to no guest agent"
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
        Bad(
            """\
<domain type='bhyve'>
  <devices>
    <channel type='unix'>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
  </devices>
</domain>
""",
            at="<channel type='unix'>",
            version="12.3.0",
        ),
        Good(
            """\
<domain type='bhyve'>
  <devices>
    <channel type='unix'>
      <source mode='bind' path='/var/run/agents/build.sock'/>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
  </devices>
</domain>
""",
            version="12.4.0",
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
        """Yield the agent channels of a domain whose driver has no use for them."""
        if not domain.lacks_agent(facts.version):
            return
        agents = [channel for channel, name in domain.meant_agents if channel.is_virtio and name == AGENT_NAME]
        for channel in agents:
            yield self.finding(
                f"the domain is of type '{domain.type}'; libvirt {facts.version} talks to no guest agent there",
                At(channel.node),
                At(domain.node, "type", "the domain's type"),
            )
