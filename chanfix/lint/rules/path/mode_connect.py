"""The agent channel connects to a socket instead of listening on one.

What it does
    Reports ``mode='connect'`` on an agent channel with a path. Without a path, or with one that libvirt drops on
    define, the mode means nothing: libvirt listens then.

Why it matters
    QEMU looks for a listener at the path, and without one the start fails: ``Failed to connect to '…': No such file
    or directory``. libvirt connects to the same path, so it talks to the program that listens, and not to the agent.

Fix
    Sets ``mode='bind'``, and removes a ``<reconnect>``, which libvirt refuses then. Unsafe: a relay may be what
    listens.

References
    libvirt ``src/qemu/qemu_agent.c:qemuAgentOpenUnix``
"""

from chanfix.domain.path import fixes, sockets
from chanfix.lint.rule import ERROR, At, Bad, Channel, Domain, Drafts, Facts, Good, Rule, unsafe


class ModeConnect(Rule):
    severity = ERROR
    refusals = ("Failed to connect to '*'",)
    about_targets = True
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

    def agent_channel(self, channel: Channel, domain: Domain, facts: Facts) -> Drafts:
        source = channel.source
        if source is None or channel.mode != "connect" or not sockets.is_port(channel):
            return
        if not sockets.listens(channel, facts.version):
            yield self.finding(
                "the agent channel's mode is 'connect', so that QEMU looks for a listener; expected 'bind'",
                At(source, "mode"),
                fix=unsafe("Let QEMU listen", *fixes.listen(source)),
            )
