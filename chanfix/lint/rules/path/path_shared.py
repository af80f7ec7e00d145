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

from itertools import islice

from chanfix.domain.path.sockets import rivals
from chanfix.lint.path_rule import PathKind, PathRule, PortPath, Related
from chanfix.lint.rule import ERROR, At, Bad, Domain, Facts, Good

# A path that is the same in hundreds of files needs no list of them.
_MOST_PLACES = 3


class PathShared(PathRule):
    kind = PathKind.SHARED
    severity = ERROR
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

    def _sentence(self, port: PortPath, domain: Domain, facts: Facts) -> str:
        other = next(rivals(port.channel, domain, facts.claims), None)
        who = f"domain '{other.domain_name}'" if other and not port.holder else "another channel of this domain"
        return f"path '{port.channel.path}' is not this channel's alone: {who} listens there too"

    def _related(self, port: PortPath, domain: Domain, facts: Facts) -> Related:
        beside = [At(port.holder.source or port.holder.node, "path", "the other channel")] if port.holder else []
        return [*beside, *(claim.place for claim in islice(rivals(port.channel, domain, facts.claims), _MOST_PLACES))]
