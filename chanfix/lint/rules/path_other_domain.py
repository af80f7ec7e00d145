"""The path carries the name of another domain.

What it does
    Reports a generated path (see ``path-live-generated``) for a domain of another name, cut to 20 characters as
    libvirt does; and, as a warning, a path ``NAME.agent`` or ``NAME.org.qemu.guest_agent.0`` in libvirt's directories
    whose NAME has nothing in common with the domain's name or UUID. A domain without a name is not looked at.

Why it matters
    It is what a copy of another domain leaves behind. Where libvirt keeps the path, the clone does not start
    (``Failed to bind socket: Permission denied``, ``Unable to bind to UNIX socket path '…': No such file or
    directory``), or takes the socket away from the running original. Where libvirt drops it on define the finding is
    a warning.

Fix
    Drops the path, of the agent channel and of any port whose path libvirt generated. Safe: the path is another
    domain's. For a libvirt before 1.0.6 the agent channel gets ``/var/lib/libvirt/qemu/NAME.agent``.

References
    libvirt ``src/conf/domain_conf.c:virDomainDefGetShortName``;
    https://github.com/avocado-framework/avocado-vt/pull/236
"""

from __future__ import annotations

from collections.abc import Iterator

from chanfix.domain import Domain
from chanfix.domain.path.fixes import leave_to_libvirt
from chanfix.domain.path.generated import generated, is_dropped
from chanfix.domain.path.kinds import PathKind, channels_with, other_name
from chanfix.lint.finding import Severity
from chanfix.lint.rules.base import At, Bad, Draft, Facts, Fixable, Good, Rule, Safety

__all__ = ["PathOtherDomain"]


class PathOtherDomain(Rule):
    """A path of another domain."""

    name = "path-other-domain"
    summary = "the path carries the name of another domain"
    severity = Severity.ERROR
    fixable = Fixable.SOMETIMES
    since = "0.1.0"
    devices = ("channel",)
    examples = (
        Bad(
            """\
<channel type='unix'>
  <source mode='bind' path='/run/libvirt/qemu/channel/16-mail/org.qemu.guest_agent.0'/>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
            at="/run/libvirt/qemu/channel/16-mail/org.qemu.guest_agent.0",
            fixed="""\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
            version="9.0.0",
        ),
        Bad(
            """\
<channel type='unix'>
  <source mode='bind' path='/var/lib/libvirt/qemu/mail.agent'/>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
            at="/var/lib/libvirt/qemu/mail.agent",
            fixed="""\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
        ),
        Bad(
            """\
<channel type='unix'>
  <source mode='bind' path='/var/lib/libvirt/qemu/mail.agent'/>
  <target type='virtio' name='org.qemu.guest_agent.1'/>
</channel>
""",
            at="/var/lib/libvirt/qemu/mail.agent",
        ),
        Good(
            """\
<channel type='unix'>
  <source mode='bind' path='/var/lib/libvirt/qemu/channel/target/domain-7-web/org.qemu.guest_agent.0'/>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
"""
        ),
        Good(
            """\
<channel type='unix'>
  <source mode='bind' path='/var/lib/libvirt/qemu/qga.agent'/>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
"""
        ),
    )

    def check(self, domain: Domain, facts: Facts) -> Iterator[Draft]:
        """Yield ports whose path is named for another domain."""
        for channel in channels_with(PathKind.OTHER_DOMAIN, domain, facts.version, facts.claims):
            other = other_name(channel, domain)
            dropped = is_dropped(channel, facts.version)
            yield self.finding(
                f"path '{channel.path}' carries the name '{other}', this domain is '{domain.name}'"
                + (f"; libvirt {facts.version} drops it on define" if dropped else ""),
                At(channel.source or channel.node, "path"),
                fix=leave_to_libvirt(channel, domain, facts.version, Safety.SAFE),
                severity=Severity.WARNING if dropped or not generated(channel) else None,
            )
