"""The path is in a directory that is not libvirt's alone.

What it does
    Reports a path below ``/tmp``, ``/var/tmp``, ``/dev/shm`` or ``/home``. ``/run/user/UID`` is fine: it is private
    to the user whose session runs the domain.

Why it matters
    The finding says which of two reasons holds. ``/tmp`` and ``/var/tmp`` are open to every local user, who can put a
    socket of his own in the place: what asks the agent asks him. In ``/home`` and ``/dev/shm`` SELinux and AppArmor may
    not let QEMU make a socket: then the start fails with ``Permission denied`` or ``Operation not permitted``. A home
    directory also bakes the name of a user into the file.

Fix
    Drops the path of the agent channel; for a libvirt before 1.0.6, sets ``/var/lib/libvirt/qemu/NAME.agent``. Safe:
    libvirt finds the agent's socket wherever it is. Unsafe where the agent connects: a relay may listen there. Other
    ports have no fix: move them to a directory of your own.

References
    https://github.com/gardenlinux/gardenlinux/issues/1008; https://github.com/apache/cloudstack/pull/1545
"""

from __future__ import annotations

from collections.abc import Iterator

from chanfix.domain import Domain
from chanfix.domain.path.fixes import leave_to_libvirt
from chanfix.domain.path.kinds import PathKind, channels_with, exposing_folder, literal_beginning
from chanfix.lint.finding import Severity
from chanfix.lint.rules.base import At, Bad, Draft, Facts, Fixable, Good, Rule, Safety

__all__ = ["PathExposed"]

_OPEN = "where any local user can put a socket of his own in its place and gets at the agent"
_LABELLED = "where SELinux and AppArmor may not let QEMU make a socket"
_REASONS = {"/tmp": _OPEN, "/var/tmp": _OPEN, "/dev/shm": _LABELLED, "/home": _LABELLED}


class PathExposed(Rule):
    """A path in a directory of others."""

    name = "path-exposed"
    summary = "the path is in a directory of others"
    severity = Severity.WARNING
    fixable = Fixable.SOMETIMES
    since = "0.1.0"
    devices = ("channel",)
    examples = (
        Bad(
            """\
<channel type='unix'>
  <source mode='bind' path='/tmp/web.sock'/>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
            at="/tmp/web.sock",
            fixed="""\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
        ),
        Bad(
            """\
<channel type='unix'>
  <source mode='connect' path='/home/eve/log.sock'/>
  <target type='virtio' name='com.example.log.0'/>
</channel>
""",
            at="/home/eve/log.sock",
        ),
        Good(
            """\
<channel type='unix'>
  <source mode='bind' path='/run/user/1000/log.sock'/>
  <target type='virtio' name='com.example.log.0'/>
</channel>
"""
        ),
    )

    def check(self, domain: Domain, facts: Facts) -> Iterator[Draft]:
        """Yield ports with a path that others can get at."""
        for channel in channels_with(PathKind.EXPOSED, domain, facts.version, facts.claims):
            beginning = literal_beginning(channel)
            folder = exposing_folder(domain.document.text(beginning) + "x" if beginning else channel.path or "")
            yield self.finding(
                f"path '{channel.path}' is in {folder}, {_REASONS[folder]}; expected one of root's or libvirt's",
                beginning or At(channel.source or channel.node, "path"),
                fix=leave_to_libvirt(channel, domain, facts.version, Safety.SAFE),
            )
