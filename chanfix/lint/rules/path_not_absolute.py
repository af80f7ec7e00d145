"""The path is empty or relative.

What it does
    Reports a path that does not start with ``/``. ``~`` is no home directory here.

Why it matters
    Define takes it. At the start an empty path fails with ``cannot stat '': No such file or directory`` (older
    versions: ``Failed to make a temporary socket name in /tmp``). A relative one is looked for where libvirtd happens
    to run: ``Unable to bind to UNIX socket path 'agents/web.sock': No such file or directory``, or a socket that
    nobody finds.

Fix
    Drops the path of the agent channel; for a libvirt before 1.0.6, sets ``/var/lib/libvirt/qemu/NAME.agent``. Safe:
    no socket could be where the path says. Other ports have no fix.

References
    https://github.com/dmacvicar/terraform-provider-libvirt/pull/163
"""

from __future__ import annotations

from collections.abc import Iterator

from chanfix.domain import Domain
from chanfix.domain.path.fixes import leave_to_libvirt
from chanfix.domain.path.kinds import PathKind, channels_with, literal_beginning
from chanfix.lint.finding import Severity
from chanfix.lint.rules.base import At, Bad, Draft, Facts, Fixable, Good, Part, Rule, Safety

__all__ = ["PathNotAbsolute"]


class PathNotAbsolute(Rule):
    """A path that starts nowhere."""

    name = "path-not-absolute"
    summary = "the path is empty or relative"
    severity = Severity.ERROR
    fixable = Fixable.SOMETIMES
    since = "0.1.0"
    devices = ("channel",)
    examples = (
        Bad(
            """\
<channel type='unix'>
  <source mode='bind' path=''/>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
            at="path=''",
            fixed="""\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
        ),
        Bad(
            """\
<channel type='unix'>
  <source mode='bind' path='agents/web.sock'/>
  <target type='virtio' name='com.example.log.0'/>
</channel>
""",
            at="agents/web.sock",
        ),
        Good(
            """\
<channel type='unix'>
  <source mode='bind' path='/srv/agents/web.sock'/>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
"""
        ),
    )

    def check(self, domain: Domain, facts: Facts) -> Iterator[Draft]:
        """Yield ports with an empty or relative path."""
        for channel in channels_with(PathKind.NOT_ABSOLUTE, domain, facts.version, facts.claims):
            yield self.finding(
                f"path '{channel.path}' is not absolute; expected one that starts with '/'",
                literal_beginning(channel)
                or At(channel.source or channel.node, "path", part=None if channel.path else Part.ATTRIBUTE),
                fix=leave_to_libvirt(channel, domain, facts.version, Safety.SAFE),
            )
