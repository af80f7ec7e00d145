"""The agent channel has no type.

What it does
    Reports a channel with the guest agent's name and without a ``type``.

Why it matters
    libvirt makes a channel without a type a pty, and opens Unix sockets only. The domain defines and starts, and every
    agent call fails for ever with ``Guest agent is not responding: QEMU guest agent is not connected``.
    ``virsh define --validate`` refuses the document.

Fix
    Sets the type to ``unix``, and drops a source that names a terminal. Safe: nobody chose the pty.

References
    libvirt 9.0: the definition comes back with ``type='pty'``;
    https://github.com/dmacvicar/terraform-provider-libvirt/pull/801
"""

from chanfix.lint.rule import AGENT_CHANNEL, ERROR, At, Bad, Channel, Domain, Drafts, Facts, Good, Rule, safe
from chanfix.xml.edit import remove_element, set_attribute


class AgentTypeMissing(Rule):
    severity = ERROR
    examples = (
        Bad(
            """\
<channel>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
            at="<channel>",
            fixed=AGENT_CHANNEL,
        ),
        Bad(
            """\
<channel>
  <source path="/dev/pts/4"/>
  <target type="virtio" name="org.qemu.guest_agent.0"/>
</channel>
""",
            at="<channel>",
            fixed="""\
<channel type="unix">
  <target type="virtio" name="org.qemu.guest_agent.0"/>
</channel>
""",
        ),
        Good(
            """\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
<channel>
  <target type='virtio' name='com.example.shell'/>
</channel>
"""
        ),
    )

    def agent_channel(self, channel: Channel, domain: Domain, facts: Facts) -> Drafts:
        if channel.type is not None:
            return
        sources = channel.node.children("source")
        terminals = [source for source in sources if (source.get("path") or "").startswith("/dev/")]
        yield self.finding(
            "the agent channel has no type, so libvirt makes it a 'pty'; it talks to an agent on 'unix' only",
            At(channel.node),
            fix=safe(
                "Make the channel a Unix socket",
                set_attribute(channel.node, "type", "unix"),
                *map(remove_element, terminals),
            ),
        )
