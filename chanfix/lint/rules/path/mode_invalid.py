"""The mode of a source is not one that libvirt knows.

What it does
    Reports ``mode`` on the ``<source>`` of a virtio channel of type ``unix`` when it is empty or anything but
    ``bind`` and ``connect``, in small letters and without blanks.

Why it matters
    Define fails: ``XML error: Invalid value for attribute 'mode' in element 'source': 'listen'.`` (older versions:
    ``Unknown source mode ''``).

Fix
    Without a path, drops the mode: libvirt listens then. With one, sets ``bind``. Safe, as the domain could not be
    defined; unsafe on another port than the agent, whose program may be the one that listens.

References
    libvirt ``src/conf/domain_conf.c:virDomainChrSourceDefParseUnix``;
    https://github.com/vagrant-libvirt/vagrant-libvirt/issues/831
"""

from chanfix.domain import Channel, Domain, is_templated
from chanfix.domain.path import fixes, sockets
from chanfix.lint.rule import AGENT_CHANNEL, ERROR, At, Bad, Drafts, Facts, Good, Part, Rule, safe, unsafe


class ModeInvalid(Rule):
    severity = ERROR
    refusals = ("Invalid value for attribute 'mode' in element 'source': '*'",)
    examples = (
        Bad(
            """\
<channel type='unix'>
  <source mode=''/>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
            at="mode=''",
            fixed=AGENT_CHANNEL,
        ),
        Bad(
            """\
<channel type='unix'>
  <source mode='listen' path='/srv/agents/log.sock'/>
  <target type='virtio' name='com.example.log.0'/>
</channel>
""",
            at="listen",
            fixed="""\
<channel type='unix'>
  <source mode='bind' path='/srv/agents/log.sock'/>
  <target type='virtio' name='com.example.log.0'/>
</channel>
""",
        ),
        Good(
            """\
<channel type='unix'>
  <source mode='bind'/>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
"""
        ),
    )

    def channel(self, channel: Channel, domain: Domain, facts: Facts) -> Drafts:
        source = channel.source
        if channel.mode in (None, "bind", "connect") or is_templated(channel.mode) or not sockets.is_port(channel):
            return
        fix = None
        if source is not None and channel.path is None:
            fix = safe("Drop the mode", *fixes.strip(source, attributes=("mode",)))
        elif source is not None:
            fix = (safe if channel.is_agent else unsafe)("Let QEMU listen", *fixes.listen(source))
        yield self.finding(
            f"mode '{channel.mode}' does not exist; expected 'bind' or 'connect'",
            At(source or channel.node, "mode", part=None if channel.mode else Part.ATTRIBUTE),
            fix=fix,
        )
