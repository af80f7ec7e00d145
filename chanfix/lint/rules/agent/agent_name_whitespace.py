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

from chanfix.domain import Channel, Domain, agent_number
from chanfix.lint.rule import AGENT_CHANNEL, ERROR, At, Bad, Drafts, Facts, Good, Rule, safe
from chanfix.xml.edit import set_attribute


class AgentNameWhitespace(Rule):
    severity = ERROR
    refusals = ("QEMU guest agent is not configured",)
    examples = (
        Bad(
            """\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0 '/>
</channel>
""",
            at="org.qemu.guest_agent.0 ",
            fixed=AGENT_CHANNEL,
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

    def channel(self, channel: Channel, domain: Domain, facts: Facts) -> Drafts:
        name = channel.name or ""
        meant = name.strip()
        if channel.target is None or meant == name or agent_number(meant) is None or not channel.could_be_virtio:
            return
        fix = safe("Remove the blanks", set_attribute(channel.target, "name", meant))
        yield self.finding(
            f"target name '{name}' has blanks around it; libvirt compares it exactly with '{meant}'",
            At(channel.target, "name"),
            fix=fix if domain.can_name(channel, meant) else None,
        )
