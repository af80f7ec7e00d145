"""One path for two sockets.

What it does
    Reports a path on which two domains of the run listen, or two channels of one domain. Definitions with one name or
    one UUID are variants of one domain and may share. A path that libvirt drops on define is not compared.

Why it matters
    libvirt says nothing at define and at start: each start deletes the socket that is there and makes a new one. The
    domain that started first loses its agent (``Guest agent is not responding``), and when either of them stops, the
    file is gone for both. With other owners or labels the second start fails with ``Permission denied``.

Fix
    Drops the path of the agent channel, for libvirt to make one for each domain; for a libvirt before 1.0.6, sets
    ``/var/lib/libvirt/qemu/NAME.agent``. Safe: at most one of them could use it. Other ports have no fix.

References
    libvirt ``src/qemu/qemu_command.c:qemuOpenChrChardevUNIXSocket``
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from chanfix.domain import Domain
from chanfix.domain.path.fixes import leave_to_libvirt
from chanfix.domain.path.kinds import PathKind, channels_with
from chanfix.domain.path.sockets import binders, holder_beside, rivals
from chanfix.lint.finding import Severity
from chanfix.lint.rules.base import At, Bad, Draft, Facts, Fixable, Good, Rule, Safety

__all__ = ["PathShared"]

# A path that is the same in hundreds of files needs no list of them.
_MOST_PLACES = 3


class PathShared(Rule):
    """A path that another socket has too."""

    name = "path-shared"
    summary = "one path for two sockets"
    severity = Severity.ERROR
    fixable = Fixable.SOMETIMES
    since = "0.1.0"
    devices = ("channel",)
    is_local = False
    examples = (
        Bad(
            """\
<channel type='unix'>
  <source mode='bind' path='/srv/agents/web.sock'/>
  <target type='virtio' name='com.example.log.0'/>
</channel>
<channel type='unix'>
  <source mode='bind' path="/srv/agents/web.sock"/>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
            at="/srv/agents/web.sock",
            fixed="""\
<channel type='unix'>
  <source mode='bind' path='/srv/agents/web.sock'/>
  <target type='virtio' name='com.example.log.0'/>
</channel>
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
        ),
        Bad(
            """\
<channel type='unix'>
  <source mode='bind' path='/srv/agents/web.sock'/>
  <target type='virtio' name='com.example.log.0'/>
</channel>
<channel type='unix'>
  <source mode='bind' path='/srv/agents/web.sock'/>
  <target type='virtio' name='com.example.log.1'/>
</channel>
""",
            at="/srv/agents/web.sock",
        ),
        Good(
            """\
<channel type='unix'>
  <source mode='bind' path='/srv/agents/web.sock'/>
  <target type='virtio' name='com.example.log.0'/>
</channel>
<channel type='unix'>
  <source mode='connect' path='/srv/agents/web.sock'/>
  <target type='virtio' name='com.example.log.1'/>
</channel>
"""
        ),
    )

    def check(self, domain: Domain, facts: Facts) -> Iterator[Draft]:
        """Yield ports whose socket another channel or another domain binds."""
        holders = binders(domain.channels, facts.version)
        for channel in channels_with(PathKind.SHARED, domain, facts.version, facts.claims):
            holder = holder_beside(channel, holders)
            claims = list(islice(rivals(channel, domain, facts.claims), _MOST_PLACES))
            if holder is not None:
                who = "another channel of this domain listens"
                places: list[At] = [At(holder.source or holder.node, "path", label="the other channel")]
            else:
                who = f"domain '{claims[0].domain_name}' listens"
                places = []
            yield self.finding(
                f"path '{channel.path}' is not this channel's alone: {who} there too",
                At(channel.source or channel.node, "path"),
                *places,
                *(claim.place for claim in claims),
                fix=leave_to_libvirt(channel, domain, facts.version, Safety.SAFE),
            )
