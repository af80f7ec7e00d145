"""A path of one's own is in libvirt's channel directory, or looks as if.

What it does
    Reports a path in a directory that libvirt keeps for its channels, and one that the libvirt in question takes for
    its own and drops.

Why it matters
    libvirt may lose the path on define without a word, and the program that waits there finds nothing. Which paths go
    depends on the version: before 3.4.0 all below the directory; up to 9.6 those with a dot in the next name, and any
    that ends in ``domain-…/PORT``, wherever it is; from 9.7.0 on only what libvirt could have made. The finding says
    what the version at hand does. The directory itself has moved with 9.7.0, and is libvirt's to clear.

Fix
    Drops the path of the agent channel; for a libvirt before 1.0.6, sets ``/var/lib/libvirt/qemu/NAME.agent``.
    Unsafe: somebody chose the path, and may wait there. Other ports have no fix: move the socket to a directory of
    your own.

References
    libvirt ``src/qemu/qemu_domain.c:qemuDomainChrDefDropDefaultPath``; libvirt 3.4.0 release notes;
    https://github.com/autotest/tp-libvirt/pull/5552
"""

from __future__ import annotations

from collections.abc import Iterator

from chanfix.domain import Domain
from chanfix.domain.path.fixes import leave_to_libvirt
from chanfix.domain.path.generated import is_dropped
from chanfix.domain.path.kinds import PathKind, channels_with
from chanfix.lint.finding import Severity
from chanfix.lint.rules.base import At, Bad, Draft, Facts, Fixable, Good, Rule, Safety

__all__ = ["PathInLibvirtDir"]


class PathInLibvirtDir(Rule):
    """A path in a directory that is libvirt's."""

    name = "path-in-libvirt-dir"
    summary = "the path is in libvirt's own directory"
    severity = Severity.WARNING
    fixable = Fixable.SOMETIMES
    since = "0.1.0"
    devices = ("channel",)
    examples = (
        Bad(
            """\
<channel type='unix'>
  <source mode='bind' path='/run/libvirt/qemu/channel/web.agent'/>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
            at="/run/libvirt/qemu/channel/web.agent",
            fixed="""\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
        ),
        Bad(
            """\
<channel type='unix'>
  <source mode='bind' path='/srv/domain-web/com.example.log.0'/>
  <target type='virtio' name='com.example.log.0'/>
</channel>
""",
            at="/srv/domain-web/com.example.log.0",
            version="9.0.0",
        ),
        Good(
            """\
<channel type='unix'>
  <source mode='bind' path='/srv/domain-web/com.example.log.0'/>
  <target type='virtio' name='com.example.log.0'/>
</channel>
""",
            version="9.7.0",
        ),
    )

    def check(self, domain: Domain, facts: Facts) -> Iterator[Draft]:
        """Yield ports whose path libvirt owns or takes for its own."""
        for channel in channels_with(PathKind.IN_LIBVIRT_DIR, domain, facts.version, facts.claims):
            if is_dropped(channel, facts.version):
                what = f"is taken for a generated one: libvirt {facts.version} drops it on define"
            else:
                what = (
                    f"is in libvirt's own directory; libvirt {facts.version} keeps it, but that depends on the version"
                )
            yield self.finding(
                f"path '{channel.path}' {what}",
                At(channel.source or channel.node, "path"),
                fix=leave_to_libvirt(channel, domain, facts.version, Safety.UNSAFE),
            )
