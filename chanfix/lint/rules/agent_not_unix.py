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

from __future__ import annotations

from collections.abc import Iterator

from chanfix.domain import Domain, is_templated
from chanfix.lint.finding import Severity
from chanfix.lint.rules.base import At, Bad, Draft, Facts, Fixable, Good, Rule, Safety
from chanfix.xml.edit import remove_element, set_attribute

__all__ = ["AgentNotUnix"]


class AgentNotUnix(Rule):
    """An agent channel of a type that libvirt cannot open."""

    name = "agent-not-unix"
    summary = "the agent channel is not a Unix socket"
    severity = Severity.ERROR
    fixable = Fixable.ALWAYS
    since = "0.1.0"
    devices = ("channel",)
    examples = (
        Bad(
            """\
<channel type='pty'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
            at="pty",
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
        """Yield agent channels with a type, and another one than ``unix``."""
        for channel in domain.agent_channels:
            if channel.type in (None, "unix") or is_templated(channel.type):
                continue
            yield self.finding(
                f"the agent channel is of type '{channel.type}'; libvirt talks to an agent on 'unix' only",
                At(channel.node, "type"),
                fix=self.fix(
                    "Make the channel a Unix socket",
                    Safety.UNSAFE,
                    set_attribute(channel.node, "type", "unix"),
                    *(remove_element(child) for tag in ("source", "protocol") for child in channel.node.children(tag)),
                ),
            )
