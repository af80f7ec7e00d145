"""The domain has no agent channel.

What it does
    Reports a QEMU or KVM domain in which no channel is, or was meant to be, a guest agent's. Off by default: most
    domains have none, and many are not meant to.

Why it matters
    Every agent call of libvirt (``virsh shutdown --mode agent``, ``virsh domifaddr --source agent``, quiesced
    snapshots, setting the guest's time) fails with ``argument unsupported: QEMU guest agent is not configured``.

Fix
    Inserts the channel that ``chanfix add`` would, in the same place. Unsafe: the guest gets a new device.

References
    https://wiki.libvirt.org/Qemu_guest_agent.html;
    https://github.com/vagrant-libvirt/vagrant-libvirt/issues/605
"""

from chanfix.domain import element, placement, strays
from chanfix.lint.rule import AGENT_CHANNEL, AGENT_NAME, INFO, At, Bad, Domain, Drafts, Facts, Good, Rule, unsafe


class AgentMissing(Rule):
    severity = INFO
    refusals = ("QEMU guest agent is not configured",)
    about_targets = True
    on_by_default = False
    examples = (
        Bad(
            """\
<console type="pty"/>
<memballoon model="virtio"/>
""",
            at="<devices>",
            fixed="""\
<console type="pty"/>
<channel type="unix">
  <target type="virtio" name="org.qemu.guest_agent.0"/>
</channel>
<memballoon model="virtio"/>
""",
        ),
        Good(AGENT_CHANNEL),
        Good(
            """\
<channel type='unix'>
  <target type='virtio' name='org.qemu.guest_agent.1'/>
</channel>
"""
        ),
        Good(
            """\
<console type='pty'/>
<!-- <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel> -->
"""
        ),
        Good("<domain type='lxc'><devices/></domain>"),
    )

    def domain(self, domain: Domain, facts: Facts) -> Drafts:
        # Whether bhyve makes a path for a channel without one is not known, so that none could be added.
        is_qemu = domain.talks_to_agent(facts.version) and not domain.is_of_other_driver
        if not is_qemu or domain.meant_agents or strays.has_strays(domain) or domain.may_have_agent:
            return
        channel = element.render_channel(AGENT_NAME)
        yield self.finding(
            f"the domain has no channel '{AGENT_NAME}': libvirt's agent calls will say "
            "'QEMU guest agent is not configured'",
            At(domain.node.child("devices") or domain.node),
            fix=unsafe("Add the agent channel", *placement.insert_channel(domain, channel)),
        )
