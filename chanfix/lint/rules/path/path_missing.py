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

from chanfix.domain.path import fixes, sockets
from chanfix.domain.versions import PATH_OPTIONAL
from chanfix.lint.rule import AGENT_CHANNEL, ERROR, At, Bad, Channel, Domain, Drafts, Facts, Good, Rule, Safety


class PathMissing(Rule):
    severity = ERROR
    about_targets = True
    examples = (
        Bad(
            AGENT_CHANNEL,
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
        Good(AGENT_CHANNEL),
    )

    def channel(self, channel: Channel, domain: Domain, facts: Facts) -> Drafts:
        if channel.path is None and sockets.is_port(channel) and not PATH_OPTIONAL.holds(facts.version):
            yield self.finding(
                f"the channel has no path; libvirt {facts.version} makes none, only {PATH_OPTIONAL.since} does",
                At(channel.source or channel.node),
                fix=fixes.own_path(channel, domain, Safety.SAFE),
            )
