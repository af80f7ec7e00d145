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

from __future__ import annotations

from collections.abc import Iterator

from chanfix.domain import Channel, Domain, is_templated
from chanfix.domain.path.fixes import listen, strip
from chanfix.domain.path.sockets import is_port
from chanfix.lint.finding import Severity
from chanfix.lint.rules.base import At, Bad, Draft, Facts, Fix, Fixable, Good, Part, Rule, Safety

__all__ = ["ModeInvalid"]


class ModeInvalid(Rule):
    """A mode that does not exist."""

    name = "mode-invalid"
    summary = "the mode is neither 'bind' nor 'connect'"
    severity = Severity.ERROR
    fixable = Fixable.ALWAYS
    since = "0.1.0"
    devices = ("channel",)
    examples = (
        Bad(
            """\
<channel type='unix'>
  <source mode=''/>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
            at="mode=''",
            fixed="""\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
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

    def check(self, domain: Domain, facts: Facts) -> Iterator[Draft]:
        """Yield ports with an unknown mode."""
        for channel in domain.channels:
            if channel.mode in (None, "bind", "connect") or is_templated(channel.mode) or not is_port(channel):
                continue
            yield self.finding(
                f"mode '{channel.mode}' does not exist; expected 'bind' or 'connect'",
                At(channel.source or channel.node, "mode", part=None if channel.mode else Part.ATTRIBUTE),
                fix=self._fix(channel),
            )

    def _fix(self, channel: Channel) -> Fix | None:
        if channel.source is None:
            return None
        if channel.path is None:
            return self.fix("Drop the mode", Safety.SAFE, *strip(channel.source, attributes=("mode",)))
        safety = Safety.SAFE if channel.is_agent else Safety.UNSAFE
        return self.fix("Let QEMU listen", safety, *listen(channel.source))
