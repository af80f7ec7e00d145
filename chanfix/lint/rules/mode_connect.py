"""The agent channel connects to a socket instead of listening on one.

What it does
    Reports ``mode='connect'`` on an agent channel with a path. Without a path, or with one that libvirt drops on
    define, the mode means nothing: libvirt listens then.

Why it matters
    QEMU looks for a listener at the path, and without one the start fails: ``Failed to connect to '…': No such file
    or directory``. libvirt connects to the same path, so it talks to whoever listens, and not to the agent.

Fix
    Sets ``mode='bind'``, and removes a ``<reconnect>``, which libvirt refuses then. Unsafe: a relay may be what
    listens.

References
    libvirt ``src/qemu/qemu_agent.c:qemuAgentOpenUnix``
"""

from __future__ import annotations

from collections.abc import Iterator

from chanfix.domain import Domain
from chanfix.domain.path.fixes import listen
from chanfix.domain.path.sockets import is_port, listens
from chanfix.lint.finding import Severity
from chanfix.lint.rules.base import At, Bad, Draft, Facts, Fixable, Good, Rule, Safety

__all__ = ["ModeConnect"]


class ModeConnect(Rule):
    """An agent channel that connects."""

    name = "mode-connect"
    summary = "the agent channel connects instead of listening"
    severity = Severity.ERROR
    fixable = Fixable.ALWAYS
    since = "0.1.0"
    devices = ("channel",)
    examples = (
        Bad(
            """\
<channel type='unix'>
  <source mode='connect' path='/srv/agents/web.sock'/>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
            at="connect",
            fixed="""\
<channel type='unix'>
  <source mode='bind' path='/srv/agents/web.sock'/>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
        ),
        Good(
            """\
<channel type='unix'>
  <source mode='connect'/>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
"""
        ),
        Good(
            """\
<channel type='unix'>
  <source mode='connect' path='/srv/agents/log.sock'/>
  <target type='virtio' name='com.example.log.0'/>
</channel>
"""
        ),
    )

    def check(self, domain: Domain, facts: Facts) -> Iterator[Draft]:
        """Yield agent channels that are to connect."""
        for channel in domain.agent_channels:
            source = channel.source
            if source is None or channel.mode != "connect" or not is_port(channel) or listens(channel, facts.version):
                continue
            yield self.finding(
                "the agent channel's mode is 'connect', so that QEMU looks for a listener; expected 'bind'",
                At(source, "mode"),
                fix=self.fix("Let QEMU listen", Safety.UNSAFE, *listen(source)),
            )
