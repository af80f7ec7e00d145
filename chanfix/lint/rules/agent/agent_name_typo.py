"""The name of a port is nearly the guest agent's.

What it does
    Reports a channel whose target's name is close to ``org.qemu.guest_agent.N`` and is not that: no ``.0``, other
    separators, another case, or a letter wrong in one or two of its words. ``org.qemu.guest_agent.1`` and up are no
    typos, and neither are the names of other ports, or of targets of the types ``xen`` and ``guestfwd``.

Why it matters
    libvirt compares the name exactly. It takes any name at define and start, and then every agent call fails with
    ``argument unsupported: QEMU guest agent is not configured``. In the guest the link in ``/dev/virtio-ports`` that
    the agent's service waits for never appears.

Fix
    Sets the name that was meant. Unsafe: a program in the guest may have been told the name that goes away. There is no
    fix while another channel has the right name, or is about to get it: QEMU refuses two.

References
    libvirt ``src/qemu/qemu_domain.c:qemuFindAgentConfig``; https://tecgeeks.in/rhv-understanding-of-qemu-guest-agent/
"""

from chanfix.domain import Channel, Domain, guess_agent_name
from chanfix.lint.rule import AGENT_CHANNEL, ERROR, At, Bad, Drafts, Facts, Good, Rule, unsafe
from chanfix.xml.edit import set_attribute


class AgentNameTypo(Rule):
    severity = ERROR
    refusals = ("QEMU guest agent is not configured",)
    examples = (
        Bad(
            """\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent'/>
</channel>
""",
            at="org.qemu.guest_agent",
            fixed=AGENT_CHANNEL,
        ),
        Bad(
            """\
<channel type="unix">
  <target type="virtio" name=" org.qemu.Quest-agent.1 "/>
</channel>
""",
            at=" org.qemu.Quest-agent.1 ",
            fixed="""\
<channel type="unix">
  <target type="virtio" name="org.qemu.guest_agent.1"/>
</channel>
""",
        ),
        Bad(
            """\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest-agent.0'/>
</channel>
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
            at="org.qemu.guest-agent.0",
        ),
        Good(
            """\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.12'/>
</channel>
<channel type='unix'>
  <target type='virtio' name='org.qemu.perf0'/>
</channel>
<channel type='unix'>
  <target type='virtio' name='com.example.guest_agent.0'/>
</channel>
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.{{ number }}'/>
</channel>
"""
        ),
    )

    def channel(self, channel: Channel, domain: Domain, facts: Facts) -> Drafts:
        name = channel.name
        meant = guess_agent_name(name)
        # Blanks around a right name are another rule's.
        if channel.target is None or name is None or meant in (None, name.strip()) or not channel.could_be_virtio:
            return
        fix = unsafe("Correct the name", set_attribute(channel.target, "name", meant))
        yield self.finding(
            f"target name '{name}' is not one that libvirt recognises; expected '{meant}'",
            At(channel.target, "name"),
            fix=fix if domain.can_name(channel, meant) else None,
        )
