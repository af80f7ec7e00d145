"""The path is too long for a Unix socket.

What it does
    Reports a path of over 107 bytes; a letter beyond ASCII has two or more of them in UTF-8.

Why it matters
    Define takes it, the start fails: ``internal error: UNIX socket path '…' too long``. Old versions of QEMU cut the
    path in silence, and libvirt never found the agent.

Fix
    Drops the path of the agent channel, for libvirt to make a short one; for a libvirt before 1.0.6, sets
    ``/var/lib/libvirt/qemu/NAME.agent``. Safe: the domain could not start. Other ports have no fix.

References
    unix(7), ``sun_path``; libvirt ``src/qemu/qemu_command.c:qemuOpenChrChardevUNIXSocket``;
    https://github.com/lago-project/lago/issues/180
"""

from __future__ import annotations

from collections.abc import Iterator

from chanfix.domain import Domain
from chanfix.domain.path.fixes import leave_to_libvirt
from chanfix.domain.path.kinds import MAX_BYTES, PathKind, channels_with
from chanfix.lint.finding import Severity
from chanfix.lint.rules.base import At, Bad, Draft, Facts, Fixable, Good, Rule, Safety

__all__ = ["PathTooLong"]

_LONG = "/srv/machines/of-a-department-of-long-names/in-the-rack-by-the-window/web/sockets/of-the-guest-agent/web.sock"


class PathTooLong(Rule):
    """A path that no Unix socket can have."""

    name = "path-too-long"
    summary = "the path is too long for a Unix socket"
    severity = Severity.ERROR
    fixable = Fixable.SOMETIMES
    since = "0.1.0"
    devices = ("channel",)
    examples = (
        Bad(
            f"""\
<channel type='unix'>
  <source mode='bind' path='{_LONG}'/>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
            at=_LONG,
            fixed="""\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
        ),
        Bad(
            f"""\
<channel type='unix'>
  <source mode='bind' path='{_LONG}'/>
  <target type='virtio' name='com.example.log.0'/>
</channel>
""",
            at=_LONG,
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
        """Yield ports with a path over the limit. The message leaves the path out: it has no end."""
        for channel in channels_with(PathKind.TOO_LONG, domain, facts.version, facts.claims):
            size = len((channel.path or "").encode())
            yield self.finding(
                f"the path has {size} bytes; a Unix socket takes {MAX_BYTES}",
                At(channel.source or channel.node, "path"),
                fix=leave_to_libvirt(channel, domain, facts.version, Safety.SAFE),
            )
