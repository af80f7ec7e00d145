"""The agent channel is not a Unix socket.

What it does
    Reports a channel with the guest agent's name whose type is anything but ``unix``.

Why it matters
    libvirt opens Unix sockets only. The domain defines and starts, and every agent call fails for ever with
    ``Guest agent is not responding: QEMU guest agent is not connected``; libvirtd's log says
    ``unable to handle agent type: pty``.

Fix
    Makes the channel a ``unix`` one and drops the source and the protocol, which belonged to the other type. Unsafe: a
    program on the host may use the pty, file or port that goes away.

References
    libvirt ``src/qemu/qemu_agent.c:qemuAgentOpen``;
    https://github.com/dmacvicar/terraform-provider-libvirt/issues/800
"""

from chanfix.domain import Channel, Domain, is_templated
from chanfix.lint.rule import AGENT_CHANNEL, ERROR, At, Bad, Drafts, Facts, Good, Rule, unsafe
from chanfix.xml.edit import remove_element, set_attribute


class AgentNotUnix(Rule):
    severity = ERROR
    examples = (
        Bad(
            """\
<channel type='pty'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
            at="pty",
            fixed=AGENT_CHANNEL,
        ),
        Good(AGENT_CHANNEL),
    )

    def agent_channel(self, channel: Channel, domain: Domain, facts: Facts) -> Drafts:
        if channel.type in (None, "unix") or is_templated(channel.type):
            return
        gone = (child for child in channel.node.children() if child.tag in ("source", "protocol"))
        yield self.finding(
            f"the agent channel is of type '{channel.type}'; libvirt talks to an agent on 'unix' only",
            At(channel.node, "type"),
            fix=unsafe(
                "Make the channel a Unix socket",
                set_attribute(channel.node, "type", "unix"),
                *map(remove_element, gone),
            ),
        )
