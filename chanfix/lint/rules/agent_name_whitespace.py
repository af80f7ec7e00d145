"""There are blanks around the agent channel's name.

What it does
    Reports a channel whose target's name is ``org.qemu.guest_agent.N`` once the white space around it is gone.

Why it matters
    libvirt compares the name exactly and trims nothing. It takes the name at define and start, and then every agent
    call fails with ``argument unsupported: QEMU guest agent is not configured``. The port's name in the guest has the
    blanks too, and the agent there does not find it.

Fix
    Removes the blanks. Safe: no agent can have used the port. There is no fix while another channel has the name
    without them, or is about to get it: QEMU refuses two.

References
    libvirt ``src/qemu/qemu_domain.c:qemuFindAgentConfig``
"""

from __future__ import annotations

from collections.abc import Iterator

from chanfix.domain import Domain, agent_number
from chanfix.lint.finding import Severity
from chanfix.lint.rules.base import At, Bad, Draft, Facts, Fixable, Good, Rule, Safety
from chanfix.xml.edit import set_attribute

__all__ = ["AgentNameWhitespace"]


class AgentNameWhitespace(Rule):
    """An agent's name that is right but for white space around it."""

    name = "agent-name-whitespace"
    summary = "there are blanks around the agent channel's name"
    severity = Severity.ERROR
    fixable = Fixable.SOMETIMES
    since = "0.1.0"
    devices = ("channel",)
    examples = (
        Bad(
            """\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0 '/>
</channel>
""",
            at="org.qemu.guest_agent.0 ",
            fixed="""\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
        ),
        Bad(
            """\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
<channel type='unix'>
  <target type='virtio' name='&#10;org.qemu.guest_agent.0'/>
</channel>
""",
            at="&#10;org.qemu.guest_agent.0",
        ),
        Good(
            """\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
<channel type='unix'>
  <target type='virtio' name='com.example.shell '/>
</channel>
"""
        ),
    )

    def check(self, domain: Domain, facts: Facts) -> Iterator[Draft]:
        """Yield channels whose name is an agent's but for the blanks around it."""
        for channel in domain.channels:
            name = channel.name or ""
            meant = name.strip()
            if channel.target is None or meant == name or agent_number(meant) is None or not channel.could_be_virtio:
                continue
            fix = self.fix("Remove the blanks", Safety.SAFE, set_attribute(channel.target, "name", meant))
            yield self.finding(
                f"target name '{name}' has blanks around it; libvirt compares it exactly with '{meant}'",
                At(channel.target, "name"),
                fix=fix if domain.can_name(channel, meant) else None,
            )
