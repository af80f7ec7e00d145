"""A source that QEMU listens on is told to reconnect.

What it does
    Reports a ``<reconnect>`` with the attribute ``enabled``, in a source whose mode is ``bind``, or whose path is
    missing or dropped on define, since libvirt listens then.

Why it matters
    Define fails: ``internal error: chardev reconnect is possible only for connect mode``, even with ``enabled='no'``.

Fix
    Removes the ``<reconnect>``. Safe: the domain could not be defined.

References
    libvirt ``src/conf/domain_validate.c``; libvirt ``tests/qemuxml2argvdata/chardev-reconnect-generated-path.xml``
"""

from chanfix.domain.path import fixes, sockets
from chanfix.lint.rule import AGENT_CHANNEL, ERROR, At, Bad, Channel, Domain, Drafts, Facts, Good, Part, Rule, safe


class ReconnectWithBind(Rule):
    severity = ERROR
    refusals = ("chardev reconnect is possible only for connect mode",)
    about_targets = True
    examples = (
        Bad(
            """\
<channel type='unix'>
  <source mode='bind' path='/srv/agents/log.sock'>
    <reconnect enabled='yes' timeout='10'/>
  </source>
  <target type='virtio' name='com.example.log.0'/>
</channel>
""",
            at="<reconnect enabled='yes' timeout='10'/>",
            fixed="""\
<channel type='unix'>
  <source mode='bind' path='/srv/agents/log.sock'>
  </source>
  <target type='virtio' name='com.example.log.0'/>
</channel>
""",
        ),
        Bad(
            """\
<channel type='unix'>
  <source>
    <reconnect enabled='no'/>
  </source>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
            at="<reconnect enabled='no'/>",
            fixed=AGENT_CHANNEL,
        ),
        Good(
            """\
<channel type='unix'>
  <source mode='connect' path='/srv/agents/log.sock'>
    <reconnect enabled='yes' timeout='10'/>
  </source>
  <target type='virtio' name='com.example.log.0'/>
</channel>
"""
        ),
    )

    def channel(self, channel: Channel, domain: Domain, facts: Facts) -> Drafts:
        source = channel.source
        reconnect = source.child("reconnect") if source is not None else None
        if source is None or reconnect is None or reconnect.get("enabled") not in ("yes", "no"):
            return
        if channel.type == "tcp":
            listens = channel.is_virtio and channel.mode == "bind"
        else:
            listens = sockets.is_port(channel) and sockets.listens(channel, facts.version)
        if listens:
            yield self.finding(
                "<reconnect> is for mode='connect' only, and QEMU listens here",
                At(reconnect, part=Part.ELEMENT),
                fix=safe("Remove the <reconnect>", *fixes.strip(source, children=("reconnect",))),
            )
