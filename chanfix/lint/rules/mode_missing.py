"""A path has no mode, so QEMU connects instead of listening.

What it does
    Reports a path without ``mode`` on a virtio channel of type ``unix``. A path that libvirt drops on define needs
    none. Any port but the agent gets a warning, and none at all when it has a ``<reconnect>``: then to connect is
    meant.

Why it matters
    libvirt reads a missing mode as ``connect``. QEMU then looks for a listener, and without one the start fails:
    ``Failed to connect to '…': No such file or directory``. With one, libvirt talks to that program, not to the
    agent.

Fix
    Sets ``mode='bind'``, and removes a ``<reconnect>``, which libvirt refuses then. Safe on an agent channel without
    one, since libvirt could not use the agent; else unsafe.

References
    libvirt ``src/conf/domain_conf.c:virDomainChrSourceDefParseUnix``
"""

from __future__ import annotations

from collections.abc import Iterator

from chanfix.domain import Domain
from chanfix.domain.path.fixes import listen
from chanfix.domain.path.generated import is_dropped
from chanfix.domain.path.sockets import is_port
from chanfix.lint.finding import Severity
from chanfix.lint.rules.base import At, Bad, Draft, Facts, Fixable, Good, Rule, Safety

__all__ = ["ModeMissing"]


class ModeMissing(Rule):
    """A path that QEMU is to connect to, by mistake."""

    name = "mode-missing"
    summary = "a path without a mode, which means 'connect'"
    severity = Severity.ERROR
    fixable = Fixable.ALWAYS
    since = "0.1.0"
    devices = ("channel",)
    examples = (
        Bad(
            """\
<channel type='unix'>
  <source path='/var/lib/libvirt/qemu/web.agent'/>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
            at="<source path='/var/lib/libvirt/qemu/web.agent'/>",
            fixed="""\
<channel type='unix'>
  <source path='/var/lib/libvirt/qemu/web.agent' mode='bind'/>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
        ),
        Good(
            """\
<channel type='unix'>
  <source path='/var/lib/libvirt/qemu/channel/target/domain-7-web/org.qemu.guest_agent.0'/>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
"""
        ),
        Good(
            """\
<channel type='unix'>
  <source path='/srv/agents/log.sock'>
    <reconnect enabled='yes' timeout='10'/>
  </source>
  <target type='virtio' name='com.example.log.0'/>
</channel>
"""
        ),
    )

    def check(self, domain: Domain, facts: Facts) -> Iterator[Draft]:
        """Yield ports with a path and no mode."""
        for channel in domain.channels:
            source = channel.source
            if source is None or channel.mode is not None or not channel.path or not is_port(channel):
                continue
            reconnects = source.child("reconnect") is not None
            if is_dropped(channel, facts.version) or (reconnects and not channel.is_agent):
                continue
            certain = channel.is_agent and not reconnects
            yield self.finding(
                "the path has no mode, which libvirt reads as 'connect'; expected mode='bind'",
                At(source),
                fix=self.fix("Let QEMU listen", Safety.SAFE if certain else Safety.UNSAFE, *listen(source)),
                severity=None if channel.is_agent else Severity.WARNING,
            )
