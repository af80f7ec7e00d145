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

from __future__ import annotations

from collections.abc import Iterator

from chanfix.domain import Domain
from chanfix.lint.finding import Severity
from chanfix.lint.rules.base import At, Bad, Draft, Facts, Fixable, Good, Rule, Safety
from chanfix.xml.edit import remove_element, set_attribute

__all__ = ["AgentTypeMissing"]


class AgentTypeMissing(Rule):
    """An agent channel that libvirt makes a pty."""

    name = "agent-type-missing"
    summary = "the agent channel has no type"
    severity = Severity.ERROR
    fixable = Fixable.ALWAYS
    since = "0.1.0"
    devices = ("channel",)
    examples = (
        Bad(
            """\
<channel>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
            at="<channel>",
            fixed="""\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
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

    def check(self, domain: Domain, facts: Facts) -> Iterator[Draft]:
        """Yield agent channels without a type."""
        for channel in domain.agent_channels:
            if channel.type is not None:
                continue
            sources = channel.node.children("source")
            terminals = [source for source in sources if (source.get("path") or "").startswith("/dev/")]
            yield self.finding(
                "the agent channel has no type, so libvirt makes it a 'pty'; it talks to an agent on 'unix' only",
                At(channel.node),
                fix=self.fix(
                    "Make the channel a Unix socket",
                    Safety.SAFE,
                    set_attribute(channel.node, "type", "unix"),
                    *map(remove_element, terminals),
                ),
            )
