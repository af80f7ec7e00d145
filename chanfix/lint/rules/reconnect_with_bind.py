"""A source that QEMU listens on is told to reconnect.

What it does
    Reports a ``<reconnect>`` that says whether it is enabled, in a source whose mode is ``bind``, or whose path is
    missing or dropped on define, since libvirt listens then.

Why it matters
    Define fails: ``internal error: chardev reconnect is possible only for connect mode``, even with ``enabled='no'``.

Fix
    Removes the ``<reconnect>``. Safe: the domain could not be defined.

References
    libvirt ``src/conf/domain_validate.c``; libvirt ``tests/qemuxml2argvdata/chardev-reconnect-generated-path.xml``
"""

from __future__ import annotations

from collections.abc import Iterator

from chanfix.domain import Channel, Domain
from chanfix.domain.path.fixes import strip
from chanfix.domain.path.sockets import is_port, listens
from chanfix.domain.versions import Version
from chanfix.lint.finding import Severity
from chanfix.lint.rules.base import At, Bad, Draft, Facts, Fixable, Good, Part, Rule, Safety

__all__ = ["ReconnectWithBind"]


class ReconnectWithBind(Rule):
    """A listener that is to reconnect."""

    name = "reconnect-with-bind"
    summary = "<reconnect> where QEMU listens"
    severity = Severity.ERROR
    fixable = Fixable.ALWAYS
    since = "0.1.0"
    devices = ("channel",)
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
            fixed="""\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
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

    def check(self, domain: Domain, facts: Facts) -> Iterator[Draft]:
        """Yield what would reconnect in the sources of listening virtio channels."""
        for channel in domain.channels:
            source = channel.source
            reconnect = source.child("reconnect") if source is not None else None
            if source is None or reconnect is None or reconnect.get("enabled") not in ("yes", "no"):
                continue
            if _listens(channel, facts.version):
                yield self.finding(
                    "<reconnect> is for mode='connect' only, and QEMU listens here",
                    At(reconnect, part=Part.ELEMENT),
                    fix=self.fix("Remove the <reconnect>", Safety.SAFE, *strip(source, children=("reconnect",))),
                )


def _listens(channel: Channel, version: Version) -> bool:
    if channel.type == "tcp":
        return channel.is_virtio and channel.mode == "bind"
    return is_port(channel) and listens(channel, version)
