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

from chanfix.domain.path import fixes, generated, sockets
from chanfix.lint.rule import ERROR, WARNING, At, Bad, Channel, Domain, Drafts, Facts, Good, Rule, safe, unsafe


class ModeMissing(Rule):
    severity = ERROR
    refusals = ("Failed to connect to '*'",)
    about_targets = True
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

    def channel(self, channel: Channel, domain: Domain, facts: Facts) -> Drafts:
        source = channel.source
        if source is None or channel.mode is not None or not channel.path or not sockets.is_port(channel):
            return
        reconnects = source.child("reconnect") is not None
        if generated.is_dropped(channel, facts.version) or (reconnects and not channel.is_agent):
            return
        is_certain = channel.is_agent and not reconnects
        yield self.finding(
            "the path has no mode, which libvirt reads as 'connect'; expected mode='bind'",
            At(source),
            fix=(safe if is_certain else unsafe)("Let QEMU listen", *fixes.listen(source)),
            severity=None if channel.is_agent else WARNING,
        )
