"""The agent channel has a path that it does not need.

What it does
    Reports any explicit path on the agent channel that no other rule has something to say of, for libvirt 1.0.6 and
    newer.

Why it matters
    Since 1.0.6 libvirt makes the path itself, one for each run, in a directory with the right owner and labels. A
    path of one's own must be unique, labelled and owned by hand, and virt-clone copies it into the clone.

Fix
    Drops the path. Unsafe: a program of the host may wait there.

References
    https://libvirt.org/formatdomain.html (Channel, "path"); https://github.com/clalancette/oz/pull/242
"""

from chanfix.lint.path_rule import PathKind, PathRule, PortPath, agent_at, port_at
from chanfix.lint.rule import AGENT_CHANNEL, INFO, Bad, Domain, Facts, Good, Safety


class PathHardcoded(PathRule):
    kind = PathKind.HARDCODED
    safety = Safety.UNSAFE
    severity = INFO
    examples = (
        Bad(
            agent_at("/var/lib/libvirt/qemu/web.agent"),
            at="/var/lib/libvirt/qemu/web.agent",
            fixed=AGENT_CHANNEL,
        ),
        Bad(
            """\
<channel type='unix'>
  <source mode='bind' path='/srv/agents/web.sock'>
    <seclabel model='dac' relabel='no'/>
  </source>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
            at="/srv/agents/web.sock",
            fixed="""\
<channel type='unix'>
  <source>
    <seclabel model='dac' relabel='no'/>
  </source>
  <target type='virtio' name='org.qemu.guest_agent.0'/>
</channel>
""",
        ),
        Good(port_at("/srv/agents/web.sock", name="org.qemu.guest_agent.1")),
        Good(
            agent_at("/var/lib/libvirt/qemu/web.agent"),
            version="1.0.5",
        ),
    )

    def _sentence(self, port: PortPath, domain: Domain, facts: Facts) -> str:
        return f"path '{port.path}' is not needed on the agent channel; libvirt makes one at each start"
