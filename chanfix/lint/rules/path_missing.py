"""A port has no path, and this libvirt makes none.

What it does
    For a libvirt before 1.0.6 (``--libvirt-version``), reports a virtio channel of type ``unix`` without a path.

Why it matters
    Define fails with ``internal error: Missing source path attribute for char device``. From 1.0.6 on libvirt makes a
    path at each start, and a channel is better off without one of its own.

Fix
    Gives the agent channel ``/var/lib/libvirt/qemu/NAME.agent`` and lets QEMU listen there. Safe: the domain could
    not be defined. Any other port has no fix, since only its program on the host knows the path.

References
    https://libvirt.org/formatdomain.html (Channel, "path"); https://wiki.libvirt.org/Qemu_guest_agent.html
"""

from __future__ import annotations

from collections.abc import Iterator

from chanfix.domain import Domain
from chanfix.domain.path.fixes import own_path
from chanfix.domain.path.sockets import is_port
from chanfix.domain.versions import PATH_OPTIONAL
from chanfix.lint.finding import Severity
from chanfix.lint.rules.base import At, Bad, Draft, Facts, Fixable, Good, Rule, Safety

__all__ = ["PathMissing"]


class PathMissing(Rule):
    """A port without a path, for a libvirt that needs one."""

    name = "path-missing"
    summary = "no path, and this libvirt makes none"
    severity = Severity.ERROR
    fixable = Fixable.SOMETIMES
    since = "0.1.0"
    devices = ("channel",)
    examples = (
        Bad(
            """\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
            at="<channel type='unix'>",
            fixed="""\
<channel type='unix'>
  <source mode='bind' path='/var/lib/libvirt/qemu/web.agent'/>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
            version="0.10.2",
        ),
        Bad(
            """\
<channel type='unix'>
  <source mode='bind'/>
  <target type='virtio' name='com.example.log.0'/>
</channel>
""",
            at="<source mode='bind'/>",
            version="0.10.2",
        ),
        Good(
            """\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
"""
        ),
    )

    def check(self, domain: Domain, facts: Facts) -> Iterator[Draft]:
        """Yield ports without a path when the libvirt is too old for that."""
        if PATH_OPTIONAL.holds(facts.version):
            return
        for channel in domain.channels:
            if is_port(channel) and channel.path is None:
                yield self.finding(
                    f"the channel has no path; libvirt {facts.version} makes none, only {PATH_OPTIONAL.since} does",
                    At(channel.source or channel.node),
                    fix=own_path(channel, domain, Safety.SAFE),
                )
